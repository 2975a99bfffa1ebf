import { describe, expect, test } from 'vitest';
import { createSimulatedModule } from '../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../hosts/simulator/wire.js';
import { bytesOf } from '../../src/base/text.js';
import { Modem } from '../../src/modem/modem.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Board } from '../../src/services/board.js';
import { ConsolePort } from '../../src/services/console-port.js';
import { DteIntent } from '../../src/services/dte-intent.js';
import { Interpreter } from '../../src/services/interpreter.js';
import { RATES, SerialLines } from '../../src/services/serial-lines.js';
import { Person } from '../support/person.js';

const CONSOLE = 0;
const AUXILIARY = 1;

/** Two lines, and a lender that notes what it is asked. */
function lines(options: { readonly refuses?: boolean; readonly console?: (wire: Wire) => BytePort } = {}) {
	const clock = new VirtualClock();
	const console = new Wire(clock, { baud: 115_200 });
	const auxiliary = new Wire(clock, { baud: 9600 });
	const asked: string[] = [];
	const all = new SerialLines({
		clock,
		console: {
			port: options.console?.(console) ?? console.dce,
			lend: () => {
				asked.push('lend');
				return options.refuses !== true;
			},
			takeBack: () => asked.push('take back'),
		},
		auxiliary: auxiliary.dce,
		settings: { current: { rates: { console: 115_200, auxiliary: 9600 } } },
	});
	return { clock, console, auxiliary, all, asked };
}

function portOf(borrowed: ReturnType<SerialLines['borrow']>): BytePort {
	if (!borrowed.ok) throw new Error(borrowed.error);
	return borrowed.value;
}

describe('a loan of the auxiliary port', () => {
	test('gives it at the rate asked for, and its own rate comes back with the port', async () => {
		const { clock, auxiliary, all } = lines();
		const port = portOf(all.borrow(AUXILIARY, 19_200));
		expect(auxiliary.dce.baud).toBe(19_200);
		auxiliary.dte.setBaud(19_200);
		const [near, far] = [new Person(port, clock), new Person(auxiliary.dte, clock)];
		near.type('to the device');
		far.type('to the board');
		await clock.advance(100);
		expect([near.screen, far.screen]).toEqual(['to the board', 'to the device']);
		all.giveBack(AUXILIARY);
		await clock.advance(200);
		expect(auxiliary.dce.baud).toBe(9600);
		expect(all.rate(AUXILIARY)).toBe(9600);
		auxiliary.dte.setBaud(9600);
		far.type('nobody listens');
		await clock.advance(100);
		expect(near.screen).toBe('to the board');
	});

	test.each(RATES)('can be had at %i baud', rate => {
		const { auxiliary, all } = lines();
		expect(all.borrow(AUXILIARY, rate).ok).toBe(true);
		expect(auxiliary.dce.baud).toBe(rate);
	});

	test.each([
		[2, 9600, 'none'],
		[-1, 9600, 'none'],
		[AUXILIARY, 0, 'rate'],
		[AUXILIARY, 14_400, 'rate'],
		[AUXILIARY, 230_400, 'rate'],
	])('of port %i at %i is refused: %s', (port, rate, error) => {
		expect(lines().all.borrow(port, rate)).toEqual({ ok: false, error });
	});

	test('is for one at a time', () => {
		const { all } = lines();
		expect(all.borrow(AUXILIARY, 9600).ok).toBe(true);
		expect(all.borrow(AUXILIARY, 9600)).toEqual({ ok: false, error: 'busy' });
		expect(all.borrow(CONSOLE, 9600).ok).toBe(true);
		all.giveBack(AUXILIARY);
		all.giveBack(AUXILIARY);
		expect(all.borrow(AUXILIARY, 9600).ok).toBe(true);
	});

	test('brings no octet of the time before it', async () => {
		const { clock, auxiliary, all } = lines();
		auxiliary.dte.write(bytesOf('old '.repeat(200)));
		await clock.advance(2_000);
		const near = new Person(portOf(all.borrow(AUXILIARY, 9600)), clock);
		auxiliary.dte.write(bytesOf('new'));
		await clock.advance(100);
		expect(near.screen).toBe('new');
	});

	test('is refused where the board has none', () => {
		const { clock, console } = lines();
		const settings = { current: { rates: { console: 115_200, auxiliary: 9600 } } };
		const lender = { port: console.dce, lend: () => true, takeBack: () => {} };
		const all = new SerialLines({ clock, console: lender, settings });
		expect(all.borrow(AUXILIARY, 9600)).toEqual({ ok: false, error: 'none' });
		expect([all.has(CONSOLE), all.has(AUXILIARY)]).toEqual([true, false]);
		expect([all.setRate(AUXILIARY, 9600), all.rate(AUXILIARY), all.lost(AUXILIARY)]).toEqual([false, undefined, 0]);
	});
});

