import { describe, expect, test } from 'vitest';
import { Mobile } from '../../hosts/simulator/mobile.js';
import type { RestartReason } from '../../src/ports/restart.js';
import { SAFE_TIME } from '../../src/services/boot-guard.js';
import { answerTo, FULL_NUMBER, readyBoard } from '../services/support.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { TestStore } from '../support/memory-store.js';

const MINUTE = 60_000;

/** The board of this store, started after these ends in a row; each run is a minute long. */
async function startedAfter(settings: TestStore, ...reasons: readonly RestartReason[]): Promise<TestDesk> {
	let board: TestDesk | undefined;
	for (const reason of reasons) {
		if (board !== undefined) {
			await board.clock.advance(MINUTE);
			await board.clock.settled(board.desk.stop(), MINUTE);
		}
		board = await deskThatRuns({ readyMade: true, settings, start: { reason, why: `it was ${reason}` } });
	}
	return board!;
}

describe('given a board that crashed three times within minutes', () => {
	test('its console works, and neither SMS nor TCP is served', async () => {
		const board = await startedAfter(new TestStore(), 'fault', 'watchdog', 'fault');
		await board.registered();
		expect(await board.console.ask('at+cgmm')).toContain('GE865');
		await board.clock.advance(MINUTE);
		expect(board.desk.memorySockets.isListening(1024)).toBe(false);
		expect(await answerTo(board, new Mobile(board.desk.centre, FULL_NUMBER), 'AT+CGMM')).toBeUndefined();
		expect(await board.console.ask('at#atruninfo')).toContain('RESTART,"fault","it was fault",1');
		expect(await board.console.ask('at#atrunlog=1')).toContain('"started","safe mode: fault: it was fault"');
	});

	test('it serves again after half an hour, the SMS that came meanwhile too', async () => {
		const board = await startedAfter(new TestStore(), 'fault', 'watchdog', 'fault');
		await board.registered();
		const mobile = new Mobile(board.desk.centre, FULL_NUMBER);
		expect(await answerTo(board, mobile, 'AT+CGMM')).toBeUndefined();
		await board.clock.advance(SAFE_TIME);
		await board.clock.until(() => mobile.received.length > 0, 2 * MINUTE, 'the answer');
		expect(mobile.received[0]?.text).toContain('GE865');
		expect(board.desk.memorySockets.isListening(1024)).toBe(true);
	});

	test('it serves again when the console says so', async () => {
		const board = await startedAfter(new TestStore(), 'fault', 'watchdog', 'fault');
		await board.registered();
		expect(await board.console.ask('at#atrunreset=4')).toContain('OK');
		await board.clock.until(() => board.desk.memorySockets.isListening(1024), MINUTE, 'the listening socket');
		expect(await board.console.ask('at#atruninfo')).toContain('RESTART,"fault","it was fault",0');
	});

	test('a power cut begins a new row', async () => {
		const board = await startedAfter(new TestStore(), 'fault', 'watchdog', 'fault', 'power-on');
		await board.clock.until(() => board.desk.memorySockets.isListening(1024), MINUTE, 'the listening socket');
		const stat = await board.console.ask('at#atrunstat');
		expect(stat).toContain('#ATRUNSTAT: CRASHES,0\r\n');
		expect(stat).toContain('#ATRUNSTAT: START_FAULT,2\r\n');
		expect(stat).toContain('#ATRUNSTAT: START_WATCHDOG,1\r\n');
	});
});

describe('given a board with a watchdog', () => {
	test('a module that stays dead for hours does not starve it: whoever tries on is not stuck', async () => {
		let feeds = 0;
		const board = await readyBoard({ watchdog: { feed: () => feeds++ } });
		const before = feeds;
		for (let minute = 0; minute < 240; minute++) {
			for (let part = 0; part < 10; part++) {
				board.desk.module.cutPower();
				await board.clock.advance(MINUTE / 10);
			}
		}
		expect(board.desk.coprocessor.modem.state).toBe('attaching');
		expect(feeds - before).toBe(240 * 60);
	});
});
