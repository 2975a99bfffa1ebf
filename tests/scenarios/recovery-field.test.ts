import { describe, expect, test } from 'vitest';
import type { DeskOptions } from '../../hosts/simulator/desk.js';
import { fillCard } from '../../hosts/simulator/full-card.js';
import { FULL_NUMBER } from '../services/support.js';
import { deskThatRuns } from '../support/desk.js';
import { TestStore } from '../support/memory-store.js';
import {
	bothAnswer,
	bySms,
	counter,
	listening,
	onConsole,
	recoveryBoard,
	restartBoard,
	rungs,
} from './recovery-desk.js';

// The numbers are those of the table of field failures in docs/recovery.md, which names the tests of the others.
const OK = '\r\nOK\r\n';
const BOTH = [OK, OK];
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A trace that counts notes with this in them, and remembers the time of the first with each word. */
function counting(...words: readonly string[]) {
	const counts: { [word: string]: number } = {};
	for (const word of words) counts[word] = 0;
	return {
		counts,
		trace: {
			note: (_source: string, text: string) => {
				for (const word of words) if (text.includes(word)) counts[word]!++;
			},
		},
	};
}

function timeOf(trace: readonly string[], pattern: RegExp, after = 0): number {
	const found = trace.find(line => Number(line.split(' ')[0]) >= after && pattern.test(line));
	if (found === undefined) throw new Error(`no ${pattern} in the trace`);
	return Number(found.split(' ')[0]);
}

describe('given a module with habits of its own', () => {
	test('4: a ME910, which a SABM within 400 ms deadlocks, is given the time it needs', async () => {
		const board = await recoveryBoard([], { model: 'ME910' });
		const entered = timeOf(board.trace, /→ AT\+CMUX=0/);
		expect(timeOf(board.trace, /cmux → .*SABM/, entered) - entered).toBeGreaterThanOrEqual(400);
		expect((await bothAnswer(board, 60)).answers).toEqual(BOTH);
	});

	test('5: a ME910, which hears no UIH frame with C/R = 0, hears ours, also after a restart', async () => {
		const board = await recoveryBoard([], { model: 'ME910' });
		board.desk.module.restart();
		expect((await bothAnswer(board, 120)).answers).toEqual(BOTH);
		expect(board.desk.module.boots).toBe(2);
	});

	test('6: a ME310 refuses the long +CMUX, and gets the short one', async () => {
		const board = await recoveryBoard([], { model: 'ME310' });
		const long = timeOf(board.trace, /→ AT\+CMUX=0,0/);
		expect(timeOf(board.trace, /→ AT\+CMUX=0$/)).toBeGreaterThan(long);
		expect((await bothAnswer(board, 60)).answers).toEqual(BOTH);
	});

	test.each<readonly [string, Partial<DeskOptions>]>([
		['14: says something while CMUX is entered', { quirks: { urcDuringMux: true } }],
		['9: says RDY when it has booted', { quirks: { bootBanner: true } }],
		['15: has a bare > for a prompt', { quirks: { barePrompt: true } }],
	])('%s: both services answer, before a restart of it and after', async (_, options) => {
		const board = await recoveryBoard([], options);
		expect((await bothAnswer(board, 60)).answers).toEqual(BOTH);
		board.desk.module.restart();
		expect((await bothAnswer(board, 120)).answers).toEqual(BOTH);
	});
});

