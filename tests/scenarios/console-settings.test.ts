import { describe, expect, test } from 'vitest';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { TestStore } from '../support/memory-store.js';
import { Person } from '../support/person.js';
import { expectSmsAtrun, multiplex, OK, readyBoard, registeredBoard } from './console-desk.js';

/** A person at a further console. */
function further(board: TestDesk, place = 0): Person {
	return new Person(board.desk.consoles[place]!, board.clock);
}

/** What the module’s instance 1 has, as the module itself tells. */
function profileOf(board: TestDesk) {
	return board.desk.module.firmware!.instances[0]!.profile;
}

function storedProfileOf(board: TestDesk) {
	return board.desk.module.firmware!.board.nvm.settings.profiles[0]!;
}

describe('given a DTE that sets what SMS ATRUN needs otherwise, SMS ATRUN goes on and the DTE sees what it set', () => {
	test.each([
		['at+cmgf=1', 'at+cmgf?', '+CMGF: 1'],
		['at+cscs="UCS2"', 'at+cscs?', '+CSCS: "UCS2"'],
		['at+csdh=1', 'at+csdh?', '+CSDH: 1'],
		['at+cpms="SM"', 'at+cpms?', '+CPMS: "SM",'],
		['at+csmp=17,167,0,16', 'at+csmp?', '+CSMP: 17,167,0,16'],
		['at+creg=2', 'at+creg?', '+CREG: 2,1,"'],
		['at+cgreg=1', 'at+cgreg?', '+CGREG: 1,'],
		['at+clip=1', 'at+clip?', '+CLIP: 1'],
		['at#qss=1', 'at#qss?', '#QSS: 1,'],
		['at+cmee=2', 'at+cmee?', '+CMEE: 2'],
		['at+cnmi=1,1,0,0,1', 'at+cnmi?', '+CNMI: 1,1,0,0,1'],
		['at+cmgf=1;+cscs="GSM";+csdh=1;+creg=1', 'at+cmgf?;+cscs?;+csdh?;+creg?', '+CSCS: "GSM"'],
	])('%s', async (set, read, told) => {
		const board = await readyBoard();
		expect(await board.console.ask(set)).toContain('OK');
		await expectSmsAtrun(board);
		expect(await board.console.ask(read)).toContain(told);
		await expectSmsAtrun(board);
	});

	test('a format goes out in front of the user’s line, and only where it changes', async () => {
		const board = await readyBoard();
		await board.console.ask('at+cmgf=1;+cscs="UCS2"');
		await board.clock.advance(2_000);
		await expectSmsAtrun(board);
		await board.clock.advance(2_000);
		const from = board.trace.length;
		await board.console.ask('at+cmgf?');
		await board.console.ask('at+csq');
		const sent = board.trace.slice(from).filter(line => line.includes('dlci 1 →'));
		expect(sent.map(line => line.replace(/^.*→ /, ''))).toEqual(['AT+CMGF=1;+CSCS="UCS2"', 'AT+cmgf?', 'AT+csq']);
	});

	test('what it did not touch is not touched for it', async () => {
		const board = await readyBoard();
		await expectSmsAtrun(board);
		await board.console.ask('at+cmgl=4');
		expect(board.trace.join('\n')).not.toMatch(/→ AT[^?]*\+(CSCS|CSDH|CPMS|CREG)=/);
	});

	test('reports that it switched on are on again after the module was lost', async () => {
		const board = await readyBoard();
		await board.console.ask('at+creg=1;+cmgf=1');
		board.desk.module.restart();
		await board.clock.until(() => board.desk.coprocessor.modem.state !== 'ready', 60_000, 'the loss');
		await board.clock.until(() => board.desk.coprocessor.modem.state === 'ready', 60_000, 'the module again');
		await board.console.see('+CREG: 1', 60_000);
		expect(await board.console.ask('at+creg?;+cmgf?')).toMatch(/\+CREG: 1,1\r\n\r\n\+CMGF: 1/);
	});
});

