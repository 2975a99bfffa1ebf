import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../src/base/text.js';
import type { Store } from '../../src/ports/store.js';
import { answered, desk } from './dte.js';

/** A store that lives as long as the test. */
class RamStore implements Store {
	readonly records = new Map<string, Uint8Array>();
	read(name: string): Uint8Array | undefined {
		return this.records.get(name);
	}
	write(name: string, record: Uint8Array): boolean {
		this.records.set(name, record.slice());
		return true;
	}
	erase(name: string): void {
		this.records.delete(name);
	}
}

describe('the AT server of the virtual module', () => {
	test.each<[string, string, string]>([
		['an empty line', 'AT', '\r\nOK\r\n'],
		['lower case', 'at+cmee?', answered('+CMEE: 0')],
		['a chain', 'AT+CMEE=1;+CMEE?', answered('+CMEE: 1')],
		['basic and extended commands in one line', 'ATE1V1+CMEE?;S3?', '\r\n+CMEE: 0\r\n\r\n013\r\n\r\nOK\r\n'],
		['an unknown command', 'AT+NOSUCH', '\r\nERROR\r\n'],
		['a parameter out of range', 'AT+CMEE=3', '\r\nERROR\r\n'],
		['a parameter out of range, with numeric errors', 'AT+CMEE=1;+CMEE=3', '\r\n+CME ERROR: 4\r\n'],
		['an error stops the rest', 'AT+NOSUCH;+CMEE=2;+CMEE?', '\r\nERROR\r\n'],
		['what came before the error stays printed', 'AT+CMEE?;+NOSUCH', '\r\n+CMEE: 0\r\n\r\nERROR\r\n'],
		['control characters inside a line', 'AT+C\x01M\x02EE?', answered('+CMEE: 0')],
		['80 characters run', `AT+CMEE?${' '.repeat(72)}`, answered('+CMEE: 0')],
		['81 characters do not', `AT+CMEE?${' '.repeat(73)}`, '\r\nERROR\r\n'],
	])('answers %s', async (_, line, expected) => {
		const { terminal } = await desk();
		terminal.type('ATE0\r');
		await terminal.watch(300);
		expect(await terminal.send(line)).toBe(expected);
	});

	test('echoes until E0 and formats by V and Q', async () => {
		const { terminal } = await desk();
		terminal.type('AT+CMEE?\r');
		expect(await terminal.watch(300)).toBe('AT+CMEE?\r\r\n+CMEE: 0\r\n\r\nOK\r\n');
		await terminal.set('ATE0');
		terminal.type('ATV0\r');
		expect(await terminal.watch(300)).toBe('0\r');
		expect(await terminal.send('AT+CMEE?')).toBe('+CMEE: 0\r\n0\r');
		expect(await terminal.send('AT+NOSUCH')).toBe('4\r');
		expect(await terminal.send('ATV1Q1')).toBe('');
		expect(await terminal.send('AT+CMEE?')).toBe('\r\n+CMEE: 0\r\n');
		expect(await terminal.send('ATQ0')).toBe('\r\nOK\r\n');
	});

	test('repeats the last line on A/', async () => {
		const { terminal } = await desk();
		await terminal.set('ATE0');
		const first = await terminal.send('AT+CSQ');
		terminal.type('A/');
		expect(await terminal.watch(300)).toBe(first);
	});

	test.each<[string, string, string]>([
		['S0', 'ATS0=3', '003'],
		['S7', 'ATS7=45', '045'],
		['S12', 'ATS12=20', '020'],
	])('keeps register %s', async (name, line, value) => {
		const { terminal } = await desk();
		await terminal.set(line);
		expect(await terminal.send(`AT${name}?`)).toBe(answered(value));
	});

	test('refuses registers that do not exist and values that no register holds', async () => {
		const { terminal } = await desk();
		expect(await terminal.send('ATS99=1')).toBe('\r\nERROR\r\n');
		expect(await terminal.send('ATS7=256')).toBe('\r\nERROR\r\n');
	});

	test('forgets the profile at a restart unless &W stored it', async () => {
		const { terminal, module } = await desk();
		await terminal.set('ATE0', 'AT+CMEE=1', 'AT&W', 'AT+CMEE=2', 'AT+CMGF=1');
		await terminal.send('AT#REBOOT', 15_000);
		expect(module.boots).toBe(2);
		terminal.type('AT+CMEE?;+CMGF?\r');
		expect(await terminal.watch(300)).toBe('\r\n+CMEE: 1\r\n\r\n+CMGF: 0\r\n\r\nOK\r\n');
	});

	test('brings the echo back at a restart', async () => {
		const { terminal } = await desk();
		await terminal.set('ATE0');
		await terminal.send('AT#REBOOT', 15_000);
		terminal.type('AT\r');
		expect(await terminal.watch(300)).toBe('AT\r\r\nOK\r\n');
	});

	test('goes back to the stored profile with Z and to the factory with &F', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CMEE=1', 'AT&W', 'AT+CMEE=2');
		expect(await terminal.send('ATZ;+CMEE?')).toBe(answered('+CMEE: 1'));
		expect(await terminal.send('AT&F;+CMEE?')).toBe(answered('+CMEE: 0'));
	});

	test('keeps stored settings in a store across modules', async () => {
		const store = new RamStore();
		const first = await desk({ store });
		await first.terminal.set('AT+CGDCONT=1,"IP","internet.wind"', 'AT#SCFG=2,1,300,0,600,1', 'AT#SMSATRUN=1', 'ATE0&W');
		const second = await desk({ store });
		second.terminal.type('AT+CGDCONT?\r');
		expect(await second.terminal.watch(300)).toBe(answered('+CGDCONT: 1,"IP","internet.wind","",0,0'));
		expect(await second.terminal.send('AT#SMSATRUN?')).toBe(answered('#SMSATRUN: 1,1'));
		expect(await second.terminal.send('AT#SCFG?')).toContain('#SCFG: 2,1,300,0,600,1\r\n');
	});

	test.each(['{"p', '{}', '{"profiles":[],"sockets":[]}', '{"profiles":1}'])(
		'starts from the factory on %s',
		async record => {
			const store = new RamStore();
			store.write('module', bytesOf(record));
			const { terminal } = await desk({ store });
			expect(await terminal.send('AT#SMSATRUN?')).toBe(answered('#SMSATRUN: 0,0'));
		},
	);

	test('hears nothing before its boot is over, nor at another fixed rate', async () => {
		const { terminal, clock, module, dte } = await desk({ baud: 115_200, powered: false });
		expect(await terminal.send('AT')).toBe('');
		module.powerOn();
		terminal.type('AT\r');
		expect(await terminal.watch(1000)).toBe('');
		await clock.advance(10_000);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
		expect(await terminal.send('AT+IPR=9600')).toBe('\r\nOK\r\n');
		expect(await terminal.send('AT')).not.toContain('OK');
		dte.setBaud(9600);
		await terminal.send('');
		expect(await terminal.send('AT+IPR?')).toBe(answered('+IPR: 9600'));
		await terminal.set('AT+IPR=0');
		dte.setBaud(38_400);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('comes to the same answer however the line is cut', async () => {
		for (const block of [1, 2, 3, 7]) {
			const { terminal } = await desk({ baud: 115_200, wire: { block } });
			expect(await terminal.send('AT+CMEE=1;+CMEE?')).toBe(answered('+CMEE: 1'));
		}
	});

	test('is in step again after a line with any octet lost', async () => {
		const { terminal } = await desk();
		const line = 'AT+CMEE?\r';
		for (let lost = 0; lost < line.length - 1; lost++) {
			terminal.type(line.slice(0, lost) + line.slice(lost + 1));
			await terminal.watch(300);
			expect(await terminal.send('AT+CMGF?')).toBe(answered('+CMGF: 0'));
		}
	});
});
