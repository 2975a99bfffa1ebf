import { describe, expect, test } from 'vitest';
import { PowerLines } from '../../hosts/simulator/power-lines.js';
import { answered, desk } from './dte.js';

async function pulse(line: (asserted: boolean) => void, ms: number, clock: { advance(ms: number): Promise<void> }) {
	line(true);
	await clock.advance(ms);
	line(false);
}

describe('the power of the virtual module', () => {
	test('a pulse of one second on ON_OFF starts it, a second one stops it', async () => {
		const { power, clock, terminal, module } = await desk({ powered: false });
		expect(power.isOn()).toBe(false);
		await pulse(on => power.setOnOff(on), 1000, clock);
		expect(power.isOn()).toBe(true);
		await clock.advance(12_000);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
		await pulse(on => power.setOnOff(on), 1000, clock);
		expect(module.state).toBe('stopping');
		await clock.advance(5000);
		expect(power.isOn()).toBe(false);
		expect(await terminal.send('AT')).toBe('');
	});

	test('a shorter pulse does nothing, a longer one toggles once', async () => {
		const { power, clock, module } = await desk({ powered: false });
		await pulse(on => power.setOnOff(on), 900, clock);
		expect(module.state).toBe('off');
		await pulse(on => power.setOnOff(on), 9000, clock);
		expect(module.state).toBe('on');
		expect(module.boots).toBe(1);
	});

	test('RESET restarts it, and has no effect while it is off', async () => {
		const { power, clock, module, terminal } = await desk();
		await pulse(on => power.setReset(on), 300, clock);
		expect(await terminal.send('AT', 1000)).toBe('');
		await clock.advance(5000);
		expect(module.boots).toBe(2);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
		module.cutPower();
		await pulse(on => power.setReset(on), 300, clock);
		await clock.advance(9000);
		expect(module.state).toBe('off');
	});

	test('#SHDN answers OK and only ON_OFF starts it again', async () => {
		const { clock, module, power, terminal } = await desk();
		expect(await terminal.send('AT#SHDN', 10_000)).toBe('\r\nOK\r\n');
		expect(module.state).toBe('off');
		await pulse(on => power.setOnOff(on), 1200, clock);
		await clock.advance(12_000);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('#REBOOT answers OK before it happens, at a slow rate too', async () => {
		const { terminal, module } = await desk({ baud: 2400 });
		expect(await terminal.send('AT#REBOOT', 1000)).toBe('\r\nOK\r\n');
		expect(module.boots).toBe(2);
	});

	test('#ENHRST restarts now, once after minutes, and periodically across restarts', async () => {
		const { terminal, module, clock } = await desk();
		await terminal.send('AT#ENHRST=1,0', 12_000);
		expect(module.boots).toBe(2);
		await terminal.set('AT#ENHRST=1,1');
		await clock.advance(200_000);
		expect(module.boots).toBe(3);
		await terminal.set('AT#ENHRST=2,1');
		await clock.advance(200_000);
		expect(module.boots).toBeGreaterThanOrEqual(5);
		expect(await terminal.send('AT#ENHRST?')).toBe(answered('#ENHRST: 2,1'));
	});

	test('a power cut in the middle of a command leaves nothing behind', async () => {
		const { terminal, module, clock } = await desk();
		terminal.type('AT+COPS=?\r');
		await clock.advance(1000);
		module.cutPower();
		expect(await terminal.watch(60_000)).toBe('');
		module.powerOn();
		await clock.advance(12_000);
		expect(await terminal.send('AT+COPS?')).toBe(answered('+COPS: 0,0,"I WIND"'));
	});

	test('a board without PWRMON does not know', async () => {
		const { module } = await desk();
		expect(new PowerLines(module, false).isOn()).toBeUndefined();
	});
});

describe('+CFUN', () => {
	test.each([
		[4, 0],
		[5, 1],
		[1, 1],
	])('in mode %i leaves registration in state %i', async (mode, state) => {
		const { terminal } = await desk();
		await terminal.set(`AT+CFUN=${mode}`);
		await terminal.watch(5000);
		expect(await terminal.send('AT+CREG?')).toBe(answered(`+CREG: 0,${state}`));
		expect(await terminal.send('AT+CFUN?')).toBe(answered(`+CFUN: ${mode}`));
	});

	test('refuses other modes and restarts where asked', async () => {
		const { terminal, module } = await desk();
		expect(await terminal.send('AT+CFUN=3')).toBe('\r\nERROR\r\n');
		await terminal.send('AT+CFUN=1,1', 3000);
		expect(module.boots).toBe(2);
	});
});
