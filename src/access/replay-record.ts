import { crc32 } from '../base/crc32.js';
import { bytesOfHex, hexOf } from '../base/hex.js';
import { FINGERPRINT_LENGTH, KEYS } from './key-ring.js';
import { ReplayWindow } from './replay-window.js';

const MAGIC = 0x41545257; // "ATRW"
const HEADER = 8;
const ENTRY = FINGERPRINT_LENGTH + 8;
/** Windows that are kept: those of the keys in force, and of as many that were replaced. */
const MOST = KEYS * 2;

/**
 * The replay windows of the keys, and the record that keeps them over a power cut. A window belongs to the key itself, by
 * its fingerprint: a key that is deleted and added again, under whichever id, finds its window as it was. Of keys beyond 8
 * the one longest unused is forgotten, so a key that was replaced must never come back.
 *
 * The record is stored in two copies, written in turn, before the command runs. `restore` may be given all copies there
 * are, in any order: an older one adds nothing, a torn one is not taken.
 */
export class ReplayRecord {
	/** By fingerprint in hexadecimal; the last used comes last. */
	readonly #windows = new Map<string, ReplayWindow>();

	/** Whether this key has not used the counter yet. */
	accepts(fingerprint: Uint8Array, counter: number): boolean {
		return (this.#windows.get(hexOf(fingerprint)) ?? new ReplayWindow()).accepts(counter);
	}

	/** Uses a counter of a key up; false: it was not acceptable. Only for requests whose tag is right. */
	mark(fingerprint: Uint8Array, counter: number): boolean {
		return this.accepts(fingerprint, counter) && this.#windowOf(hexOf(fingerprint)).mark(counter);
	}

	/** The highest counter that this key used; 0: none. */
	highestOf(fingerprint: Uint8Array): number {
		return this.#windows.get(hexOf(fingerprint))?.highest ?? 0;
	}

	/** The record: 8 octets, and 16 for each key that was ever used. */
	toOctets(): Uint8Array {
		const octets = new Uint8Array(HEADER + this.#windows.size * ENTRY);
		const view = new DataView(octets.buffer);
		view.setUint32(0, MAGIC);
		let at = HEADER;
		for (const [fingerprint, window] of this.#windows) {
			octets.set(bytesOfHex(fingerprint)!, at);
			view.setUint32(at + FINGERPRINT_LENGTH, window.highest);
			view.setUint32(at + FINGERPRINT_LENGTH + 4, window.used);
			at += ENTRY;
		}
		view.setUint32(4, crc32(octets.subarray(HEADER)));
		return octets;
	}

	/** Adds what a stored copy knows. False: it is no whole record, and nothing changed. */
	restore(octets: Uint8Array): boolean {
		const length = octets.length - HEADER;
		if (length < 0 || length % ENTRY !== 0 || length > MOST * ENTRY) return false;
		const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
		if (view.getUint32(0) !== MAGIC || view.getUint32(4) !== crc32(octets.subarray(HEADER))) return false;
		for (let at = HEADER; at < octets.length; at += ENTRY) {
			const end = at + FINGERPRINT_LENGTH;
			this.#windowOf(hexOf(octets.subarray(at, end))).merge(view.getUint32(end), view.getUint32(end + 4));
		}
		return true;
	}

	/** The window of a key, which becomes the last used. */
	#windowOf(fingerprint: string): ReplayWindow {
		const window = this.#windows.get(fingerprint) ?? new ReplayWindow();
		this.#windows.delete(fingerprint);
		this.#windows.set(fingerprint, window);
		if (this.#windows.size > MOST) {
			for (const oldest of this.#windows.keys()) {
				this.#windows.delete(oldest);
				break;
			}
		}
		return window;
	}
}
