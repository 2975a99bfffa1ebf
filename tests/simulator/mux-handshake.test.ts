import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../src/base/text.js';
import { type Desk, desk } from './dte.js';

/*
 * How daemons of other people open, use and close the multiplexer: gsm0710muxd in basic mode and the library of telephony
 * daemons. What they send is written here by hand, by 27.010 alone, so that nothing of this project reads its own writing.
 */

const SABM = 0x3f;
const UIH = 0xef;
const DISC = 0x53;
const UA = 0x73;
const DM = 0x1f;

interface Frame {
	readonly dlci: number;
	readonly control: number;
	readonly command: boolean;
	readonly text: string;
}

/** 27.010 5.2.1.6: over address, control and length; the polynomial x^8 + x^2 + x + 1, reversed. */
function checkOf(octets: readonly number[]): number {
	let fcs = 0xff;
	for (const octet of octets) {
		fcs ^= octet;
		for (let bit = 0; bit < 8; bit++) fcs = fcs & 1 ? (fcs >> 1) ^ 0xe0 : fcs >> 1;
	}
	return 0xff - fcs;
}

function frame(dlci: number, control: number, text = '', command = true): string {
	const head = [(dlci << 2) | (command ? 2 : 0) | 1, control, (text.length << 1) | 1];
	const octets = [0xf9, ...head, ...[...text].map(character => character.charCodeAt(0)), checkOf(head), 0xf9];
	return String.fromCharCode(...octets);
}

/** The frames that stand in what came, one flag or two between them. */
function framesOf(text: string): Frame[] {
	const octets = bytesOf(text);
	const frames: Frame[] = [];
	let at = 0;
	while (at < octets.length) {
		if (octets[at] === 0xf9) {
			at++;
			continue;
		}
		const length = octets[at + 2]! >> 1;
		const head = [octets[at]!, octets[at + 1]!, octets[at + 2]!];
		expect(octets[at + 3 + length]).toBe(checkOf(head));
		const body = text.slice(at + 3, at + 3 + length);
		frames.push({ dlci: head[0]! >> 2, control: head[1]!, command: (head[0]! & 2) !== 0, text: body });
		at += 4 + length;
	}
	return frames;
}

/** V.24 signals of a DLCI (27.010 5.4.6.3.7): RTC, RTR, DV. */
const modemStatus = (dlci: number) => `\xe3\x05${String.fromCharCode((dlci << 2) | 3)}\x8d`;

class Daemon {
	readonly #at: Desk;

	constructor(at: Desk) {
		this.#at = at;
	}

	/** The chat that comes first; each line ends with CR LF. */
	async chats(...lines: readonly string[]): Promise<void> {
		for (const line of lines) {
			this.#at.terminal.screen = '';
			this.#at.terminal.type(`${line}\r\n`);
			await this.#at.clock.until(() => /\r\nOK\r\n$/.test(this.#at.terminal.screen), 10_000, `OK to ${line}`);
		}
	}

