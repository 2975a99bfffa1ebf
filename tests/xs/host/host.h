/* What the two files of the host share. `txMachine` and `xsMachine` are the same structure. */
#ifndef XSHOST_HOST_H
#define XSHOST_HOST_H

/* Exit codes beside 0 and what the script sets itself. */
enum {
	EXIT_USAGE = 2,
	EXIT_EXCEPTION = 3,
	EXIT_REJECTION = 4,
	EXIT_MEMORY = 5,
	EXIT_STACK = 6,
	EXIT_ABORT = 7,
};

struct sxMachine;

/* Octets of slots, stack and chunks that the machine may take from the system; set before the machine is made. */
extern size_t hostAllocationLimit;

/* Parses and runs a script. Without `lines` the bytecode carries no line numbers, as in a release build of the device. */
void hostRunFile(struct sxMachine* the, const char* path, int lines);
/*
 * Runs promise jobs and timers until none is left; a rejection that nobody handled ends the process. `others` runs the jobs of
 * other machines and tells whether there were any.
 */
void hostRunLoop(struct sxMachine* the, int (*others)(void));
/* Runs promise jobs until none is left; tells whether there were any. */
int hostRunJobs(struct sxMachine* the);
/* Ends the process for a rejection that nobody handled. */
void hostCheckRejections(struct sxMachine* the);
/* Calls `function` (a remembered copy is kept) after `ms` milliseconds; the number names the timer. */
int hostStartTimer(struct sxMachine* the, void* function, double ms);
void hostStopTimer(struct sxMachine* the, int id);
/* Milliseconds of a monotonic clock. */
double hostNow(void);
unsigned hostMeter(struct sxMachine* the);
/* A figure of the memory by its name; -1 where there is none of that name. */
double hostMemory(struct sxMachine* the, const char* name);
/* From here the peaks count anew. */
void hostResetPeaks(struct sxMachine* the);
/* From here so many slots and octets of chunks are free, and no more ever; 0: the machine holds less than that. */
int hostSetBudget(struct sxMachine* the, int slots, int chunks);
/* From here so many slots of stack are free, and `hostCheckStack` ends the process where more were used; 0: the machine has not twice that. */
int hostSetStack(struct sxMachine* the, int slots);
void hostCheckStack(struct sxMachine* the);
/* Slots of stack in use at the highest since `hostSetStack`. */
int hostStackPeak(struct sxMachine* the);
/* From here it is as in a release build of the device: functions get no names and lengths and errors no stack. */
void hostStrip(struct sxMachine* the);
/* Prints the exception of the machine with its stack, then ends the process. */
void hostFail(struct sxMachine* the, const char* what, int exitCode) __attribute__((noreturn));

#endif
