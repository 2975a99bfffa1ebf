/** Restarts the board when nobody feeds it in time. */
export interface Watchdog {
	feed(): void;
}
