import { describe, expect, test } from 'vitest';
import { identityOf, MODEL_NAMES, type ModelName } from '../../hosts/simulator/module/identity.js';
import type { SimulatedModuleOptions } from '../../hosts/simulator/simulated-module.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { muxCommandsAt, profileFor, profileNamed } from '../../src/modem/profiles.js';
import { bench } from '../modem/bench.js';
import { answered, type Desk, Dte, desk } from './dte.js';

const LONG = 'AT+CMUX=0,0,5,127,10,3,30,10,2';
const OK = answered();
const REFUSED = '\r\nERROR\r\n';

/** A terminal at a module of that name which has booted. */
async function started(model: ModelName, options: Partial<SimulatedModuleOptions> = {}) {
	const at = await desk({ model, ...options });
	await at.clock.advance(identityOf(model, '').boot);
	return at;
}

/** Opens the multiplexer and these DLCIs; whether each step was answered with UA. */
async function opens({ dte, clock }: Desk, dlcis: readonly number[], uihCommandBit: 0 | 1 = 1): Promise<boolean[]> {
	const mux = new Multiplexer({ port: dte, clock, role: 'initiator', uihCommandBit });
	const outcomes = [(await clock.settled(mux.start(), 5000)).ok];
	for (const dlci of dlcis) outcomes.push((await clock.settled(mux.open(dlci), 5000)).ok);
	mux.abandon();
	return outcomes;
}

async function pulse(line: (asserted: boolean) => void, ms: number, { clock }: Desk) {
	line(true);
	await clock.advance(ms);
	line(false);
}

describe('the families of the virtual module', () => {
	test.each([
		['GE865', 'GE865-QUAD', 'GE865'],
		['GE864', 'GE864-QUAD', 'GE865'],
		['GE863', 'GE863-PY', 'GE865'],
		['GC864', 'GC864-QUAD', 'GE865'],
		['GM862', 'GM862-QUAD', 'GE865'],
		['GT864', 'GT864-PY', 'GE865'],
		['HE910', 'HE910-EUD', 'HE910'],
		['LE910', 'LE910-EU V2', 'LE910'],
		['ME910', 'ME910G1-WW', 'ME910'],
		['ME310', 'ME310G1-WW', 'ME910'],
	] as const)('a %s calls itself %s, which is of the profile %s', async (name, model, profile) => {
		const { terminal } = await started(name);
		expect(await terminal.send('AT+CGMM')).toBe(answered(model));
		expect(profileFor(model)).toBe(profileNamed(profile));
		expect(MODEL_NAMES).toContain(name);
	});

	test.each(MODEL_NAMES)('a %s needs no longer pulses and no more time than its profile gives it', name => {
		const traits = identityOf(name, '');
		const profile = profileFor(traits.model);
		expect(profile.onOffPulse).toBeGreaterThan(traits.onOffPulse);
		expect(profile.offPulse).toBeGreaterThan(traits.offPulse);
		expect(profile.bootTime).toBeGreaterThan(traits.boot);
		expect(profile.resetLeaves).toBe(traits.resetSwitchesOff ? 'off' : 'booting');
		expect(profile.instances).toBeLessThanOrEqual(traits.instances);
		if (traits.quirks.ignoresCommandBit0) expect(profile.commandBit).toBe('always set');
	});
});

