import { describe, expect, test } from 'vitest';
import type { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';
import { encodeHeader, encodeTrailer, FRAME_OVERHEAD, FrameType } from '../../src/cmux/frame.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import { answered, Dte, desk } from './dte.js';
import { enter, muxed } from './mux-desk.js';

const octets = (...bytes: number[]) => Uint8Array.from(bytes);
const SABM_0 = octets(0xf9, 0x03, 0x3f, 0x01, 0x1c, 0xf9);
const SABM_1 = octets(0xf9, 0x07, 0x3f, 0x01, 0xde, 0xf9);
const MSC_1 = octets(0xf9, 0x03, 0xef, 0x09, 0xe3, 0x05, 0x07, 0x0d, 0xfb, 0xf9);

/** A command frame of the initiator. */
function frame(dlci: number, type: FrameType, payload = ''): Uint8Array {
	const bytes = new Uint8Array(payload.length + FRAME_OVERHEAD);
	const head = { dlci, type, commandBit: 1, pollFinal: type === FrameType.SABM } as const;
	const start = encodeHeader(bytes, 0, head, payload.length);
	bytes.set(bytesOf(payload), start);
	return bytes.slice(0, encodeTrailer(bytes, 0, start, start + payload.length));
}

/** Collects what comes as hexadecimal. */
class Probe {
	hex = '';
	readonly #port: BytePort;

	constructor(port: BytePort) {
		this.#port = port;
		const buffer = new Uint8Array(256);
		port.listen({
			readable: () => {
				for (let count = port.read(buffer); count > 0; count = port.read(buffer)) {
					this.hex += hexOf(buffer.subarray(0, count));
				}
			},
		});
	}

	async send(bytes: Uint8Array, clock: VirtualClock, ms = 200): Promise<string> {
		this.hex = '';
		this.#port.write(bytes);
		await clock.advance(ms);
		return this.hex;
	}
}

describe('+CMUX on the virtual module', () => {
	test.each(['AT+CMUX=1', 'AT+CMUX=0,1', 'AT+CMUX=0,0,5,127', 'AT+CMUX='])('%s is refused', async line => {
		const { terminal } = await desk();
		expect(await terminal.send(line)).toBe('\r\nERROR\r\n');
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('answers the frames of the reference octet for octet, and DM on a DLCI it does not have', async () => {
		const { dte, clock } = await enter();
		const probe = new Probe(dte);
		expect(await probe.send(SABM_0, clock)).toBe('F9037301D7F9');
		expect(await probe.send(SABM_1, clock)).toBe('F907730115F9');
		expect(await probe.send(frame(4, FrameType.SABM), clock)).toMatch(/^F9131F01[0-9A-F]{2}F9$/);
	});

	test('says nothing on a DLCI before its MSC came', async () => {
		const { dte, clock } = await enter();
		const probe = new Probe(dte);
		await probe.send(SABM_0, clock);
		await probe.send(SABM_1, clock);
		expect(await probe.send(frame(1, FrameType.UIH, 'AT\r'), clock)).toBe('');
		const answer = hexOf(bytesOf('\r\nOK\r\n'));
		expect(await probe.send(MSC_1, clock)).toContain(answer);
	});

	test('falls back to AT mode 5 s after its OK', async () => {
		const { terminal, clock } = await desk();
		await terminal.set('AT+CMUX=0');
		await clock.advance(5000);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('a sensitive module goes deaf when SABM comes too early, until it is reset', async () => {
		const { terminal, clock, dte, power } = await desk({ quirks: { earlySabmDeadlocks: true } });
		await terminal.send('AT+CMUX=0', 50);
		const probe = new Probe(dte);
		await probe.send(SABM_0, clock);
		expect(await probe.send(SABM_0, clock, 10_000)).toBe('');
		power.setReset(true);
		await clock.advance(300);
		power.setReset(false);
		await clock.advance(5000);
		expect(await probe.send(bytesOf('ATE0\r'), clock)).not.toBe('');
	});

	test('gives three instances with profiles of their own', async () => {
		const at = await enter({ baud: 115_200 });
		const { screens, mux } = await muxed(at, [1, 2, 3]);
		await screens[0]!.set('AT+CMEE=1');
		await screens[1]!.set('AT+CMEE=2');
		expect(await screens[0]!.send('AT+CMEE?')).toBe(answered('+CMEE: 1'));
		expect(await screens[1]!.send('AT+CMEE?')).toBe(answered('+CMEE: 2'));
		expect(await screens[2]!.send('AT+CMEE?')).toBe(answered('+CMEE: 0'));
		const refused = await at.clock.settled(mux.open(4), 5000);
		expect(refused).toEqual({ ok: false, error: 'refused' });
	});

	test('runs commands of the serialised group one after the other, others meanwhile', async () => {
		const at = await enter();
		const { screens } = await muxed(at, [1, 2, 3]);
		screens[0]!.type('AT+COPS=?\r');
		screens[1]!.type('AT+CGATT=1\r');
		expect(await screens[2]!.send('AT+COPS?')).toBe(answered('+COPS: 0,0,"I WIND"'));
		await at.clock.advance(28_000);
		expect(screens[1]!.screen).not.toContain('OK');
		await at.clock.advance(4000);
		expect(screens[0]!.screen).toContain('+COPS: (2,"I WIND"');
		expect(screens[1]!.screen).toContain('OK');
	});

	test('a break octet aborts a survey', async () => {
		const at = await enter();
		const { screens, channels } = await muxed(at, [1]);
		screens[0]!.type('AT+COPS=?\r');
		await at.clock.advance(1000);
		channels[0]!.sendBreak(0);
		await at.clock.advance(1000);
		expect(screens[0]!.screen).toBe('AT+COPS=?\r\r\nOK\r\n');
		expect(await screens[0]!.send('AT')).toBe('\r\nOK\r\n');
	});

	test('a DLCI that was closed can be opened again, with its profile', async () => {
		const at = await enter();
		const { mux, channels, screens } = await muxed(at, [1, 2]);
		await screens[1]!.set('AT+CMEE=2');
		channels[1]!.close();
		await at.clock.advance(1000);
		const again = await at.clock.settled(mux.open(2), 5000);
		if (!again.ok) throw new Error(again.error);
		expect(await new Dte(again.value, at.clock).send('AT+CMEE?')).toBe(answered('+CMEE: 2'));
	});

	test.each(['+IPR=9600', '#SELINT=1', '&F', 'Z', 'S2=45'])('AT%s has no effect inside', async command => {
		const at = await enter({ baud: 115_200 });
		const { screens } = await muxed(at, [1]);
		await screens[0]!.set('AT+CMEE=1', `AT${command}`);
		expect(await screens[0]!.send('AT+CMEE?')).toBe(answered('+CMEE: 1'));
		expect(await screens[0]!.send('ATS2?;+IPR?;#SELINT?')).toBe(
			'\r\n043\r\n\r\n+IPR: 0\r\n\r\n#SELINT: 2\r\n\r\nOK\r\n',
		);
	});

	test('DISC on DLCI 0 brings AT mode back with the profile of the first instance', async () => {
		const at = await enter();
		const { mux, screens } = await muxed(at, [1, 2]);
		await screens[0]!.set('AT+CMEE=2');
		await at.clock.settled(mux.close(), 5000);
		expect(await new Dte(at.dte, at.clock).send('AT+CMEE?')).toBe(answered('+CMEE: 2'));
	});

	test('a drop of DTR ends it', async () => {
		const at = await enter();
		await muxed(at, [1]);
		at.dte.setDtr(false);
		at.dte.setDtr(true);
		await at.clock.advance(100);
		expect(await new Dte(at.dte, at.clock).send('AT')).toContain('\r\nOK\r\n');
	});

	test('a restart of the module leaves the multiplexer', async () => {
		const at = await enter();
		const { screens } = await muxed(at, [1]);
		expect(await screens[0]!.send('AT#REBOOT', 300)).toBe('\r\nOK\r\n');
		await at.clock.advance(10_000);
		expect(await new Dte(at.dte, at.clock).send('AT')).toContain('\r\nOK\r\n');
	});
});
