import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../src/base/text.js';
import { encodeHeader, encodeTrailer, FrameType } from '../../src/cmux/frame.js';
import type { UartPort } from '../../src/ports/byte-port.js';
import { askSession, loggedIn } from '../services/support.js';
import type { TestDesk } from '../support/desk.js';
import { expectSmsAtrun, multiplex, OK, readyBoard, typist } from './console-desk.js';

/** Longest time until the console answers again [ms]. */
const SECOND = 1_000;
const NOISE = Uint8Array.from({ length: 256 }, (_, octet) => octet);

/** Sends octets as fast as the line takes them. */
async function pour(board: TestDesk, port: UartPort, bytes: Uint8Array, times: number): Promise<void> {
	for (let turn = 0; turn < times; turn++) {
		for (let rest = bytes; rest.length > 0; ) {
			rest = rest.subarray(port.write(rest));
			if (rest.length > 0) await board.clock.advance(10);
		}
	}
	// Until the line has carried the last of it.
	await board.clock.advance(400);
}

/** A whole frame. */
function frame(dlci: number, type: FrameType, payload: Uint8Array): Uint8Array {
	const into = new Uint8Array(payload.length + 7);
	const at = encodeHeader(into, 0, { dlci, type, commandBit: 1, pollFinal: false }, payload.length);
	into.set(payload, at);
	return into.slice(0, encodeTrailer(into, 0, at, at + payload.length));
}

/** SMS and a TCP session at work: they must not notice. */
async function services(board: TestDesk): Promise<() => Promise<void>> {
	const client = await loggedIn(board);
	return async () => {
		await expectSmsAtrun(board);
		expect(await askSession(board, client, 'at+cmee?')).toContain('+CMEE: 1');
		expect(board.desk.module.boots).toBe(1);
		expect(board.trace.join('\n')).not.toContain('lost:');
	};
}

describe('the console answers again within a second, and the services do not notice', () => {
	test('a line of 10,000 characters: one ERROR', async () => {
		const board = await readyBoard();
		const check = await services(board);
		await board.console.ask('ate0');
		board.console.clear();
		await pour(board, board.desk.console, bytesOf(`at${'x'.repeat(998)}`), 10);
		board.console.type('\r');
		await board.clock.advance(500);
		expect(board.console.screen).toBe('\r\nERROR\r\n');
		expect(await board.console.ask('at', SECOND)).toBe(OK);
		await check();
	});

	test('binary, all octets, 16 kB of them', async () => {
		const board = await readyBoard();
		const check = await services(board);
		await pour(board, board.desk.console, NOISE, 64);
		board.console.type('\r');
		await board.clock.advance(100);
		expect(await board.console.ask('at', SECOND)).toContain(OK);
		await check();
	});

	test('lines without end while an answer is running: each is answered, in its turn', async () => {
		const board = await readyBoard();
		const check = await services(board);
		await board.console.ask('ate0');
		board.console.clear();
		await pour(board, board.desk.console, bytesOf('at+cgmm\rat+nosuch\rat#smsatrun?\r'), 20);
		await board.clock.advance(3_000);
		const { screen } = board.console;
		expect(screen.split('GE865').length - 1).toBe(20);
		expect(screen.split('ERROR').length - 1).toBe(20);
		expect(screen.split('#SMSATRUN: 1,1').length - 1).toBe(20);
		expect(await board.console.ask('at', SECOND)).toBe(OK);
		await check();
	});

	test('a DTE that reads nothing while the module prints much', async () => {
		const board = await readyBoard();
		const check = await services(board);
		board.desk.console.listen(undefined);
		await pour(board, board.desk.console, bytesOf('at+cmgl=4\r'), 30);
		await check();
		const console = typist(board);
		await board.clock.advance(5_000);
		console.type('\x1b\r');
		await board.clock.advance(500);
		expect(await console.ask('at', SECOND)).toContain(OK);
	});

	test('a wrong rate: garbage, until the DTE comes back to the right one', async () => {
		const board = await readyBoard();
		const check = await services(board);
		for (const baud of [9600, 57_600, 300]) {
			board.desk.console.setBaud(baud);
			board.console.type('at+cgmm\rat\rat+cfun=0\rat#reboot\r');
			await board.clock.advance(2_000);
		}
		board.desk.console.setBaud(115_200);
		board.console.type('\r');
		await board.clock.advance(100);
		expect(await board.console.ask('at', SECOND)).toContain(OK);
		await check();
	});
});