describe('+CMUX of a family', () => {
	const SHORT_RANGES = '+CMUX: (0),(0)';
	const LONG_RANGES = '+CMUX: (0),(0),(1-6),(1-127),(1-255),(0-100),(2-255),(1-255),(1-7)';

	test.each([
		['GE865', SHORT_RANGES, '+CMUX: 0,0'],
		['GM862', SHORT_RANGES, '+CMUX: 0,0'],
		['HE910', LONG_RANGES, '+CMUX: 0,0,5,127,10,3,30,10,2'],
		['LE910', LONG_RANGES, '+CMUX: 0,0,5,127,10,3,30,10,2'],
		['ME910', LONG_RANGES, '+CMUX: 0,0,5,127,10,3,30,10,2'],
		['ME310', SHORT_RANGES, '+CMUX: 0,0'],
	] as const)('%s has the ranges %s', async (model, ranges, state) => {
		const { terminal } = await started(model);
		expect(await terminal.send('AT+CMUX=?')).toBe(answered(ranges));
		expect(await terminal.send('AT+CMUX?')).toBe(answered(state));
	});

	test.each([
		['GE865', false],
		['GT864', false],
		['HE910', true],
		['LE910', true],
		['ME910', true],
		['ME310', false],
	] as const)('%s takes the short form; the long one: %s', async (model, takesLong) => {
		for (const [line, taken] of [
			[LONG, takesLong],
			['AT+CMUX=0', true],
			['AT+CMUX=0,0', true],
		] as const) {
			const { terminal, module } = await started(model);
			expect(await terminal.send(line)).toBe(taken ? OK : REFUSED);
			expect(module.firmware?.line.inMux).toBe(taken);
		}
	});

	test.each([
		'AT+CMUX=1,0,5,127,10,3,30,10,2',
		'AT+CMUX=0,1,5,127,10,3,30,10,2',
		'AT+CMUX=0,0,7',
		'AT+CMUX=0,0,0',
		'AT+CMUX=0,0,5,0',
		'AT+CMUX=0,0,5,128',
		'AT+CMUX=0,0,5,127,0',
		'AT+CMUX=0,0,5,127,10,101',
		'AT+CMUX=0,0,5,127,10,3,1',
		'AT+CMUX=0,0,5,127,10,3,30,0',
		'AT+CMUX=0,0,5,127,10,3,30,10,8',
		'AT+CMUX=0,0,5,127,10,3,30,10,2,1',
		'AT+CMUX=0,0,"x"',
		'AT+CMUX=,0,5',
		'AT+CMUX=',
	])('%s is refused by an LE910, which stays in AT mode', async line => {
		const { terminal, module } = await started('LE910');
		expect(await terminal.send(line)).toBe(REFUSED);
		expect(module.firmware?.line.inMux).toBe(false);
		expect(await terminal.send('AT')).toBe(OK);
	});

	test('takes a list with parts left out', async () => {
		const { terminal, module } = await started('HE910');
		expect(await terminal.send('AT+CMUX=0,,,100')).toBe(OK);
		expect(module.firmware?.line.inMux).toBe(true);
	});

	test.each([
		[115_200, LONG, true],
		[9600, LONG, false],
		[9600, 'AT+CMUX=0', true],
		[9600, 'AT+CMUX=0,0,1,127', true],
		[57_600, 'AT+CMUX=0,0,4', true],
	])('on a line at %i baud, %s leaves a module that answers SABM: %s', async (rate, line, answers) => {
		const at = await started('LE910', { baud: rate });
		await at.terminal.set(line);
		await at.clock.advance(1000);
		expect(await opens(at, [3])).toEqual([answers, answers]);
	});

	test.each([9600, 115_200])('the forms that a profile has for %i baud all keep the rate', async rate => {
		for (const line of muxCommandsAt(profileNamed('LE910')!, rate)) {
			const at = await started('LE910', { baud: rate });
			await at.terminal.set(line);
			await at.clock.advance(1000);
			expect(await opens(at, [1])).toEqual([true, true]);
		}
	});
});

describe('the co-processor', () => {
	test.each([
		['GE865', ['AT+CMUX=0']],
		['GE864', ['AT+CMUX=0']],
		['GE863', ['AT+CMUX=0']],
		['GC864', ['AT+CMUX=0']],
		['GM862', ['AT+CMUX=0']],
		['GT864', ['AT+CMUX=0']],
		['HE910', [LONG]],
		['LE910', [LONG]],
		['ME910', [LONG]],
		['ME310', [LONG, 'AT+CMUX=0']],
	] as const)('attaches to a %s by %j and has its instances', async (model, commands) => {
		const at = bench({ model, baud: 115_200, powered: true });
		await at.clock.advance(20_000);
		const write = at.dte.write.bind(at.dte);
		const commandBits = new Set<number>();
		at.dte.write = bytes => {
			// The frame writer begins each frame with a write of its own.
			if (bytes[0] === 0xf9 && bytes[2] === 0xef) commandBits.add(bytes[1]! & 0x02);
			return write(bytes);
		};
		at.modem.start();
		await at.ready();
		const entered = at.trace.filter(line => line.includes('→ AT+CMUX')).map(line => line.replace(/^.*→ /, ''));
		expect(entered).toEqual(commands);
		expect(at.module.boots).toBe(1);
		const { model: full, python } = identityOf(model, '');
		expect(at.modem.identity).toMatchObject({ model: full, python });
		for (const number of [1, 2, 3]) {
			const answer = await at.clock.settled(at.modem.instance(number)!.ask('AT+CGMM', 5000, ['']), 10_000);
			expect(answer).toMatchObject({ ok: true, lines: [full] });
		}
		expect([...commandBits]).toEqual([0x02]);
		await at.clock.settled(at.modem.stop(), 5000);
	});
});

