import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteQueue } from '../../src/base/byte-queue.js';
import { bytesOf, textOf } from '../../src/base/text.js';

/** Takes up to `count` octets out, as text. */
function take(queue: ByteQueue, count: number): string {
	const into = new Uint8Array(count);
	return textOf(into.subarray(0, queue.read(into)));
}

describe('a byte queue', () => {
	test('is empty at first', () => {
		const queue = new ByteQueue(4);
		expect([queue.length, queue.space, queue.capacity, queue.peek().length, take(queue, 4)]).toEqual([0, 4, 4, 0, '']);
	});

	test('gives octets back in the order they came', () => {
		const queue = new ByteQueue(8);
		queue.write(bytesOf('abc'));
		queue.write(bytesOf('de'));
		expect([take(queue, 2), take(queue, 8), queue.length]).toEqual(['ab', 'cde', 0]);
	});

	test('takes no more than it has space for, and says how much it took', () => {
		const queue = new ByteQueue(4);
		expect([queue.write(bytesOf('abc')), queue.write(bytesOf('def')), queue.write(bytesOf('g'))]).toEqual([3, 1, 0]);
		expect([queue.length, queue.space, take(queue, 9)]).toEqual([4, 0, 'abcd']);
	});

	test('takes a block that wraps around the end of its buffer', () => {
		const queue = new ByteQueue(4);
		queue.write(bytesOf('abc'));
		take(queue, 2);
		expect([queue.write(bytesOf('defg')), textOf(queue.peek()), take(queue, 4)]).toEqual([3, 'cd', 'cdef']);
	});

	test('shows what lies together, then the rest', () => {
		const queue = new ByteQueue(4);
		queue.write(bytesOf('abcd'));
		queue.drop(3);
		queue.write(bytesOf('ef'));
		expect(textOf(queue.peek())).toBe('d');
		queue.drop(1);
		expect(textOf(queue.peek())).toBe('ef');
	});

	test('drops over the end of its buffer', () => {
		const queue = new ByteQueue(4);
		queue.write(bytesOf('abcd'));
		queue.drop(2);
		queue.write(bytesOf('ef'));
		queue.drop(3);
		expect([queue.length, take(queue, 4)]).toEqual([1, 'f']);
	});

	test('holds what it was given, though the giver uses its buffer again', () => {
		const queue = new ByteQueue(4);
		const given = bytesOf('ab');
		queue.write(given);
		given.fill(0);
		expect(take(queue, 4)).toBe('ab');
	});

	test('forgets all when it is cleared', () => {
		const queue = new ByteQueue(4);
		queue.write(bytesOf('abc'));
		queue.drop(1);
		queue.clear();
		expect([queue.length, queue.space, take(queue, 4)]).toEqual([0, 4, '']);
		queue.write(bytesOf('wxyz'));
		expect(textOf(queue.peek())).toBe('wxyz');
	});

	test('of one octet works too', () => {
		const queue = new ByteQueue(1);
		expect([queue.write(bytesOf('ab')), take(queue, 2), queue.write(bytesOf('b')), take(queue, 2)]).toEqual([
			1,
			'a',
			1,
			'b',
		]);
	});

	test('does what a string would, whatever is done to it', () => {
		const step = fc.oneof(
			fc.record({
				kind: fc.constant('write' as const),
				text: fc.array(fc.constantFrom(...'abcdef'), { maxLength: 9 }),
			}),
			fc.record({ kind: fc.constantFrom('read' as const, 'drop' as const), count: fc.nat(9) }),
			fc.record({ kind: fc.constantFrom('clear' as const) }),
		);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 30 }), (capacity, steps) => {
				const queue = new ByteQueue(capacity);
				let model = '';
				for (const one of steps) {
					switch (one.kind) {
						case 'write': {
							const text = one.text.join('');
							const taken = text.slice(0, capacity - model.length);
							if (queue.write(bytesOf(text)) !== taken.length) return false;
							model += taken;
							break;
						}
						case 'read':
							if (take(queue, one.count) !== model.slice(0, one.count)) return false;
							model = model.slice(one.count);
							break;
						case 'drop': {
							const count = Math.min(one.count, model.length);
							queue.drop(count);
							model = model.slice(count);
							break;
						}
						case 'clear':
							queue.clear();
							model = '';
							break;
					}
					const shown = textOf(queue.peek());
					if (queue.length !== model.length || queue.space !== capacity - model.length) return false;
					if (!model.startsWith(shown) || (model !== '' && shown === '')) return false;
				}
				return take(queue, capacity) === model;
			}),
			{ numRuns: 200 },
		);
	});
});
