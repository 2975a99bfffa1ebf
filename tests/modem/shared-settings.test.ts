import { describe, expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../src/at/command-line.js';
import { DteWishes } from '../../src/modem/dte-wishes.js';
import { commandFor, SHARED_SETTINGS, settingOf, valuesAfter } from '../../src/modem/setting-table.js';
import { SharedSettings } from '../../src/modem/shared-settings.js';

function commands(body: string): readonly Command[] {
	const parsed = parseCommandLine(body);
	if (!parsed.ok) throw new Error(body);
	return parsed.value;
}

/** An instance as it is after the attach. */
function attached(): SharedSettings {
	const shared = new SharedSettings();
	for (const [name, args] of [
		['+CMGF', '0'],
		['+CSCS', '"IRA"'],
		['+CSDH', '0'],
	]) {
		shared.adopt(name!, args!);
	}
	return shared;
}

describe('a setting of the table', () => {
	test.each([
		['X0', 'X0'],
		['X', 'X0'],
		['&D2', '&D2'],
		['+CMGF=1', '+CMGF=1'],
		['+CPMS="ME"', '+CPMS="ME","SM","SM"'],
		['+CPMS=,"ME"', '+CPMS="SM","ME","SM"'],
		['+CSMP=,,,16', '+CSMP=17,167,0,16'],
		['#QSS=1', '#QSS=1'],
	])('%s leaves %s', (line, wanted) => {
		const command = commands(line)[0]!;
		const setting = settingOf(command)!;
		expect(commandFor(setting, valuesAfter(command.args, setting.factory))).toBe(wanted);
	});

	test.each(['+CMGF?', '+CMGF=?', 'X?', '+CMEE=1', 'E0', 'S0=1', 'S3=13', '+CGMM'])('is not changed by %s', line => {
		expect(settingOf(commands(line)[0]!)).toBeUndefined();
	});

	test('has the values of its factory in as many places as its set form', () => {
		for (const { name, factory, own } of SHARED_SETTINGS) {
			expect(factory.length, name).toBeGreaterThan(0);
			if (own !== undefined) expect(own.length, name).toBe(factory.length);
		}
	});
});

describe('the shared settings', () => {
	test('need no line while all want what is there', () => {
		const shared = attached();
		for (const user of ['control', 'service', 'anyone', new DteWishes()] as const) {
			expect(shared.prepare(user)).toBeUndefined();
		}
	});

	test('give each user its own, and only where it differs', () => {
		const shared = attached();
		const [one, other] = [new DteWishes(), new DteWishes()];
		shared.note(one, commands('+CMGF=1'), true);
		shared.note(one, commands('+CSCS="UCS2"'), true);
		expect(shared.prepare(one)).toBeUndefined();
		expect(shared.prepare('control')).toBe('AT+CMGF=0;+CSCS="IRA"');
		expect(shared.prepare('control')).toBeUndefined();
		expect(shared.prepare(other)).toBeUndefined();
		expect(shared.prepare(one)).toBe('AT+CMGF=1;+CSCS="UCS2"');
		expect(shared.prepare('anyone')).toBeUndefined();
	});

	test('of a basic command need no semicolon behind it', () => {
		const shared = attached();
		const [one, other] = [new DteWishes(), new DteWishes()];
		shared.note(one, commands('X0'), true);
		shared.note(one, commands('+CPBS="FD"'), true);
		expect(shared.prepare(other)).toBe('AT+CPBS="SM";X1');
	});

	test('bring reports back once nobody knows how they stand, whoever comes first, and no other user changes them', () => {
		const shared = attached();
		const [one, other] = [new DteWishes(), new DteWishes()];
		shared.note(one, commands('+CREG=2'), true);
		for (const user of ['control', other, 'service'] as const) expect(shared.prepare(user)).toBeUndefined();
		shared.forget();
		expect(shared.prepare('control')).toBe('AT+CMGF=0;+CREG=2');
		expect(shared.prepare(one)).toBeUndefined();
	});

	test('set again what a line that failed may have changed', () => {
		const shared = attached();
		const one = new DteWishes();
		shared.note(one, commands('+CSCS="UCS2";+CMGF=9'), false);
		expect(shared.prepare(one)).toBe('AT+CMGF=0;+CSCS="IRA"');
	});

	test('leave a service what its requesters set, also after the co-processor was there', () => {
		const shared = attached();
		shared.note('service', commands('+CMGF=1;+CSDH=1'), true);
		expect(shared.prepare('service')).toBeUndefined();
		expect(shared.prepare('control')).toBe('AT+CMGF=0');
		expect(shared.prepare('service')).toBe('AT+CMGF=1');
	});

	test('make no line longer than a module takes; the rest comes before the next', () => {
		const shared = attached();
		const one = new DteWishes();
		const all =
			'+CMGF=1;+CSCS="PCCP437";+CSDH=1;+CSMP=17,167,255,255;+CPBS="FD";+CREG=2;+CGREG=2;+CRC=1;+CLIP=1;#QSS=2';
		shared.note(one, commands(all), true);
		shared.forget();
		const lines: string[] = [];
		for (let line = shared.prepare(one); line !== undefined; line = shared.prepare(one)) lines.push(line);
		expect(lines.length).toBeGreaterThan(1);
		for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
		expect(
			lines
				.map(line => line.slice(2))
				.join(';')
				.split(';')
				.sort(),
		).toEqual([...all.split(';'), '+CPMS="SM","SM","SM"'].filter(command => !command.startsWith('+CPMS')).sort());
	});

	test('reset to the stored profile, or to the factory’s', () => {
		const shared = attached();
		const one = new DteWishes();
		shared.note(one, commands('+CMGF=1'), true);
		shared.store(one);
		shared.note(one, commands('+CMGF=0;+CREG=1'), true);
		shared.reset(one, true);
		expect(shared.prepare(one)).toBe('AT+CMGF=1;+CREG=0');
		shared.reset(one, false);
		expect(shared.prepare(one)).toBe('AT+CMGF=0');
	});

	test('after a restart by the DTE are the stored ones', () => {
		const shared = attached();
		const one = new DteWishes();
		shared.note(one, commands('+CMGF=1;+CREG=1'), true);
		one.clear();
		shared.restarted();
		expect(shared.prepare(one)).toBe('AT+CMGF=0');
	});
});