describe('the multiplexer of a family', () => {
	test.each([
		['GE865', false],
		['GM862', false],
		['HE910', true],
		['LE910', false],
		['ME910', false],
	] as const)('of a %s has DLCIs 1 to 3; a fourth: %s', async (model, hasFourth) => {
		const at = await started(model);
		await at.terminal.set('AT+CMUX=0');
		await at.clock.advance(1000);
		expect(await opens(at, [1, 2, 3, 4, 5])).toEqual([true, true, true, true, hasFourth, false]);
	});

	test('gives the fourth instance of an HE910 a profile of its own', async () => {
		const { terminal, dte, clock } = await started('HE910');
		await terminal.set('AT+CMUX=0');
		await clock.advance(1000);
		const mux = new Multiplexer({ port: dte, clock, role: 'initiator' });
		await clock.settled(mux.start(), 5000);
		const screens: Dte[] = [];
		for (const dlci of [3, 4]) {
			const opened = await clock.settled(mux.open(dlci), 5000);
			if (!opened.ok) throw new Error(opened.error);
			screens.push(new Dte(opened.value, clock));
		}
		await screens[1]!.set('AT+CMEE=2', 'AT&W');
		expect(await screens[0]!.send('AT+CMEE?')).toBe(answered('+CMEE: 0'));
		expect(await screens[1]!.send('AT+CMEE?')).toBe(answered('+CMEE: 2'));
		mux.abandon();
	});

	test.each([
		['GE865', 100, true],
		['HE910', 100, true],
		['ME910', 100, false],
		['ME910', 399, false],
		['ME910', profileNamed('ME910')!.muxWait, true],
		['ME310', 100, false],
	] as const)('of a %s that gets its SABM %i ms after the OK lives: %s', async (model, wait, lives) => {
		const at = await started(model);
		at.terminal.type('AT+CMUX=0\r');
		await at.clock.until(() => at.terminal.screen.includes('OK'), 1000);
		await at.clock.advance(wait);
		expect((await opens(at, [1]))[1]).toBe(lives);
	});

	test.each([
		['GE865', 0, true],
		['GE865', 1, true],
		['HE910', 0, true],
		['ME910', 0, false],
		['ME910', 1, true],
	] as const)('of a %s hears UIH with C/R = %i: %s', async (model, bit, hears) => {
		const { terminal, dte, clock } = await started(model);
		await terminal.set('AT+CMUX=0');
		await clock.advance(1000);
		const mux = new Multiplexer({ port: dte, clock, role: 'initiator', uihCommandBit: bit });
		await clock.settled(mux.start(), 5000);
		expect((await clock.settled(mux.test(), 10_000)).ok).toBe(hears);
		mux.abandon();
	});
});

describe('the power of a family', () => {
	test.each(MODEL_NAMES)(
		'a %s is switched on and off by the pulses of its profile, not by shorter ones',
		async model => {
			const at = await started(model, { powered: false });
			const traits = identityOf(model, '');
			const profile = profileFor(traits.model);
			const onOff = (asserted: boolean) => at.power.setOnOff(asserted);
			await pulse(onOff, traits.onOffPulse - 1, at);
			expect(at.power.isOn()).toBe(false);
			await pulse(onOff, profile.onOffPulse, at);
			await at.clock.advance(profile.bootTime);
			expect(at.module.state).toBe('on');
			await pulse(onOff, traits.offPulse - 1, at);
			expect(at.module.state).toBe('on');
			await pulse(onOff, profile.offPulse, at);
			await at.clock.advance(profile.offTime);
			expect(at.module.state).toBe('off');
			expect(at.module.boots).toBe(1);
		},
	);

	test.each([
		['GE865', 'on'],
		['HE910', 'off'],
		['LE910', 'off'],
		['ME910', 'off'],
	] as const)('RESET leaves a %s %s', async (model, state) => {
		const at = await started(model);
		await pulse(asserted => at.power.setReset(asserted), profileNamed(model)!.resetPulse, at);
		await at.clock.advance(profileNamed(model)!.bootTime);
		expect(at.module.state).toBe(state);
		expect(profileNamed(model)!.resetLeaves).toBe(state === 'on' ? 'booting' : 'off');
	});
});