describe('a loan of the console', () => {
	test('is asked of its owner, who gets the port again at its rate after the last octets had time to leave', async () => {
		const { clock, console, all, asked } = lines();
		const far = new Person(console.dte, clock);
		const port = portOf(all.borrow(CONSOLE, 300));
		console.dte.setBaud(300);
		expect([asked, console.dce.baud]).toEqual([['lend'], 300]);
		// As much as a hardware FIFO holds.
		port.write(bytesOf('x'.repeat(128)));
		all.giveBack(CONSOLE);
		await clock.advance(4_000);
		expect([asked, console.dce.baud]).toEqual([['lend'], 300]);
		expect(all.borrow(CONSOLE, 300)).toEqual({ ok: false, error: 'busy' });
		await clock.advance(2_000);
		expect([asked, console.dce.baud]).toEqual([['lend', 'take back'], 115_200]);
		expect(far.screen).toBe('x'.repeat(128));
	});

	test('ends at once where the rate stays', () => {
		const { all, asked } = lines();
		all.borrow(CONSOLE, 115_200);
		all.giveBack(CONSOLE);
		expect(asked).toEqual(['lend', 'take back']);
	});

	test('is refused where its owner needs it, and changes nothing', () => {
		const { console, all, asked } = lines({ refuses: true });
		expect(all.borrow(CONSOLE, 9600)).toEqual({ ok: false, error: 'busy' });
		expect([asked, console.dce.baud]).toEqual([['lend'], 115_200]);
	});

	test('of a port without a rate goes at any', () => {
		const bare = ({ dce }: Wire): BytePort => ({
			read: into => dce.read(into),
			write: bytes => dce.write(bytes),
			listen: listener => dce.listen(listener),
			close: () => dce.close(),
		});
		const { all, asked } = lines({ console: bare });
		expect(all.borrow(CONSOLE, 300).ok).toBe(true);
		expect(all.lost(CONSOLE)).toBe(0);
		all.giveBack(CONSOLE);
		expect(asked).toEqual(['lend', 'take back']);
	});

	test('fails where the line cannot do the rate, and the owner goes on', () => {
		const only = (wire: Wire): BytePort =>
			Object.assign(Object.create(wire.dce), {
				setBaud: (baud: number) => baud === 115_200,
				read: (into: Uint8Array) => wire.dce.read(into),
			});
		const { all, asked } = lines({ console: only });
		expect(all.borrow(CONSOLE, 9600)).toEqual({ ok: false, error: 'rate' });
		expect(asked).toEqual(['lend', 'take back']);
		expect(all.borrow(CONSOLE, 115_200).ok).toBe(true);
	});
});

