import { labelOf } from './address.js';
import type { Deliver } from './deliver.js';
import { type Concatenation, concatenationOf, isConcatenation } from './user-data-header.js';

export interface AssemblerLimits {
	/** Messages that may wait for parts at the same time; one more drops the one that waited longest for its next part. */
	readonly pending: number;
	/** A message of more parts is refused. A part holds at most 160 octets here: the bound of memory is the product. */
	readonly parts: number;
	/** A message to which no part came for so long is dropped [ms]. */
	readonly age: number;
}

/** What became of an SMS given to the assembler. */
export type Assembly<Tag> =
	/** It is no part of anything. */
	| { readonly outcome: 'single' }
	/** Parts are still missing. */
	| { readonly outcome: 'waiting' }
	/** The same part came before; it is the earlier one that counts. */
	| { readonly outcome: 'duplicate' }
	/** It has more parts than are allowed. */
	| { readonly outcome: 'refused' }
	/**
	 * The message is whole: the fields are those of its first part, the content is that of all, the header has lost its
	 * concatenation. `tags` are what was given with each part, in their order.
	 */
	| { readonly outcome: 'complete'; readonly message: Deliver; readonly tags: readonly Tag[] };

interface Pending<Tag> {
	readonly key: string;
	readonly parts: ({ readonly deliver: Deliver; readonly tag: Tag } | undefined)[];
	missing: number;
	latest: number;
}

/**
 * Joins the parts of concatenated messages, which come in any order, more than once, or never. `Tag` is whatever the
 * owner wants to know of each part again: its place in the module's store.
 */
export class Assembler<Tag> {
	readonly #limits: AssemblerLimits;
	/** The one whose part came last stands last. */
	#pending: Pending<Tag>[] = [];

	constructor(limits: AssemblerLimits) {
		this.#limits = limits;
	}

	/** Messages that wait for parts. */
	get pending(): number {
		return this.#pending.length;
	}

	/** Takes an SMS that came at `now` [ms]. */
	add(deliver: Deliver, tag: Tag, now: number): Assembly<Tag> {
		this.expire(now);
		const place = concatenationOf(deliver.header);
		if (place === undefined || place.total === 1) return { outcome: 'single' };
		if (place.total > this.#limits.parts) return { outcome: 'refused' };
		const key = keyOf(deliver, place);
		let message = this.#take(key);
		const earlier = message?.parts[place.index - 1];
		if (message !== undefined && earlier !== undefined) {
			if (sameOctets(earlier.deliver.content, deliver.content)) {
				this.#pending.push(message);
				return { outcome: 'duplicate' };
			}
			// The sender has come round to the same reference: what was left of the former message will not come.
			message = undefined;
		}
		message ??= { key, parts: new Array(place.total).fill(undefined), missing: place.total, latest: now };
		message.parts[place.index - 1] = { deliver, tag };
		message.missing--;
		message.latest = now;
		if (message.missing === 0) return completed(message);
		if (this.#pending.length >= this.#limits.pending) this.#pending.shift();
		this.#pending.push(message);
		return { outcome: 'waiting' };
	}

	/** Drops what has waited too long at `now` [ms]. `add` does so by itself. */
	expire(now: number): void {
		const { age } = this.#limits;
		if (this.#pending.some(({ latest }) => now - latest > age)) {
			this.#pending = this.#pending.filter(({ latest }) => now - latest <= age);
		}
	}

	/** Takes the message out of those that wait. */
	#take(key: string): Pending<Tag> | undefined {
		const at = this.#pending.findIndex(message => message.key === key);
		return at < 0 ? undefined : this.#pending.splice(at, 1)[0];
	}
}

/** Parts belong together when all of this is the same. A label tells a number from an alphanumeric sender. */
function keyOf({ origin, dcs }: Deliver, { reference, wide, total }: Concatenation): string {
	return `${labelOf(origin)} ${wide ? 'w' : ''}${reference} ${total} ${dcs}`;
}

function completed<Tag>({ parts }: Pending<Tag>): Assembly<Tag> {
	const whole = parts.map(part => part!);
	let length = 0;
	for (const { deliver } of whole) length += deliver.content.length;
	const content = new Uint8Array(length);
	let at = 0;
	for (const { deliver } of whole) {
		content.set(deliver.content, at);
		at += deliver.content.length;
	}
	const first = whole[0]!.deliver;
	const rest = first.header?.filter(element => !isConcatenation(element)) ?? [];
	const header = rest.length === 0 ? undefined : rest;
	return { outcome: 'complete', message: { ...first, header, content }, tags: whole.map(({ tag }) => tag) };
}

function sameOctets(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && one.every((octet, at) => octet === other[at]);
}
