/** Why the chip was reset: a value of the IDF's `esp_reset_reason_t` (`board-restart.c`). */
export function resetReason(): number;
/** Leaves a text for the next start, 120 characters of printable ASCII at most. It outlives a restart, not a power cut. */
export function keepNote(text: string): void;
/** The note of the last run; undefined: there is none, or it has been taken. */
export function takeNote(): string | undefined;
/** Does not come back. */
export function restartBoard(): void;
