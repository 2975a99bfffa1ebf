import { describe, expect, test } from 'vitest';
import { enter, muxed } from './mux-desk.js';

describe('the commands that run one at a time across all instances', () => {
	test.each([
		'+COPS=0',
		'+COPS=?',
		'+CGATT=1',
		'+CGACT=1,1',
		'+CREG=1',
		'#QDNS="x"',
		'+CPBS="SM"',
		'+CLCK="SC",2',
		'+CLIP=1',
		'#FTPCLOSE',
		'#CSURVB',
		'D+390000',
		'A',
		'H',
	])('AT%s waits for a survey on another', async command => {
		const at = await enter();
		const { screens } = await muxed(at, [1, 2]);
		screens[0]!.type('AT#CSURV\r');
		await at.clock.advance(1000);
		screens[1]!.type(`AT${command}\r`);
		await at.clock.advance(28_000);
		expect(screens[1]!.screen.replace(/\s*Network survey started ...\s*/, '')).toBe(`AT${command}\r`);
		await at.clock.advance(40_000);
		expect(screens[1]!.screen).toMatch(/(OK|ERROR|NO CARRIER)\r\n$/);
	});

	test.each(['+COPS?', '+CREG?', '+CSQ', '#SGACT=1,1', '+CMGF=1', '#SS'])('AT%s does not', async command => {
		const at = await enter();
		const { screens } = await muxed(at, [1, 2]);
		screens[0]!.type('AT#CSURV\r');
		await at.clock.advance(1000);
		expect(await screens[1]!.send(`AT${command}`, 3000)).toContain('OK\r\n');
	});

	test('do not count a call that is there, only its dialling', async () => {
		const at = await enter();
		at.network.lines.set('+391234567', { rings: 5000 });
		const { screens } = await muxed(at, [1, 2]);
		screens[0]!.type('ATD+391234567\r');
		await at.clock.advance(100);
		screens[1]!.type('AT+CREG=1\r');
		await at.clock.advance(4000);
		expect(screens[1]!.screen).not.toContain('OK');
		await at.clock.advance(2000);
		expect(screens[1]!.screen).toContain('OK');
		expect(screens[0]!.screen).toContain('CONNECT');
	});
});