describe('given several consoles on the shared instance', () => {
	test('each has its own settings', async () => {
		const board = await registeredBoard({ consoles: 2 });
		const [one, other] = [further(board, 0), further(board, 1)];
		await board.console.ask('ate0+cmgf=1;+cmee=2');
		await one.ask('at+cscs="UCS2"');
		expect(await other.ask('atv1+cmgf?;+cscs?;+cmee?')).toBe(
			`\r\n+CMGF: 0\r\n\r\n+CSCS: "IRA"\r\n\r\n+CMEE: 0\r\n${OK}`,
		);
		expect(await board.console.ask('at+cmgf?;+cscs?')).toBe(`\r\n+CMGF: 1\r\n\r\n+CSCS: "IRA"\r\n${OK}`);
		expect(await one.ask('at+cmgf?;+cscs?')).toBe(`\r\n+CMGF: 0\r\n\r\n+CSCS: "UCS2"\r\n${OK}`);
	});

	test('lines of all run one after the other, and each gets its own answer', async () => {
		const board = await registeredBoard({ consoles: 2 });
		const [one, other] = [further(board, 0), further(board, 1)];
		one.type('at+cgmm\r');
		other.type('at+cgsn\r');
		board.console.clear();
		board.console.type('at+cgmr\r');
		await board.clock.advance(1_000);
		expect(one.screen).toMatch(/^at\+cgmm\r\r\nGE865[^\r]*\r\n\r\nOK\r\n$/);
		expect(other.screen).toMatch(/^at\+cgsn\r\r\n[0-9]{15}\r\n\r\nOK\r\n$/);
		expect(board.console.screen).toMatch(/^at\+cgmr\r\r\n[0-9.]+\r\n\r\nOK\r\n$/);
	});

	test('the board’s codes and the module’s go to all, a new message to who asked for it', async () => {
		const board = await readyBoard({ consoles: 1 });
		const one = further(board);
		await one.ask('at+cnmi=0,0;+creg=1');
		await expectSmsAtrun(board);
		board.mobile('+491711234567').send('no request', board.desk.sim.number);
		await board.console.see('+CMTI: "SM",', 30_000);
		board.desk.module.firmware!.registration.select(2);
		await one.see('+CREG: 0', 30_000);
		await board.console.see('+CREG: 0');
		expect(one.screen).toContain('#SMSATRUN: AT+CMEE?');
		expect(one.screen).not.toContain('+CMTI');
	});

	test('while one has a data call there, the others read 612, and own commands run', async () => {
		const board = await registeredBoard({ consoles: 1 });
		const one = further(board);
		await one.ask('at+cmee=1');
		await board.clock.advance(20_000);
		expect(await board.console.ask('at+cgdata="PPP",1', 60_000)).toContain('CONNECT');
		expect(await one.ask('at+cgmm')).toBe('\r\n+CME ERROR: 612\r\n');
		expect(await one.ask('at+cgdata="PPP",1')).toBe('\r\n+CME ERROR: 612\r\n');
		expect(board.desk.coprocessor.modem.control?.number).not.toBe(1);
		expect(await one.ask('at#smsatrun?')).toContain('OK');
		await board.clock.advance(1_500);
		board.console.type('+++');
		await board.clock.advance(3_000);
		expect(await one.ask('at+cgmm')).toContain('OK');
	});
});

