import { expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { parseCommandLine } from '../../src/at/command-line.js';
import { DteIntent } from '../../src/services/dte-intent.js';

const DAY = 86_400_000;

function intent() {
	const clock = new VirtualClock();
	const dte = new DteIntent(clock);
	const ran = (line: string) => {
		const parsed = parseCommandLine(line);
		if (!parsed.ok) throw new Error(line);
		dte.note(parsed.value);
		return dte.isLeft;
	};
	return { clock, dte, ran };
}

test('a DTE that has run nothing has left nothing', () => {
	expect(intent().dte.isLeft).toBe(false);
});

test.each([
	['+CFUN=4', '+CFUN=1'],
	['+COPS=2', '+COPS=0'],
	['+CGATT=0', '+CGATT=1'],
	['+CGACT=0,1', '+CGACT=1,1'],
	['+CGCLASS="CG"', '+CGCLASS="B"'],
	['#SGACT=1,0', '#SGACT=1,1'],
	['#SIMDET=0', '#SIMDET=2'],
	['+COPS=2', '#REBOOT'],
	['+CFUN=4', '+CFUN=1,1'],
])('%s leaves the network, and %s ends it', (off, on) => {
	const { ran } = intent();
	expect(ran(off)).toBe(true);
	expect(ran(on)).toBe(false);
});

test.each(['+CFUN?', '+COPS?', '+CFUN=?', '+CSQ', '+COPS=0', 'E0', '+CREG=1'])('%s leaves nothing', line => {
	expect(intent().ran(line)).toBe(false);
});

test.each(['+CFUN?', '+COPS=0', '+CSQ', ''])('%s does not end what +CFUN=4 left', line => {
	const { ran } = intent();
	ran('+CFUN=4');
	expect(ran(line)).toBe(true);
});

test('two things have to be ended both, and a line of both counts in its order', () => {
	const { ran } = intent();
	expect(ran('+CFUN=4;+COPS=2')).toBe(true);
	expect(ran('+CFUN=1')).toBe(true);
	expect(ran('+COPS=0')).toBe(false);
	expect(ran('+COPS=2;+COPS=0')).toBe(false);
	expect(ran('+COPS=0;+COPS=2')).toBe(true);
});

test('it is meant for a day, and anew each time it is said', async () => {
	const { clock, dte, ran } = intent();
	ran('+COPS=2');
	await clock.advance(DAY - 1);
	expect(dte.isLeft).toBe(true);
	ran('+COPS=2');
	await clock.advance(DAY - 1);
	expect(dte.isLeft).toBe(true);
	await clock.advance(1);
	expect(dte.isLeft).toBe(false);
});
