import { describe, expect, test } from 'vitest';
import { FULL_NUMBER, numberOf, readyBoard } from '../services/support.js';
import { deskThatRuns } from '../support/desk.js';

const MINUTE = 60_000;

/** What comes instead of `wanted` where it passes toward the board, so often. */
function garble(
	wanted: string,
	instead: string,
	times: number,
): (bytes: Uint8Array, toward: 'dte' | 'dce') => Uint8Array {
	let left = times;
	return (bytes, toward) => {
		if (left === 0 || toward !== 'dte') return bytes;
		const at = String.fromCharCode(...bytes).indexOf(wanted);
		if (at < 0) return bytes;
		left--;
		for (let place = 0; place < instead.length; place++) bytes[at + place] = instead.charCodeAt(place);
		return bytes;
	};
}

describe('given a line to the module that changes octets', () => {
	test('when the +CMTI of a request is garbled, the request is found within 5 minutes and answered once', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(FULL_NUMBER);
		board.desk.wire.disturb = garble('+CMTI', '+CMTX', 1);
		mobile.send('AT+CGSN', numberOf(board));
		await board.clock.advance(20_000);
		expect(board.desk.sim.used).toBe(1);
		await board.clock.until(() => mobile.received.length > 0, 6 * MINUTE, 'the answer');
		await board.clock.advance(10 * MINUTE);
		expect(mobile.received.map(({ text }) => text)).toEqual(['\r\n357462031234567\r\n\r\nOK\r\n']);
		expect(board.desk.sim.used).toBe(0);
	});

	test('when a request is read wrongly, it is read again', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(FULL_NUMBER);
		// The number of the sender, as it stands in the PDU.
		board.desk.wire.disturb = garble('932309', '942309', 1);
		mobile.send('AT+CGSN', numberOf(board));
		await board.clock.advance(20_000);
		expect(mobile.received).toEqual([]);
		await board.clock.until(() => mobile.received.length > 0, 6 * MINUTE, 'the answer');
	});

	test('a message that is not ours is not read again and again', async () => {
		const board = await readyBoard();
		board.mobile('+491711234567').send('hello', numberOf(board));
		await board.clock.advance(MINUTE);
		board.trace.length = 0;
		await board.clock.advance(30 * MINUTE);
		expect(board.trace.filter(line => line.includes('→ AT+CMGL=4'))).toHaveLength(6);
		expect(board.trace.filter(line => line.includes('→ AT+CMGR='))).toEqual([]);
	});

	test('when the IMEI is garbled once, the board still knows it: signed requests are bound to it', async () => {
		const desk = await deskThatRuns({ wire: { disturb: garble('357462031234567', '357462031234561', 1) } });
		expect(desk.desk.coprocessor.modem.identity?.imei).toBe('357462031234567');
	});

	test('when the module falls into text mode, requests are found again within 5 minutes', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(FULL_NUMBER);
		board.desk.module.firmware!.instances[0]!.profile.textMode = 1;
		mobile.send('AT+CGSN', numberOf(board));
		await board.clock.advance(20_000);
		expect(mobile.received).toEqual([]);
		await board.clock.until(() => mobile.received.length > 0, 6 * MINUTE, 'the answer');
	});

	test('when the firewall rule for the module is garbled, clients get in again within 15 minutes', async () => {
		const board = await readyBoard();
		const { firewall } = board.desk.module.firmware!.sockets;
		firewall.clear();
		firewall.add('126.0.0.0', '255.0.0.0');
		await board.clock.advance(16 * MINUTE);
		expect(firewall.accepts('127.0.0.1')).toBe(true);
		const client = board.client();
		await client.see('Username:');
	});

	test.each([25, 35, 45, 50, 55, 60])(
		'when the line stalls for %i s and brings late answers then, none of them is taken for the IMEI',
		async seconds => {
			const { desk, clock } = await deskThatRuns();
			const { modem } = desk.coprocessor;
			await clock.advance(30_000);
			desk.wire.stalled = true;
			await clock.advance(seconds * 1000);
			desk.wire.stalled = false;
			let told: string | undefined;
			modem.onReady.push(() => {
				told ??= modem.identity?.imei;
			});
			await clock.until(() => told !== undefined, 2 * MINUTE, 'the attached module');
			expect(told).toBe('357462031234567');
		},
	);
});
