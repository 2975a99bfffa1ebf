import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { EscapeDetector } from '../../src/at/escape-detector.js';
import { bytesOf, textOf } from '../../src/base/text.js';

/** Feeds `[pause before it in ms, octets]` and tells what passed, with `|` for an escape. */
async function feed(
	steps: readonly (readonly [number, string])[],
	options: { readonly whole?: boolean; readonly character?: number } = {},
): Promise<string> {
	const clock = new VirtualClock();
	let passed = '';
	const detector = new EscapeDetector(
		clock,
		1000,
		bytes => {
			passed += textOf(bytes);
		},
		() => {
			passed += '|';
		},
		options,
	);
	for (const [ms, text] of steps) {
		await clock.advance(ms);
		detector.feed(bytesOf(text));
	}
	await clock.advance(3000);
	expect(clock.pending()).toBe(0);
	return passed;
}

describe('the escape sequence', () => {
	test.each<[string, readonly (readonly [number, string])[], string]>([
		['in one piece with silence around it', [[1000, '+++']], '|'],
		[
			'in three pieces',
			[
				[1000, '+'],
				[100, '+'],
				[100, '+'],
			],
			'|',
		],
		[
			'after data and silence',
			[
				[0, 'data'],
				[1000, '+++'],
			],
			'data|',
		],
		[
			'too soon after data',
			[
				[0, 'data'],
				[999, '+++'],
			],
			'data+++',
		],
		[
			'followed too soon by data',
			[
				[1000, '+++'],
				[999, 'ATH'],
			],
			'+++ATH',
		],
		['of two', [[1000, '++']], '++'],
		[
			'of four',
			[
				[1000, '+++'],
				[10, '+'],
			],
			'++++',
		],
		['of four at once', [[1000, '++++']], '++++'],
		[
			'with other octets in it',
			[
				[1000, '+'],
				[10, 'a'],
				[10, '++'],
			],
			'+a++',
		],
		['with the line behind it at once', [[1000, '+++\r']], '+++\r'],
		[
			'torn by silence',
			[
				[1000, '+'],
				[1500, '++'],
			],
			'+++',
		],
		[
			'twice',
			[
				[1000, '+++'],
				[3000, '+++'],
			],
			'||',
		],
		['of nothing', [[1000, '']], ''],
	])('%s', async (_what, steps, wanted) => {
		expect(await feed(steps)).toBe(wanted);
	});

	test('leaves no timer and holds nothing back after `stop`', async () => {
		const clock = new VirtualClock();
		let calls = 0;
		const detector = new EscapeDetector(
			clock,
			1000,
			() => calls++,
			() => calls++,
		);
		await clock.advance(1000);
		detector.feed(bytesOf('+++'));
		detector.stop();
		expect(clock.pending()).toBe(0);
		await clock.advance(2000);
		expect(calls).toBe(0);
	});
});

describe('the escape sequence as one TCP packet', () => {
	test.each<[string, readonly (readonly [number, string])[], string]>([
		['counts with silence around it', [[1000, '+++']], '|'],
		[
			'counts after data and silence',
			[
				[0, 'data'],
				[1000, '+++'],
			],
			'data|',
		],
		[
			'counts twice',
			[
				[1000, '+++'],
				[3000, '+++'],
			],
			'||',
		],
		[
			'does not count typed one by one',
			[
				[1000, '+'],
				[100, '+'],
				[100, '+'],
			],
			'+++',
		],
		[
			'does not count as one and two',
			[
				[1000, '+'],
				[100, '++'],
			],
			'+++',
		],
		[
			'does not count as two and one',
			[
				[1000, '++'],
				[1000, '+'],
			],
			'+++',
		],
		[
			'does not count too soon after data',
			[
				[0, 'data'],
				[999, '+++'],
			],
			'data+++',
		],
		[
			'does not count too soon after a piece of it',
			[
				[1000, '+'],
				[999, '+++'],
			],
			'++++',
		],
		[
			'does not count followed too soon by data',
			[
				[1000, '+++'],
				[999, 'ATH'],
			],
			'+++ATH',
		],
		[
			'does not count followed too soon by one more',
			[
				[1000, '+++'],
				[10, '+'],
			],
			'++++',
		],
		[
			'does not count followed too soon by itself',
			[
				[1000, '+++'],
				[999, '+++'],
			],
			'++++++',
		],
		['does not count as four', [[1000, '++++']], '++++'],
		['does not count with the line behind it', [[1000, '+++\r']], '+++\r'],
		['does not count as three other octets', [[1000, '++a']], '++a'],
	])('%s', async (_what, steps, wanted) => {
		expect(await feed(steps, { whole: true })).toBe(wanted);
	});

	test('passes a piece of it at once', async () => {
		const clock = new VirtualClock();
		let passed = '';
		const detector = new EscapeDetector(
			clock,
			1000,
			bytes => {
				passed += textOf(bytes);
			},
			() => {},
			{ whole: true },
		);
		await clock.advance(1000);
		detector.feed(bytesOf('+'));
		expect(passed).toBe('+');
		expect(clock.pending()).toBe(0);
	});
});

describe('another character', () => {
	test('is found like the plus sign, and a false escape passes as it was', async () => {
		expect(
			await feed(
				[
					[1000, '###'],
					[1000, 'x'],
				],
				{ character: 0x23 },
			),
		).toBe('|x');
		expect(
			await feed(
				[
					[1000, '##'],
					[100, 'x'],
				],
				{ character: 0x23 },
			),
		).toBe('##x');
		expect(await feed([[1000, '+++']], { character: 0x23 })).toBe('+++');
	});
});