describe('the rate of a port', () => {
	test('changes when the answer to the command has left', async () => {
		const { clock, console, all } = lines();
		const far = new Person(console.dte, clock);
		expect(all.setRate(CONSOLE, 9600)).toBe(true);
		console.dce.write(bytesOf('\r\nOK\r\n'));
		await clock.advance(20);
		expect(far.screen).toBe('\r\nOK\r\n');
		await clock.advance(100);
		expect([console.dce.baud, all.rate(CONSOLE)]).toEqual([9600, 9600]);
	});

	test.each([0, 301, 14_400, 230_400, Number.NaN])('is not %d', async rate => {
		const { clock, auxiliary, all } = lines();
		expect(all.setRate(AUXILIARY, rate)).toBe(false);
		await clock.advance(10_000);
		expect([auxiliary.dce.baud, all.rate(AUXILIARY)]).toEqual([9600, 9600]);
	});

	test('that is set during a loan counts from its end', async () => {
		const { clock, auxiliary, all } = lines();
		all.borrow(AUXILIARY, 57_600);
		expect(all.setRate(AUXILIARY, 1200)).toBe(true);
		await clock.advance(1_000);
		expect(auxiliary.dce.baud).toBe(57_600);
		all.giveBack(AUXILIARY);
		await clock.advance(1_000);
		expect(auxiliary.dce.baud).toBe(1200);
	});

	test('that was about to change does not disturb a loan', async () => {
		const { clock, auxiliary, all } = lines();
		all.setRate(AUXILIARY, 1200);
		all.borrow(AUXILIARY, 57_600);
		await clock.advance(1_000);
		expect(auxiliary.dce.baud).toBe(57_600);
		all.giveBack(AUXILIARY);
		all.close();
		expect(clock.pending()).toBe(0);
	});
});

test('octets that a line lost are counted', async () => {
	const clock = new VirtualClock();
	const console = new Wire(clock, { baud: 0 });
	const auxiliary = new Wire(clock, { baud: 0, capacity: 100, flowControl: false });
	const all = new SerialLines({
		clock,
		console: { port: console.dce, lend: () => true, takeBack: () => {} },
		auxiliary: auxiliary.dce,
		settings: { current: { rates: { console: 115_200, auxiliary: 9600 } } },
	});
	for (let at = 0; at < 3; at++) {
		auxiliary.dte.write(new Uint8Array(100));
		await clock.advance(1);
	}
	expect([all.lost(CONSOLE), all.lost(AUXILIARY)]).toEqual([0, 200]);
});

/** The real console, on a module that has just been attached. */
async function consoleOnModule() {
	const clock = new VirtualClock();
	const simulated = createSimulatedModule({ clock, powered: true });
	const modem = new Modem({ uart: simulated.dte, clock, power: simulated.power, trace: undefined, mask: line => line });
	const wire = new Wire(clock, { baud: 115_200 });
	const interpreter = new Interpreter((): Board => {
		throw new Error('no own command here');
	});
	const console = new ConsolePort({
		port: wire.dce,
		clock,
		modem,
		interpreter,
		intent: new DteIntent(clock),
		onChange: () => {},
	});
	modem.start();
	await clock.until(() => modem.state === 'ready', 60_000, 'the attached module');
	await clock.advance(20_000);
	const settings = { current: { rates: { console: 115_200, auxiliary: 9600 } } };
	const all = new SerialLines({ clock, console, settings });
	return { clock, simulated, modem, wire, console, all, person: new Person(wire.dte, clock) };
}

