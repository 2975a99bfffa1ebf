import { describe, expect, test } from 'vitest';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { desk } from './dte.js';
import { enter } from './mux-desk.js';

describe('a quirk of the virtual module', () => {
	test.each([
		[false, '\r\n> '],
		[true, '\r\n>'],
	])('barePrompt %s asks for data with %j', async (barePrompt, prompt) => {
		const { terminal } = await desk({ quirks: { barePrompt } });
		await terminal.set('AT+CMGF=1');
		expect(await terminal.send('AT+CMGS="+391234567"')).toBe(prompt);
	});

	test.each([
		[false, ''],
		[true, '\r\nRDY\r\n'],
	])('bootBanner %s says %j when the boot is over, and again after a reset of its own', async (bootBanner, banner) => {
		const { terminal, module } = await desk({ quirks: { bootBanner } });
		expect(terminal.screen).toBe(banner);
		module.restart();
		expect(await terminal.watch(6000)).toBe(banner);
	});

	test('urcDuringMux sends a line between the OK of +CMUX and the first frame', async () => {
		const { terminal, dte, clock } = await desk({ quirks: { urcDuringMux: true } });
		expect(await terminal.send('AT+CMUX=0', 500)).toBe('\r\nOK\r\n\r\n+CREG: 1\r\n');
		const mux = new Multiplexer({ port: dte, clock, role: 'initiator' });
		expect((await clock.settled(mux.start(), 5000)).ok).toBe(true);
	});

	test.each<[boolean, 0 | 1, boolean]>([
		[false, 1, true],
		[false, 0, true],
		[true, 1, true],
		[true, 0, false],
	])('ignoresCommandBit0 %s with UIH frames of C/R = %i: heard is %s', async (ignoresCommandBit0, bit, heard) => {
		const at = await enter({ quirks: { ignoresCommandBit0 } });
		const mux = new Multiplexer({ port: at.dte, clock: at.clock, role: 'initiator', uihCommandBit: bit });
		expect((await at.clock.settled(mux.start(), 5000)).ok).toBe(true);
		await at.clock.settled(mux.open(1), 5000);
		// MSC is a UIH frame too: without it the DLCI stays mute.
		expect(mux.statistics.unanswered === 0).toBe(heard);
		const answer = new Uint8Array(64);
		mux.channel(1)!.write(Uint8Array.from([0x41, 0x54, 0x0d]));
		await at.clock.advance(500);
		expect(mux.channel(1)!.read(answer) > 0).toBe(heard);
	});

	test('refusesLongCmux refuses what its family would take', async () => {
		for (const refusesLongCmux of [false, true]) {
			const { terminal } = await desk({ model: 'LE910', quirks: { refusesLongCmux }, baud: 0 });
			await terminal.watch(10_000);
			expect(await terminal.send('AT+CMUX=0,0,5,127', 500)).toBe(refusesLongCmux ? '\r\nERROR\r\n' : '\r\nOK\r\n');
		}
	});
});