describe('the stored profile', () => {
	test('AT&W stores what the DTE has, and not what the co-processor needs', async () => {
		const board = await readyBoard();
		await board.console.ask('at+cmee=2;+cnmi=1,1,0,0,0;+cmgf=1');
		await board.console.ask('at&w');
		const stored = storedProfileOf(board);
		expect(stored).toMatchObject({
			echo: true,
			verbose: true,
			quiet: false,
			cmee: 2,
			textMode: 1,
			indications: [1, 1, 0, 0, 0],
		});
		await board.clock.advance(1_000);
		expect(profileOf(board)).toMatchObject({
			echo: false,
			verbose: true,
			quiet: false,
			cmee: 1,
			indications: [2, 1, 0, 0, 0],
		});
		await expectSmsAtrun(board);
	});

	test('in one line with the command, so that no message is missed', async () => {
		const board = await readyBoard();
		await board.console.ask('at+cnmi=0,0;&w0');
		const line = board.trace.find(text => text.includes('&w0'))!;
		expect(line).toContain('→ ATE1+CMEE=0;+CNMI=0,0,0,0,0;&w0E0V1Q0+CMEE=1;+CNMI=2,1,0,0,0');
		expect(line.replace(/^.*→ /, '').length).toBeLessThanOrEqual(80);
	});

	test('is there at the next power-on, and with ATZ', async () => {
		const settings = new TestStore();
		const board = await deskThatRuns({ settings, readyMade: false });
		await board.console.ask('ate0v1s12=20;+cmee=2;&w');
		const again = await deskThatRuns({ settings, readyMade: false });
		expect(await again.console.ask('at+cmee?')).toBe(`\r\n+CMEE: 2\r\n${OK}`);
		again.console.clear();
		again.console.type('ats12?\r');
		await again.console.see('OK');
		expect(again.console.screen).toBe(`\r\n020\r\n${OK}`);
		await again.console.ask('ate1+cmee=0');
		await again.console.ask('atz');
		await again.clock.advance(500);
		again.console.clear();
		again.console.type('at+cmee?\r');
		await again.console.see('OK');
		expect(again.console.screen).toBe(`\r\n+CMEE: 2\r\n${OK}`);
	});

	test('ATZ brings back its formats and reports, AT&F the factory’s', async () => {
		const board = await readyBoard();
		await board.console.ask('at+cmgf=1;+cscs="GSM"');
		await board.console.ask('at&w');
		await board.console.ask('at+cmgf=0;+cscs="UCS2";+creg=2;+clip=1');
		expect(await board.console.ask('atz')).toContain('OK');
		expect(await board.console.ask('at+cmgf?;+cscs?;+creg?;+clip?')).toMatch(
			/\+CMGF: 1\r\n\r\n\+CSCS: "GSM"\r\n\r\n\+CREG: 0,1\r\n\r\n\+CLIP: 0/,
		);
		expect(await board.console.ask('at&f')).toContain('OK');
		expect(await board.console.ask('at+cmgf?;+cscs?')).toBe(`\r\n+CMGF: 0\r\n\r\n+CSCS: "IRA"\r\n${OK}`);
		await expectSmsAtrun(board);
	});

	test.each(['at#reboot', 'at+cfun=1,1'])(
		'%s restarts the module: attached again at once, and all as stored',
		async line => {
			const board = await readyBoard();
			await board.console.ask('at+cmgf=1;+creg=1;+cmee=2');
			expect(await board.console.ask(line)).toContain('OK');
			await board.clock.advance(1_000);
			expect(board.desk.coprocessor.modem.state).toBe('attaching');
			await board.clock.until(() => board.desk.coprocessor.modem.state === 'ready', 30_000, 'the module again');
			await board.clock.advance(30_000);
			expect(await board.console.ask('at+cmee?;+cmgf?;+creg?')).toMatch(/\+CMEE: 0\r\n\r\n\+CMGF: 0\r\n\r\n\+CREG: 0,/);
			expect(board.desk.module.boots).toBe(2);
			await expectSmsAtrun(board);
		},
	);

	test('on a DLCI is the instance’s own', async () => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		const second = await dte.person(2);
		await second.ask('at+cmgf=1;+cmee=2');
		expect(await second.ask('at&w')).toBe(OK);
		expect(board.desk.module.firmware!.board.nvm.settings.profiles[1]).toMatchObject({
			textMode: 1,
			cmee: 2,
			echo: true,
		});
	});
});
