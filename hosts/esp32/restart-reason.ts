import type { Restart, RestartReason } from '../../src/ports/restart.js';
import { isFaultNote, whyAsked } from '../firmware/restart-note.js';

/** `esp_reset_reason_t` of the IDF (esp_system.h), by its values. What wakes from sleep or comes over a wire is a reset. */
const REASONS: readonly RestartReason[] = Object.freeze([
	'unknown',
	// Also the EN line: the classic ESP32 cannot tell one from the other.
	'power-on',
	'reset',
	// `esp_restart`: the note tells who called it.
	'software',
	'fault',
	'watchdog',
	'watchdog',
	'watchdog',
	'reset',
	'brown-out',
	'reset',
	'reset',
	'reset',
	'unknown',
	'brown-out',
	'fault',
]);
const RESTARTED = 3;
const PANIC = 4;

/**
 * Why the board starts, by the chip's reason and the note of the last run. The engine ends by `esp_restart` where it cannot go on, and where
 * its stack is used up it does so without a word: only a note makes a restart one that was wanted. An image on trial may look for the note
 * in another place than the image before it has left it; that restart was wanted all the same, and must not count as a crash.
 */
export function restartOf(code: number, note: string | undefined, isOnTrial = false): Restart {
	const reason = REASONS[code] ?? 'unknown';
	const why = whyAsked(note);
	if (code === RESTARTED && why !== undefined) return { reason, why };
	const isFault = note !== undefined && isFaultNote(note);
	if (code === RESTARTED && isOnTrial && !isFault) return { reason, why: 'new firmware' };
	if (code === RESTARTED) return { reason: 'fault', why: isFault ? note : 'the engine ended without a word' };
	if (isFault && reason === 'fault') return { reason, why: note };
	return code === PANIC ? { reason, why: 'panic of the chip' } : { reason };
}
