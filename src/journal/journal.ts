import { crc32 } from '../base/crc32.js';
import { bytesOf, textOf } from '../base/text.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import { entryOf, type JournalEntry, lineOf } from './entry.js';

/** Segments of the ring, each a record of its own, and entries of a segment. */
const SEGMENTS = 4;
const ENTRIES = 16;
/** Entries are written together at most so often [ms]: what bounds the wear of the flash. */
const WRITE = 60_000;
const CHECKSUM = 8;

interface Segment {
	/** Counts the segments ever begun: the newest has the highest. */
	sequence: number;
	readonly lines: string[];
}

/**
 * The audit trail: the last 48 to 64 entries, kept over restarts in four records that are written in turn, so that a torn write
 * costs one of them at most. The last minute before a power cut can be lost.
 */
export class Journal {
	readonly #store: Store;
	readonly #clock: Clock;
	readonly #segments: Segment[] = [];
	#write: TimerHandle | undefined;
	#closed = false;

	constructor(store: Store, clock: Clock) {
		this.#store = store;
		this.#clock = clock;
		for (let slot = 0; slot < SEGMENTS; slot++) {
			const segment = readSegment(store.read(nameOf(slot)));
			if (segment !== undefined && segment.sequence % SEGMENTS === slot) this.#segments.push(segment);
		}
		this.#segments.sort((one, other) => one.sequence - other.sequence);
	}

	record(entry: JournalEntry): void {
		let last = this.#segments[this.#segments.length - 1];
		if (last === undefined || last.lines.length >= ENTRIES) {
			this.flush();
			last = { sequence: (last?.sequence ?? -1) + 1, lines: [] };
			this.#segments.push(last);
			if (this.#segments.length > SEGMENTS) this.#segments.shift();
		}
		last.lines.push(lineOf(entry));
		if (this.#closed) this.flush();
		else this.#write ??= this.#clock.setTimer(this.#clock.now() + WRITE, () => this.flush());
	}

	/** Newest first, those that have `filter` in one of their texts, at most `most`. */
	latest(most: number, filter = ''): readonly JournalEntry[] {
		const found: JournalEntry[] = [];
		for (let place = this.#segments.length - 1; place >= 0; place--) {
			const { lines } = this.#segments[place]!;
			for (let at = lines.length - 1; at >= 0 && found.length < most; at--) {
				const entry = lines[at]!.includes(filter) ? entryOf(lines[at]!) : undefined;
				if (entry !== undefined) found.push(entry);
			}
		}
		return found;
	}

	/** Writes what is not stored yet. */
	flush(): void {
		this.#write?.cancel();
		this.#write = undefined;
		const last = this.#segments[this.#segments.length - 1];
		if (last === undefined) return;
		const text = `${last.sequence}\n${last.lines.join('\n')}`;
		const sum = crc32(bytesOf(text)).toString(16).padStart(CHECKSUM, '0');
		this.#store.write(nameOf(last.sequence % SEGMENTS), bytesOf(sum + text));
	}

	/** Writes what is not stored yet; from now on each entry at once, and no timer is left. */
	close(): void {
		this.#closed = true;
		this.flush();
	}

	clear(): void {
		this.#write?.cancel();
		this.#write = undefined;
		this.#segments.length = 0;
		for (let slot = 0; slot < SEGMENTS; slot++) this.#store.erase(nameOf(slot));
	}
}

function nameOf(slot: number): string {
	return `journal_${slot}`;
}

function readSegment(record: Uint8Array | undefined): Segment | undefined {
	if (record === undefined || record.length < CHECKSUM) return undefined;
	const body = record.subarray(CHECKSUM);
	if (textOf(record.subarray(0, CHECKSUM)) !== crc32(body).toString(16).padStart(CHECKSUM, '0')) return undefined;
	const [sequence, ...lines] = textOf(body).split('\n');
	if (sequence === undefined || !/^[0-9]+$/.test(sequence)) return undefined;
	return { sequence: Number(sequence), lines: lines.filter(line => line !== '').slice(0, ENTRIES) };
}