	/** What comes in `ms` after these octets. */
	async sends(octets: string, ms = 500): Promise<Frame[]> {
		this.#at.terminal.screen = '';
		this.#at.terminal.type(octets);
		await this.#at.clock.advance(ms);
		return framesOf(this.#at.terminal.screen);
	}
}

async function opened(): Promise<{ at: Desk; daemon: Daemon }> {
	const at = await desk();
	const daemon = new Daemon(at);
	await daemon.chats('AT', 'ATZ', 'ATE0', 'AT+CMUX=0');
	return { at, daemon };
}

/** The text that a DLCI carries. */
function said(frames: readonly Frame[], dlci: number): string {
	return frames
		.filter(one => one.dlci === dlci && one.control === UIH)
		.map(({ text }) => text)
		.join('');
}

describe('a multiplexer daemon', () => {
	test('opens the control channel and then one DLCI after the other, with its MSC', async () => {
		const { daemon } = await opened();
		expect(await daemon.sends(frame(0, SABM))).toMatchObject([{ dlci: 0, control: UA }]);
		for (const dlci of [1, 2, 3]) {
			const answers = await daemon.sends(frame(dlci, SABM));
			expect(answers[0]).toMatchObject({ dlci, control: UA });
			// The response to ours, and the module's own.
			const status = await daemon.sends(frame(0, UIH, modemStatus(dlci)));
			expect(said(status, 0)).toContain(`\xe1\x05${String.fromCharCode((dlci << 2) | 3)}`);
			expect(said(status, 0)).toContain(`\xe3\x05${String.fromCharCode((dlci << 2) | 3)}`);
			expect(said(await daemon.sends(frame(dlci, UIH, 'ATE0\r')), dlci)).toContain('\r\nOK\r\n');
			expect(said(await daemon.sends(frame(dlci, UIH, 'AT+CSQ\r')), dlci)).toBe('\r\n+CSQ: 21,0\r\n\r\nOK\r\n');
		}
	});

	test('that sends everything at once gets everything, and DM for a DLCI that is not there', async () => {
		const { daemon } = await opened();
		const all = [0, 1, 2, 3, 5].map(dlci => frame(dlci, SABM)).join('');
		const status = [1, 2, 3].map(dlci => frame(0, UIH, modemStatus(dlci))).join('');
		const answers = await daemon.sends(all + status);
		expect(answers.filter(({ control }) => control === UA).map(({ dlci }) => dlci)).toEqual([0, 1, 2, 3]);
		expect(answers.filter(({ control }) => control === DM).map(({ dlci }) => dlci)).toEqual([5]);
		const words = await daemon.sends([1, 2, 3].map(dlci => frame(dlci, UIH, 'AT\r')).join(''));
		for (const dlci of [1, 2, 3]) expect(said(words, dlci)).toContain('OK');
	});

	test('pings with TEST, which comes back as it was', async () => {
		const { daemon } = await opened();
		await daemon.sends(frame(0, SABM));
		expect(said(await daemon.sends(frame(0, UIH, '\x23\x09PING')), 0)).toBe('\x21\x09PING');
	});

	test('is told of a control message that the module does not have', async () => {
		const { daemon } = await opened();
		await daemon.sends(frame(0, SABM));
		// NSC names the message that was not supported (27.010 5.4.6.3.8).
		expect(said(await daemon.sends(frame(0, UIH, '\x9f\x01')), 0)).toMatch(/^[\x11\x13]\x03/);
	});

	test('moves octets over one DLCI while commands run on the others', async () => {
		const { daemon } = await opened();
		await daemon.sends([0, 1, 2].map(dlci => frame(dlci, SABM)).join(''));
		await daemon.sends([1, 2].map(dlci => frame(0, UIH, modemStatus(dlci)) + frame(dlci, UIH, 'ATE0\r')).join(''));
		expect(said(await daemon.sends(frame(1, UIH, 'ATD*99#\r')), 1)).toContain('CONNECT');
		let back = '';
		for (let round = 0; round < 20; round++) {
			const sent = await daemon.sends(frame(1, UIH, '\xf9\x7e data '.repeat(7)) + frame(2, UIH, 'AT+CREG?\r'));
			back += said(sent, 1);
			expect(said(sent, 2)).toBe('\r\n+CREG: 0,1\r\n\r\nOK\r\n');
		}
		expect(back).toBe('\xf9\x7e data '.repeat(140));
	});

	test.each([
		['CLD', '\xc3\x01', UIH],
		['DISC on DLCI 0', '', DISC],
	])('closes with %s, and the line takes commands again', async (_, text, control) => {
		const { at, daemon } = await opened();
		await daemon.sends([0, 1].map(dlci => frame(dlci, SABM)).join(''));
		await daemon.sends(frame(1, DISC));
		await daemon.sends(frame(0, control, text));
		await at.clock.advance(1000);
		expect(await at.terminal.send('AT')).toContain('\r\nOK\r\n');
		await daemon.chats('AT+CMUX=0');
		expect(await daemon.sends(frame(0, SABM))).toMatchObject([{ dlci: 0, control: UA }]);
	});
});
