import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { Address } from '../../src/sms/address.js';
import { Assembler, type AssemblerLimits, type Assembly } from '../../src/sms/assembler.js';
import type { Deliver } from '../../src/sms/deliver.js';
import { splitText } from '../../src/sms/message-parts.js';
import { type Concatenation, concatenationElement, type InformationElement } from '../../src/sms/user-data-header.js';
import { unwrap } from './samples.js';

const LIMITS: AssemblerLimits = { pending: 2, parts: 15, age: 1000 };
const FROM: Address = { kind: 'number', type: 1, plan: 1, digits: '393468686711' };

function sms(text: string, header: readonly InformationElement[] | undefined, fields: Partial<Deliver> = {}): Deliver {
	return {
		type: 'DELIVER',
		moreMessages: false,
		loopPrevention: false,
		replyPath: false,
		statusReport: false,
		origin: FROM,
		protocol: 0,
		dcs: 0,
		timestamp: undefined,
		header,
		content: bytesOf(text),
		...fields,
	};
}

function part(text: string, place: Partial<Concatenation>, fields: Partial<Deliver> = {}): Deliver {
	return sms(text, [concatenationElement({ reference: 1, wide: false, total: 2, index: 1, ...place })], fields);
}

/** The text of a whole message, or what else came out. */
function told(assembly: Assembly<unknown>): string {
	return assembly.outcome === 'complete' ? `=${textOf(assembly.message.content)}` : assembly.outcome;
}