describe('a console that is lent', () => {
	test('answers nothing, and serves as before when the port is back', async () => {
		const { clock, all, person } = await consoleOnModule();
		await person.ask('ate0+cmee=1');
		const borrower = new Person(portOf(all.borrow(CONSOLE, 115_200)), clock);
		person.clear();
		person.type('at+cgmr\r');
		await clock.advance(2_000);
		expect([person.screen, borrower.screen]).toEqual(['', 'at+cgmr\r']);
		borrower.type('hello');
		await clock.advance(10);
		expect(person.screen).toBe('hello');
		all.giveBack(CONSOLE);
		// Echo off, as the DTE left it.
		expect(await person.ask('at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('runs nothing that was typed at the borrower, or half a line from before', async () => {
		const { clock, all, person } = await consoleOnModule();
		person.type('at+cg');
		await clock.advance(100);
		expect(all.borrow(CONSOLE, 115_200).ok).toBe(true);
		person.type('at+cmee=2\r');
		await clock.advance(100);
		all.giveBack(CONSOLE);
		person.clear();
		await clock.advance(1_000);
		expect(person.screen).toBe('');
		expect(await person.ask('at+cmee?')).toContain('+CMEE: 0');
	});

	test('keeps the last 16 unsolicited result codes', async () => {
		const { clock, console, all, person } = await consoleOnModule();
		all.borrow(CONSOLE, 115_200);
		for (let at = 1; at <= 20; at++) console.urc(`+CMTI: "SM",${at}`);
		person.clear();
		await clock.advance(1_000);
		expect(person.screen).toBe('');
		all.giveBack(CONSOLE);
		await clock.advance(1_000);
		const last = Array.from({ length: 16 }, (_, at) => `\r\n+CMTI: "SM",${at + 5}\r\n`);
		expect(person.screen).toBe(last.join(''));
	});

	test.each(['during the loan', 'after it'])('loses the answer of a command that ends %s', async when => {
		const { clock, modem, all, person } = await consoleOnModule();
		person.type('at+cops=?\r');
		await clock.advance(500);
		const borrower = new Person(portOf(all.borrow(CONSOLE, 115_200)), clock);
		if (when === 'during the loan') await clock.advance(150_000);
		all.giveBack(CONSOLE);
		person.clear();
		await clock.advance(150_000);
		expect([person.screen, borrower.screen]).toEqual(['', '']);
		expect(modem.instanceForDte(1)?.isFree).toBe(true);
		expect(await person.ask('at+cgmr')).toContain('OK');
	});

	test.each([
		['is being typed', 500, ''],
		['has not been asked for', 0, ''],
		['has begun', 500, 'Hel'],
	])('gives up a text that %s', async (_, before, typed) => {
		const { clock, modem, all, person } = await consoleOnModule();
		await person.ask('at+cmgf=1');
		person.type('at+cmgs="+491711234567"\r');
		await clock.advance(5 + before);
		if (typed !== '') person.type(typed);
		await clock.advance(5);
		expect(all.borrow(CONSOLE, 115_200).ok).toBe(true);
		await clock.advance(3_000);
		expect(modem.instanceForDte(1)?.isFree).toBe(true);
		all.giveBack(CONSOLE);
		expect(await person.ask('at+cgmr')).toContain('OK');
	});

	test('leaves no call that was being set up, whether it could still be ended early or not', async () => {
		const seen: number[] = [];
		for (let moment = 20; moment < 600; moment += 20) {
			const { clock, simulated, modem, all, person } = await consoleOnModule();
			const server: Person[] = [];
			simulated.memorySockets.serve('10.1.1.1', 80, connection => server.push(new Person(connection, clock)));
			await person.ask('at#sgact=1,1', 160_000);
			person.type('at#sd=3,0,80,"10.1.1.1"\r');
			await clock.advance(moment);
			if (!all.borrow(CONSOLE, 115_200).ok) break;
			await clock.advance(30_000);
			expect(modem.instanceForDte(1)?.isFree).toBe(true);
			expect(modem.control?.number).toBe(1);
			all.giveBack(CONSOLE);
			expect(await person.ask('at#ss=3')).toMatch(server.length === 0 ? /#SS: 3,0/ : /#SS: 3,[23]/);
			seen.push(server.length);
		}
		expect([...new Set(seen)]).toEqual([0, 1]);
	});
});

test('a console with a data call is not lent, and afterwards is', async () => {
	const { clock, simulated, all, person } = await consoleOnModule();
	const server: Person[] = [];
	simulated.memorySockets.serve('10.1.1.1', 80, connection => server.push(new Person(connection, clock)));
	await person.ask('at#sgact=1,1', 160_000);
	expect(await person.ask('at#sd=3,0,80,"10.1.1.1"', 160_000)).toContain('CONNECT');
	expect(all.borrow(CONSOLE, 115_200)).toEqual({ ok: false, error: 'busy' });
	person.type('still mine');
	await server[0]!.see('still mine');
	server[0]!.hangUp();
	await person.see('NO CARRIER');
	expect(all.borrow(CONSOLE, 115_200).ok).toBe(true);
});

test('a console that was closed while it was lent takes no port back', async () => {
	const { clock, console, all, person } = await consoleOnModule();
	all.borrow(CONSOLE, 115_200);
	console.close();
	all.giveBack(CONSOLE);
	person.clear();
	person.type('at\r');
	await clock.advance(1_000);
	expect(person.screen).toBe('');
});
