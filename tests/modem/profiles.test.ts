import { describe, expect, test } from 'vitest';
import {
	type ModuleProfile,
	muxCommandsAt,
	ON_OFF_PULSES,
	PROFILES,
	profileFor,
	profileNamed,
} from '../../src/modem/profiles.js';

const LONG = 'AT+CMUX=0,0,5,127,10,3,30,10,2';
const named = PROFILES.map((profile): [string, ModuleProfile] => [profile.name, profile]);

describe('the profile of a module', () => {
	test.each([
		['GE865-QUAD', 'GE865'],
		['GE864-QUAD', 'GE865'],
		['GE864-PY', 'GE865'],
		['GE864-QUAD AUTOMOTIVE', 'GE865'],
		['GE863-GPS', 'GE865'],
		['GE863-PRO3', 'GE865'],
		['GE866-QUAD', 'GE865'],
		['GC864-DUAL', 'GE865'],
		['GL865-DUAL V3', 'GE865'],
		['GL868-DUAL', 'GE865'],
		['GM862-QUAD-PY', 'GE865'],
		['GM862-GPS', 'GE865'],
		['GT863-PY', 'GE865'],
		['GT864-QUAD', 'GE865'],
		['HE910', 'HE910'],
		['HE910-EUD', 'HE910'],
		['UE910-EUR', 'HE910'],
		['UL865-NAD', 'HE910'],
		['LE910-EU V2', 'LE910'],
		['LE910C1-EUX', 'LE910'],
		['ME910C1-E1', 'ME910'],
		['ME910G1-WW', 'ME910'],
		['ME310G1-WW', 'ME910'],
		['ML865G1-WW', 'ME910'],
		['NE910C1-E1', 'ME910'],
		[' he910-eud ', 'HE910'],
	])('of a %s is %s', (model, name) => {
		expect(profileFor(model).name).toBe(name);
		expect(profileNamed(model)?.name).toBe(name);
	});

	test.each(['', ' ', 'BG95-M3', 'GE', 'E910', 'XHE910', '+CME ERROR: 4'])(
		'that answers %j to +CGMM is the first one, and nobody can set it by that name',
		model => {
			expect(profileFor(model)).toBe(PROFILES[0]);
			expect(profileNamed(model)).toBeUndefined();
		},
	);

	test.each(named)('%s is found by its name, in any case', (name, profile) => {
		expect(profileNamed(name)).toBe(profile);
		expect(profileNamed(` ${name.toLowerCase()} `)).toBe(profile);
	});

	test('is one only: no model begins like another', () => {
		const models = PROFILES.flatMap(profile => profile.models);
		for (const [at, model] of models.entries()) {
			expect(models.filter((other, place) => place !== at && other.startsWith(model))).toEqual([]);
		}
	});

	test('of the first family assumes nothing that an unknown module may lack', () => {
		const [first, ...others] = PROFILES;
		expect(first).toMatchObject({ spareDlci: undefined, muxCommands: ['AT+CMUX=0'], resetLeaves: 'booting' });
		for (const other of others) {
			expect(first!.instances).toBeLessThanOrEqual(other.instances);
			expect(first!.n1).toBeLessThanOrEqual(other.n1);
			expect(first!.lineMax).toBeLessThanOrEqual(other.lineMax);
			expect(first!.gap).toBeGreaterThanOrEqual(other.gap);
		}
	});
});

describe.each(named)('the profile %s', (_name, profile) => {
	test('is frozen through and through, so that it stays in flash', () => {
		expect(Object.isFrozen(PROFILES)).toBe(true);
		expect(Object.isFrozen(profile)).toBe(true);
		for (const list of [profile.models, profile.muxCommands, profile.rates]) expect(Object.isFrozen(list)).toBe(true);
	});

	test('waits with SABM longer than 400 ms and not as long as the module stays in CMUX without one', () => {
		expect(profile.muxWait).toBeGreaterThan(400);
		expect(profile.muxWait).toBeLessThan(4000);
	});

	test('ends its forms of +CMUX with the one that every module takes', () => {
		expect(profile.muxCommands.at(-1)).toBe('AT+CMUX=0');
		expect(new Set(profile.muxCommands).size).toBe(profile.muxCommands.length);
		for (const command of profile.muxCommands) expect(command.length - 2).toBeLessThanOrEqual(profile.lineMax);
	});

	test('has payloads that one length octet can state', () => {
		expect(profile.n1).toBeGreaterThanOrEqual(31);
		expect(profile.n1).toBeLessThanOrEqual(127);
	});

	test('has a spare DLCI, if any, behind its instances', () => {
		expect(profile.instances).toBe(3);
		expect([undefined, 4]).toContain(profile.spareDlci);
	});

	test('looks at 115200 baud first and at no rate twice', () => {
		expect(profile.rates[0]).toBe(115_200);
		expect(new Set(profile.rates).size).toBe(profile.rates.length);
		expect(profile.rates).toContain(9600);
	});

	test('holds the lines as long as the hardware guides want', () => {
		expect(profile.onOffPulse).toBeGreaterThan(profile.name === 'GE865' ? 1000 : 5000);
		expect(profile.offPulse).toBeGreaterThan(profile.name === 'GE865' ? 2000 : 3000);
		expect(profile.resetPulse).toBeGreaterThan(250);
		expect(profile.offTime).toBeGreaterThan(profile.name === 'LE910' ? 15_000 : 10_000);
		expect(profile.bootTime).toBeGreaterThanOrEqual(15_000);
		expect(ON_OFF_PULSES).toContain(profile.onOffPulse);
	});
});

describe('ON_OFF of a module that nobody knows', () => {
	test('is held ever longer', () => {
		expect([...ON_OFF_PULSES].sort((one, other) => one - other)).toEqual([...ON_OFF_PULSES]);
		expect(ON_OFF_PULSES[0]).toBe(PROFILES[0]!.onOffPulse);
		expect(Object.isFrozen(ON_OFF_PULSES)).toBe(true);
	});
});

describe('the forms of +CMUX', () => {
	test.each([
		['GE865', 115_200, ['AT+CMUX=0']],
		['GE865', 9600, ['AT+CMUX=0']],
		['HE910', 115_200, [LONG, 'AT+CMUX=0']],
		['HE910', 9600, ['AT+CMUX=0']],
		['LE910', 115_200, [LONG, 'AT+CMUX=0']],
		['ME910', 115_200, [LONG, 'AT+CMUX=0']],
		['ME910', 921_600, ['AT+CMUX=0']],
	])('of %s on a line at %i baud are %j', (name, rate, commands) => {
		expect(muxCommandsAt(profileNamed(name)!, rate)).toEqual(commands);
	});
});
