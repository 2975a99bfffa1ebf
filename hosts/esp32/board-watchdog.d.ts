/** Says that the core is well (`board-watchdog.c`). After the first call the board restarts where none follows for 20 s. */
export function feedWatchdog(): void;