describe('the assembler', () => {
	test('has nothing to do with an SMS of one part', () => {
		const assembler = new Assembler<number>(LIMITS);
		expect(told(assembler.add(sms('a', undefined), 0, 0))).toBe('single');
		expect(told(assembler.add(sms('a', []), 0, 0))).toBe('single');
		expect(told(assembler.add(part('a', { total: 1, index: 1 }), 0, 0))).toBe('single');
		expect(told(assembler.add(sms('a', [{ id: 0, data: Uint8Array.of(1, 2, 3) }]), 0, 0))).toBe('single');
		expect(assembler.pending).toBe(0);
	});

	test.each([[[1, 2, 3]], [[3, 2, 1]], [[2, 3, 1]], [[1, 3, 2]]])('joins parts that come as %j', order => {
		const assembler = new Assembler<string>(LIMITS);
		const outcomes = order.map(index => assembler.add(part(`p${index};`, { total: 3, index }), `slot ${index}`, 0));
		expect(outcomes.map(told)).toEqual(['waiting', 'waiting', '=p1;p2;p3;']);
		const last = outcomes[2]!;
		expect(last.outcome === 'complete' && last.tags).toEqual(['slot 1', 'slot 2', 'slot 3']);
		expect(assembler.pending).toBe(0);
	});

	test('tells a part that came twice, and joins once', () => {
		const assembler = new Assembler<number>(LIMITS);
		const outcomeOf = (text: string, index: number) => told(assembler.add(part(text, { index, total: 3 }), index, 0));
		expect([
			outcomeOf('a', 1),
			outcomeOf('a', 1),
			outcomeOf('b', 2),
			outcomeOf('b', 2),
			outcomeOf('a', 1),
			outcomeOf('c', 3),
		]).toEqual(['waiting', 'duplicate', 'waiting', 'duplicate', 'duplicate', '=abc']);
		expect(assembler.pending).toBe(0);
	});

	test('begins anew when a reference comes round with another text', () => {
		const assembler = new Assembler<number>(LIMITS);
		expect(told(assembler.add(part('old', { index: 1 }), 0, 0))).toBe('waiting');
		expect(told(assembler.add(part('new', { index: 1 }), 0, 0))).toBe('waiting');
		expect(assembler.pending).toBe(1);
		expect(told(assembler.add(part('er', { index: 2 }), 0, 0))).toBe('=newer');
	});

	test.each<[string, Partial<Concatenation>, Partial<Deliver>]>([
		['reference', { reference: 2 }, {}],
		['kind of reference', { wide: true }, {}],
		['total', { total: 3 }, {}],
		['coding scheme', {}, { dcs: 4 }],
		['sender', {}, { origin: { ...FROM, digits: '393468686712' } as Address }],
		['kind of sender', {}, { origin: { kind: 'alphanumeric', plan: 0, text: '+393468686711' } }],
	])('keeps parts apart that differ in their %s', (_, place, fields) => {
		const assembler = new Assembler<number>(LIMITS);
		expect(told(assembler.add(part('a', { index: 1 }), 0, 0))).toBe('waiting');
		expect(told(assembler.add(part('x', { index: 2, ...place }, fields), 0, 0))).toBe('waiting');
		expect(told(assembler.add(part('b', { index: 2 }), 0, 0))).toBe('=ab');
		expect(assembler.pending).toBe(1);
	});

	test('gives the fields of the first part and what else its header said', () => {
		const assembler = new Assembler<number>(LIMITS);
		const ports = { id: 5, data: Uint8Array.of(0, 1, 0, 2) };
		const first = part('a', { index: 1 }, { protocol: 5, replyPath: true });
		assembler.add(part('b', { index: 2 }, { protocol: 6 }), 2, 0);
		const last = assembler.add({ ...first, header: [...first.header!, ports] }, 1, 0);
		expect(last).toEqual({
			outcome: 'complete',
			message: { ...first, header: [ports], content: bytesOf('ab') },
			tags: [1, 2],
		});
	});

	test('gives a message without any header where the concatenation was all', () => {
		const assembler = new Assembler<number>(LIMITS);
		assembler.add(part('a', { index: 1 }), 1, 0);
		const last = assembler.add(part('b', { index: 2 }), 2, 0);
		expect(last.outcome === 'complete' && last.message.header === undefined).toBe(true);
	});

	test('refuses a message of more parts than allowed, and keeps nothing of it', () => {
		const assembler = new Assembler<number>(LIMITS);
		expect(told(assembler.add(part('a', { total: 15, index: 1 }), 0, 0))).toBe('waiting');
		expect(told(assembler.add(part('a', { total: 16, index: 1 }), 0, 0))).toBe('refused');
		expect(assembler.pending).toBe(1);
	});

	test('drops the message that has waited longest when one more begins', () => {
		const assembler = new Assembler<number>(LIMITS);
		assembler.add(part('a', { reference: 1, total: 3, index: 1 }), 0, 0);
		assembler.add(part('b', { reference: 2, total: 3, index: 1 }), 0, 1);
		// The first gets another part, so the second is now the one that waits longest.
		assembler.add(part('a', { reference: 1, total: 3, index: 2 }), 0, 2);
		assembler.add(part('c', { reference: 3, total: 3, index: 1 }), 0, 3);
		expect(assembler.pending).toBe(2);
		expect(told(assembler.add(part('a', { reference: 1, total: 3, index: 3 }), 0, 4))).toBe('=aaa');
		expect(told(assembler.add(part('b', { reference: 2, total: 3, index: 2 }), 0, 5))).toBe('waiting');
		expect(told(assembler.add(part('b', { reference: 2, total: 3, index: 3 }), 0, 6))).toBe('waiting');
	});

	test('drops a message to which no part came for too long, and not a moment sooner', () => {
		const assembler = new Assembler<number>(LIMITS);
		assembler.add(part('a', { total: 3, index: 1 }), 0, 0);
		assembler.add(part('b', { total: 3, index: 2 }), 0, 1000);
		expect(told(assembler.add(part('c', { total: 3, index: 3 }), 0, 2000))).toBe('=abc');
		assembler.add(part('a', { total: 3, index: 1 }), 0, 3000);
		assembler.expire(4000);
		expect(assembler.pending).toBe(1);
		assembler.expire(4001);
		expect(assembler.pending).toBe(0);
		assembler.add(part('a', { index: 1 }), 0, 5000);
		expect(told(assembler.add(part('b', { index: 2 }), 0, 6001))).toBe('waiting');
	});

	test('joins an escape that its sender parted from its septet', () => {
		const assembler = new Assembler<number>(LIMITS);
		assembler.add(part('a\x1b', { index: 1 }), 0, 0);
		expect(told(assembler.add(part('eb', { index: 2 }), 0, 0))).toBe('=a\x1beb');
	});

	test('gives back what was split, whatever the order and the repetitions', () => {
		fc.assert(
			fc.property(fc.integer({ min: 161, max: 900 }), fc.array(fc.nat(5), { maxLength: 12 }), (length, order) => {
				const text = 'abcdefghijk'.repeat(90).slice(0, length);
				const parts = unwrap(splitText(text, 'gsm7', { max: 15, reference: 9 }));
				const assembler = new Assembler<number>(LIMITS);
				const joined: string[] = [];
				const seen = new Set<number>();
				const give = (index: number) => {
					// After the whole message another copy would begin anew.
					if (joined.length > 0) return;
					seen.add(index);
					const { header, content } = parts.part(index)!;
					const assembly = assembler.add(sms('', header, { content }), index, 0);
					if (assembly.outcome === 'complete') joined.push(textOf(assembly.message.content));
				};
				for (const index of order) give((index % parts.total) + 1);
				for (let index = 1; index <= parts.total; index++) if (!seen.has(index)) give(index);
				return joined.length === 1 && joined[0] === text;
			}),
			{ numRuns: 40 },
		);
	});

	test('holds no more than its limits, whatever comes', () => {
		const place = fc.record({
			reference: fc.nat(5),
			wide: fc.boolean(),
			total: fc.integer({ min: 1, max: 20 }),
			index: fc.integer({ min: 1, max: 20 }),
			text: fc.constantFrom('a', 'b'),
			wait: fc.nat(800),
		});
		fc.assert(
			fc.property(fc.array(place, { maxLength: 30 }), list => {
				const assembler = new Assembler<number>(LIMITS);
				let now = 0;
				return list.every(({ text, wait, ...one }) => {
					now += wait;
					assembler.add(part(text, one), 0, now);
					return assembler.pending <= LIMITS.pending;
				});
			}),
			{ numRuns: 50 },
		);
	});
});