describe('the same of a multiplexed console', () => {
	test('a flood of frames on DLCI 0, on open DLCIs and on closed ones', async () => {
		const board = await readyBoard();
		const check = await services(board);
		const dte = await multiplex(board);
		await dte.person(1);
		dte.mux.abandon();
		const console = typist(board);
		const floods = [
			frame(0, FrameType.UIH, Uint8Array.of(0x23, 0xf9, ...NOISE.subarray(0, 124))),
			frame(0, FrameType.SABM, new Uint8Array(0)),
			frame(9, FrameType.UIH, bytesOf('AT#REBOOT\r')),
			frame(2, FrameType.SABM, new Uint8Array(0)),
			frame(1, FrameType.DISC, new Uint8Array(0)),
			frame(1, FrameType.SABM, new Uint8Array(0)),
			frame(1, FrameType.UIH, NOISE.subarray(0, 127)),
		];
		for (const flood of floods) await pour(board, board.desk.console, flood, Math.ceil(8_000 / flood.length));
		await check();
		await pour(board, board.desk.console, frame(0, FrameType.UIH, Uint8Array.of(0xc3, 0x01)), 1);
		console.clear();
		expect(await console.ask('at', SECOND)).toBe(OK);
		await check();
	});

	test('broken frames, wrong check sequences, lengths that never come', async () => {
		const board = await readyBoard();
		const check = await services(board);
		const dte = await multiplex(board);
		await dte.person(1);
		dte.mux.abandon();
		const console = typist(board);
		await pour(board, board.desk.console, Uint8Array.of(0xf9, 0x03, 0xef, 0xff, 0x00), 400);
		await pour(board, board.desk.console, NOISE, 30);
		await pour(board, board.desk.console, Uint8Array.of(0xf9, 0x07, 0xef, 0xfe), 1);
		console.clear();
		console.type('\r');
		await board.clock.advance(300);
		console.type('AT\r');
		await console.see(OK, SECOND);
		expect(await console.ask('at', SECOND)).toBe(OK);
		await check();
	});

	test('CMUX that is opened and dropped without closing, twenty times in a row', async () => {
		const board = await readyBoard();
		const check = await services(board);
		for (let turn = 0; turn < 20; turn++) {
			const dte = await multiplex(board);
			const first = await dte.person(1);
			first.type('at+cops=?\r');
			await board.clock.advance(turn * 13);
			dte.mux.abandon();
			const console = typist(board);
			console.type('AT\r');
			await console.see(OK, SECOND);
			board.console.clear();
			// The scan of before may still hold the instance, as it would on the module.
			expect(await console.ask('at+cmee?', SECOND)).toContain('+CMEE: 0');
			Object.assign(board, { console });
		}
		await board.clock.advance(60_000);
		await check();
		expect(await board.console.ask('at+cgmm')).toContain('OK');
	});

	test('a DTE that opens DLCIs and reads nothing', async () => {
		const board = await readyBoard();
		const check = await services(board);
		const dte = await multiplex(board);
		const first = await dte.person(1);
		first.type('ate0\r');
		await board.clock.advance(100);
		for (let turn = 0; turn < 40; turn++) first.type('at+cmgl=4;+cgmr\r');
		board.desk.console.listen(undefined);
		await check();
		dte.mux.abandon();
		board.desk.console.setDtr(false);
		await board.clock.advance(100);
		board.desk.console.setDtr(true);
		const console = typist(board);
		await board.clock.advance(1_000);
		expect(await console.ask('at', SECOND)).toContain(OK);
		await board.clock.advance(60_000);
		await check();
	});
});
