/* A second machine beside the first: the board, which has limits, in a world without. */
#ifndef XSHOST_BOARD_H
#define XSHOST_BOARD_H

/* Whether the board's script gets line numbers. */
extern int boardLines;

/* Gives the world's `host` its functions for a board. */
void boardDefineWorld(void* the, void* host);
/* Runs the board's promise jobs; tells whether there were any. */
int boardRunJobs(void);

#endif