describe('given a module that goes away', () => {
	test('7: the co-processor restarts beside a module in CMUX, which is not restarted for it', async () => {
		const settings = new TestStore();
		const board = await recoveryBoard([], { settings });
		await restartBoard(board, settings);
		expect((await bothAnswer(board, 120)).answers).toEqual(BOTH);
		expect(board.desk.module.boots).toBe(1);
	});

	test.each(['reset', 'brown-out'] as const)('9: by a %s of its own in a request: that is answered', async kind => {
		const board = await recoveryBoard();
		const before = board.requester.received.length;
		board.requester.send('AT+COPS=?', board.desk.sim.number);
		await board.clock.advance(25_000);
		if (kind === 'reset') board.desk.module.restart();
		else board.desk.module.cutPower();
		await board.clock.until(() => board.requester.received.length > before, 2 * MINUTE, 'the answer');
		expect(board.requester.received[before]!.text).toMatch(/^\r\n#ATRUN: MODULE LOST,"[a-z]+"\r\n\r\nERROR\r\n$/);
		expect((await bothAnswer(board, 120)).answers).toEqual(BOTH);
		expect(await counter(board, 'MODULE_LOST')).toBe(1);
	});

	test('9: by a reset of its own between two requests: the next one only waits', async () => {
		const board = await recoveryBoard();
		board.desk.module.restart();
		const { answers, tcp } = await bothAnswer(board, 120);
		expect(answers).toEqual(BOTH);
		expect(tcp).toBeLessThan(60);
	});
});

describe('given a channel that fails', () => {
	test.each([2, 3])(
		'8: instance %i hangs though the multiplexer lives: it is found before a request does',
		async number => {
			const board = await recoveryBoard();
			board.desk.module.hang({ what: 'instance', number, until: 'reopen' });
			await board.clock.advance(75_000);
			expect(await rungs(board)).toEqual(['reopen']);
			expect((await bothAnswer(board, 60)).answers).toEqual(BOTH);
			expect(board.desk.module.boots).toBe(1);
		},
	);

	test('11: an answer that comes too late is not taken for that of the next request', async () => {
		const board = await recoveryBoard();
		const answer = bySms(board, 'AT+COPS=?', 200);
		// One survey at a time, of 30 s each: that of the request waits for two others.
		board.clock.setTimer(board.clock.now() + 8_000, () => {
			for (const number of [2, 1]) void board.desk.coprocessor.modem.instance(number)!.ask('AT+COPS=?', 100_000);
		});
		expect((await answer).text).toMatch(/^\r\n#ATRUN: TIMEOUT,"[a-z]+"\r\n\r\nERROR\r\n$/);
		expect((await bySms(board, 'AT+CSQ', 60)).text).toMatch(/^\r\n\+CSQ: [0-9]+,[0-9]+\r\n\r\nOK\r\n$/);
	});

	test.each([20, 120, 600])('12, 13: a line that takes nothing for %i s holds nobody for longer', async seconds => {
		const board = await recoveryBoard();
		const before = board.requester.received.length;
		board.desk.wire.stalled = true;
		board.requester.send('AT+CSQ', board.desk.sim.number);
		await board.clock.advance(seconds * 500);
		// The console is the board's own, whatever the module does.
		expect(await board.console.ask('at#atrunmode?')).toContain('#ATRUNMODE: 0');
		await board.clock.advance(seconds * 500);
		board.desk.wire.stalled = false;
		await board.clock.until(() => board.requester.received.length > before, 3 * MINUTE, 'the answer');
		expect((await bothAnswer(board, 180)).answers).toEqual(BOTH);
	});

	test('17: data mode of a request ends by the break of MSC, and nothing like +++ is sent', async () => {
		const noted = counting('+++');
		const board = await recoveryBoard([], { trace: noted.trace });
		expect((await bySms(board, 'AT+CGDATA="PPP",1', 60)).text).toBe('\r\nCONNECT\r\n');
		expect((await bothAnswer(board, 60)).answers).toEqual(BOTH);
		expect(noted.counts).toEqual({ '+++': 0 });
	});
});

describe('given a network or a card that fails', () => {
	test('15: a card that is full when the module starts gets room for requests', async () => {
		const board = await recoveryBoard();
		fillCard(board.desk.sim);
		board.desk.module.restart();
		const { answers } = await bothAnswer(board, 300);
		expect(answers).toEqual(BOTH);
		expect(await counter(board, 'SMS_DROPPED')).toBeGreaterThan(0);
	});

	test('16: a wrong access point for a day costs few tries and no restart, and SMS goes on', async () => {
		const noted = counting('→ AT#SGACT=1,1', '→ AT#SL=');
		const board = await deskThatRuns({
			readyMade: true,
			network: { apns: ['right.example'] },
			trace: noted.trace,
		});
		const requester = board.mobile(FULL_NUMBER);
		await board.clock.advance(DAY);
		expect(board.desk.module.boots).toBe(1);
		const tries = noted.counts['→ AT#SGACT=1,1']!;
		expect(tries).toBeGreaterThan(20);
		expect(tries).toBeLessThan(60);
		requester.send('AT', board.desk.sim.number);
		await board.clock.until(() => requester.received.length > 0, MINUTE, 'the answer');
		await onConsole(board, 'at#atrunapn=1,"right.example"');
		await listening(board, 40 * MINUTE);
	});

	test('a tunnel of an hour: the module is restarted once at most, and both services are back', async () => {
		const board = await recoveryBoard();
		board.desk.network.coverage = false;
		await board.clock.advance(60 * MINUTE);
		expect(board.desk.module.boots).toBeLessThanOrEqual(2);
		board.desk.network.coverage = true;
		expect((await bothAnswer(board, 180)).answers).toEqual(BOTH);
	});

	test('the module forgets how its context is activated, and the network takes it: the keeper asks', async () => {
		const board = await recoveryBoard(['at#sgactcfg=1,0']);
		board.desk.network.loseContexts();
		expect((await bothAnswer(board, 240)).answers).toEqual(BOTH);
		expect(await rungs(board)).toEqual(['network']);
	});

	test('the card is out for ten minutes', async () => {
		const board = await recoveryBoard();
		board.desk.module.setCard(false);
		await board.clock.advance(10 * MINUTE);
		board.desk.module.setCard(true);
		expect((await bothAnswer(board, 300)).answers).toEqual(BOTH);
	});
});

describe('given a card that wants a PIN', () => {
	test('the stored one opens it when the board starts', async () => {
		const board = await deskThatRuns({ sim: { pinEnabled: true, pin: '4321' } });
		expect(await board.console.ask('at+cpin?')).toContain('SIM PIN');
		await onConsole(board, 'at#atrunpin="4321"');
		await board.clock.advance(5_000);
		expect(await board.console.ask('at+cpin?')).toContain('READY');
	});

	test('a wrong one is tried once, whatever restarts', async () => {
		const settings = new TestStore();
		const board = await deskThatRuns({ settings, sim: { pinEnabled: true, pin: '4321' } });
		await onConsole(board, 'at#atrunpin="1111"');
		await board.clock.advance(5_000);
		for (let restart = 0; restart < 3; restart++) {
			board.desk.module.cutPower();
			await board.clock.advance(2 * MINUTE);
		}
		await restartBoard(board, settings);
		await board.clock.advance(2 * MINUTE);
		expect(board.desk.sim.pinAttempts).toBe(2);
	});
});
