import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeFault, type Fault, type FaultEntry } from '../../hosts/simulator/fault.js';
import { describeTime, parseTime } from '../../hosts/simulator/fault-time.js';
import { parseFaults } from '../../hosts/simulator/faults.js';
import { Random } from '../../hosts/simulator/random.js';
import { drawFault, FAULT_KINDS } from '../../hosts/simulator/random-fault.js';

const MINUTE = 60_000;

function parsed(text: string): readonly FaultEntry[] {
	const outcome = parseFaults(text);
	if (!outcome.ok) throw new Error(outcome.error.join('\n'));
	return outcome.value;
}

describe('a scenario of faults', () => {
	test.each<[string, FaultEntry]>([
		['at 2m reset module', { when: 'at', at: 2 * MINUTE, fault: { kind: 'reset' } }],
		['at 0s brown out module', { when: 'at', at: 0, fault: { kind: 'brown-out' } }],
		['at 1d restart board', { when: 'at', at: 86_400_000, fault: { kind: 'restart' } }],
		[
			'at 5m hang instance 2 until reopen',
			{ when: 'at', at: 5 * MINUTE, fault: { kind: 'hang', hang: { what: 'instance', number: 2, until: 'reopen' } } },
		],
		[
			'every 30m hang all until reset',
			{ when: 'every', every: 30 * MINUTE, fault: { kind: 'hang', hang: { what: 'all', until: 'reset' } } },
		],
		[
			'from 1m to 3m lose 0.5% of octets toward board',
			{ when: 'at', at: MINUTE, fault: { kind: 'lose', rate: 0.005, toward: 'board', ms: 2 * MINUTE } },
		],
		[
			'at 1m double 100% of octets toward module for 500ms',
			{ when: 'at', at: MINUTE, fault: { kind: 'double', rate: 1, toward: 'module', ms: 500 } },
		],
		[
			'at 1m corrupt 2% of octets for 1s',
			{ when: 'at', at: MINUTE, fault: { kind: 'corrupt', rate: 0.02, toward: 'both', ms: 1000 } },
		],
		['at 4m stall uart for 20s', { when: 'at', at: 4 * MINUTE, fault: { kind: 'stall', ms: 20_000 } }],
		['at 6m drop network for 90s', { when: 'at', at: 6 * MINUTE, fault: { kind: 'no-network', ms: 90_000 } }],
		['at 7m deny context for 10m', { when: 'at', at: 7 * MINUTE, fault: { kind: 'no-context', ms: 10 * MINUTE } }],
		['at 8m fill sms', { when: 'at', at: 8 * MINUTE, fault: { kind: 'full-sms', ms: undefined } }],
		['from 8m to 9m fill sms', { when: 'at', at: 8 * MINUTE, fault: { kind: 'full-sms', ms: MINUTE } }],
		['at 9m tear settings write', { when: 'at', at: 9 * MINUTE, fault: { kind: 'torn-write', nth: 1 } }],
		['at 9m tear settings write 3', { when: 'at', at: 9 * MINUTE, fault: { kind: 'torn-write', nth: 3 } }],
		['at 10m jump clock by +2d', { when: 'at', at: 10 * MINUTE, fault: { kind: 'clock-jump', by: 172_800_000 } }],
		['at 10m jump clock by -1.5h', { when: 'at', at: 10 * MINUTE, fault: { kind: 'clock-jump', by: -5_400_000 } }],
		['at 12m drop wifi for 1m', { when: 'at', at: 12 * MINUTE, fault: { kind: 'no-wifi', ms: MINUTE } }],
		['at 12m eject sim for 1m', { when: 'at', at: 12 * MINUTE, fault: { kind: 'no-card', ms: MINUTE } }],
		[
			'at 1m lose 25% of sms for 5m',
			{ when: 'at', at: MINUTE, fault: { kind: 'sms', transit: { lose: 0.25 }, ms: 5 * MINUTE } },
		],
		[
			'from 1m to 2m double 100% of sms',
			{ when: 'at', at: MINUTE, fault: { kind: 'sms', transit: { double: 1 }, ms: MINUTE } },
		],
		[
			'at 1m delay sms by 90s for 5m',
			{ when: 'at', at: MINUTE, fault: { kind: 'sms', transit: { delay: 90_000 }, ms: 5 * MINUTE } },
		],
		[
			'at 1m reorder sms by 30s for 5m',
			{ when: 'at', at: MINUTE, fault: { kind: 'sms', transit: { spread: 30_000 }, ms: 5 * MINUTE } },
		],
		['random faults every 20m seed 7', { when: 'random', every: 20 * MINUTE, seed: 7 }],
		['random faults every 20m', { when: 'random', every: 20 * MINUTE, seed: undefined }],
		['  AT 2m   Reset  Module # as after a watchdog', { when: 'at', at: 2 * MINUTE, fault: { kind: 'reset' } }],
	])('has the statement "%s"', (line, entry) => {
		expect(parsed(line)).toEqual([entry]);
	});

	test('is read line by line, with comments, empty lines and any line end', () => {
		expect(parsed('# nothing\r\n\nat 1s reset module\r\n   \rat 2s restart board')).toHaveLength(2);
		expect(parsed('')).toEqual([]);
	});

	test.each([
		['tomorrow reset module', /^line 1: "at <time> …".* is expected, not "tomorrow reset module"$/],
		['at soon reset module', /^line 1: a time such as 90s, 5m, 2h or 1d is expected, not "soon"$/],
		['every 0s reset module', /a time such as/],
		['from 3m to 1m stall uart', /"to" must be later than "from", not 1m after 3m$/],
		['from 1m to 2m stall uart for 5s', /leave out "for"$/],
		['from 1m to 2m reset module', /"reset module" has no duration/],
		['at 1m stall uart', /how long is missing: "stall uart for <time>" is expected$/],
		['at 1m stall uart for ever', /a time such as .* not "ever"$/],
		['at 1m lose 0% of sms for 5m', /a rate such as 0.5% is expected, not "0%"$/],
		['at 1m delay sms by soon for 5m', /a time such as .* not "soon"$/],
		['at 1m reorder sms by 5s', /how long is missing: "reorder sms by <time> for <time>" is expected$/],
		['at 1m hang instance 9 until reset', /an instance from 1 to 4 is expected, not "9"$/],
		['at 1m hang instance 2 until monday', /"until" wants break, reopen, mux, reboot, reset or power, not "monday"$/],
		['at 1m hang all until reboot', /"hang all until" wants mux, reset or power, not "reboot"/],
		[
			'at 1m hang everything',
			/"hang instance <1-4> until .*" or "hang all until mux\|reset\|power" is expected, not "hang everything"$/,
		],
		['at 1m lose many of octets for 1m', /a rate such as 0.5% is expected, not "many"$/],
		['at 1m lose 0% of octets for 1m', /a rate such as/],
		['at 1m lose 101% of octets for 1m', /a rate such as/],
		['at 1m lose 1% of octets toward home for 1m', /"toward" wants board, module or both, not "home"$/],
		['at 1m tear settings write 0', /is expected, not "0"$/],
		['at 1m jump clock by 2d', /a time with its sign such as \+2d or -3h is expected, not "2d"$/],
		['at 1m explode', /"reset module" or "brown out module" .* is expected, not "explode"$/],
		['random faults every day', /a time such as .* not "day"$/],
		['random faults every 1m seed x', /a whole number is expected as seed, not "x"$/],
	])('says what is wrong with "%s"', (line, message) => {
		const outcome = parseFaults(line);
		expect(outcome.ok).toBe(false);
		if (!outcome.ok) expect(outcome.error[0]).toMatch(message);
	});

	test('names each wrong line by its number', () => {
		const outcome = parseFaults('at 1m reset module\nat x reset module\n\nat 1m dance');
		expect(outcome.ok ? [] : outcome.error.map(error => error.slice(0, 7))).toEqual(['line 2:', 'line 4:']);
	});

	test('takes any text without an exception', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 60 }), text => {
				expect(typeof parseFaults(`at 1m ${text}`).ok).toBe('boolean');
				expect(typeof parseFaults(text).ok).toBe('boolean');
			}),
			{ numRuns: 100 },
		);
	});
});

describe('a time', () => {
	test.each([
		['500ms', 500],
		['90s', 90_000],
		['5m', 300_000],
		['2h', 7_200_000],
		['1d', 86_400_000],
		['0.5s', 500],
	])('%s is %i ms', (text, ms) => {
		expect(parseTime(text)).toBe(ms);
	});

	test.each(['', 's', '5', '5 m', '-5m', '5w', '1e3s', '.5s'])('is not "%s"', text => {
		expect(parseTime(text)).toBeUndefined();
	});

	test('is described so that it is read the same', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), ms => {
				expect(parseTime(describeTime(ms))).toBe(ms);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('a fault that is drawn', () => {
	test('comes again with the same seed, and others with another', () => {
		const draw = (seed: number) => {
			const random = new Random(seed);
			return Array.from({ length: 20 }, () => drawFault(random));
		};
		expect(draw(7)).toEqual(draw(7));
		expect(draw(7)).not.toEqual(draw(8));
	});

	test('can be of every kind, and can be described in words that a scenario has', () => {
		const random = new Random(1);
		const seen = new Set<string>();
		for (let round = 0; round < 300; round++) {
			const fault: Fault = drawFault(random);
			seen.add(fault.kind);
			expect(parsed(`at 1m ${describeFault(fault)}`)).toEqual([{ when: 'at', at: MINUTE, fault }]);
		}
		expect([...seen].sort()).toEqual([...FAULT_KINDS].sort());
	});

	test('on the way of messages is one of four, in words that a scenario has', () => {
		const random = new Random(2);
		const seen = new Set<string>();
		for (let round = 0; round < 40; round++) {
			const fault = drawFault(random, ['sms']);
			seen.add(describeFault(fault).split(' ')[0]!);
			expect(parsed(`at 1m ${describeFault(fault)}`)).toEqual([{ when: 'at', at: MINUTE, fault }]);
		}
		expect([...seen].sort()).toEqual(['delay', 'double', 'lose', 'reorder']);
	});

	test('is of the kinds that are asked for', () => {
		const random = new Random(3);
		for (let round = 0; round < 20; round++) expect(drawFault(random, ['stall', 'reset']).kind).toMatch(/stall|reset/);
	});
});

describe('the random numbers', () => {
	test('stay within their bounds and reach both', () => {
		const random = new Random(42);
		const seen = new Set<number>();
		for (let round = 0; round < 500; round++) seen.add(random.between(3, 6));
		expect([...seen].sort()).toEqual([3, 4, 5, 6]);
		expect(() => new Random(-1).next()).not.toThrow();
	});

	test('are spread evenly enough', () => {
		const random = new Random(5);
		let sum = 0;
		for (let round = 0; round < 2000; round++) sum += random.next();
		expect(sum / 2000).toBeGreaterThan(0.47);
		expect(sum / 2000).toBeLessThan(0.53);
	});
});
