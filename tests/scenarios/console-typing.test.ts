import { describe, expect, test } from 'vitest';
import { expectSmsAtrun, OK, readyBoard, registeredBoard } from './console-desk.js';

describe('a character while a command runs', () => {
	test.each(['at+cops=?', 'at#csurv'])('ends %s, which can be ended early', async line => {
		const board = await registeredBoard();
		board.console.type(`${line}\r`);
		await board.clock.advance(1_000);
		expect(board.console.screen).not.toContain('OK');
		board.console.type('x');
		await board.console.see('OK', 2_000);
		expect(await board.console.ask('at')).toContain('OK');
	});

	test('ends it too where it had not begun: the instance was another’s', async () => {
		const board = await registeredBoard({ consoles: 1 });
		board.desk.consoles[0]!.write(Uint8Array.from('at+cops=?\r', character => character.charCodeAt(0)));
		await board.clock.advance(100);
		board.console.type('at+cops=?\r');
		await board.clock.advance(1_000);
		board.console.type('x');
		await board.clock.advance(1_000);
		// The other's goes on: the character was not for it.
		expect(board.console.screen).not.toContain('OK');
		await board.console.see('OK', 60_000);
		expect(board.console.screen).not.toContain('+COPS:');
	});

	test('is the beginning of the next line for all others', async () => {
		const board = await registeredBoard();
		board.console.clear();
		board.console.type('at+cmgf=1;+cmgf=0;+cmgf=1;+csq\r');
		await board.clock.advance(140);
		board.console.type('at+cmgf?\r');
		await board.clock.advance(1_000);
		expect(board.console.screen).toMatch(/\+CSQ: [\s\S]*OK\r\nat\+cmgf\?\r\r\n\+CMGF: 1\r\n\r\nOK\r\n$/);
	});

	test('between two pieces of a line is for nobody else’s command', async () => {
		const board = await registeredBoard({ consoles: 1 });
		const sent: string[] = [];
		const { dialogue } = board.desk.coprocessor.modem.instance(1)!;
		const send = dialogue.send.bind(dialogue);
		dialogue.send = bytes => {
			sent.push(String.fromCharCode(...bytes));
			send(bytes);
		};
		// The second piece waits behind the other console's scan.
		board.console.type('at+csq;+cmgf=1;+cops=?\r');
		await board.clock.until(() => dialogue.state === 'busy', 1_000, 'the first piece');
		board.desk.consoles[0]!.write(Uint8Array.from('at+cops=?\r', character => character.charCodeAt(0)));
		await board.clock.advance(1_500);
		board.console.type('x');
		await board.clock.advance(500);
		expect(sent).toEqual([]);
		await board.console.see('OK', 60_000);
	});

	test('does not get into a message that the co-processor sends meanwhile', async () => {
		const board = await readyBoard();
		board.mobile('+393290000001').send('AT+CGMR;+CGSN', board.desk.sim.number);
		const instance = board.desk.coprocessor.modem.instance(1)!;
		await board.clock.until(() => instance.dialogue.state === 'busy', 30_000, 'a command of the co-processor');
		board.console.type('at+cops=?\r');
		for (let turn = 0; turn < 40; turn++) {
			board.console.type('x');
			await board.clock.advance(200);
		}
		await board.clock.advance(60_000);
		await expectSmsAtrun(board);
	});
});

describe('lines typed ahead', () => {
	test('are answered in their order, none is lost', async () => {
		const board = await registeredBoard();
		await board.console.ask('ate0');
		board.console.clear();
		board.console.type('at+cmee?\rat+cgmm\rat#tcpatcmdseq?\rat\r');
		await board.clock.advance(2_000);
		expect(board.console.screen).toMatch(
			/^\r\n\+CMEE: 0\r\n\r\nOK\r\n\r\nGE865[^\r]*\r\n\r\nOK\r\n\r\n#TCPATCMDSEQ: 0\r\n\r\nOK\r\n\r\nOK\r\n$/,
		);
	});

	test('A/ repeats the last line', async () => {
		const board = await registeredBoard();
		const first = await board.console.ask('at+cgmm');
		board.console.clear();
		board.console.type('a/');
		await board.console.see(OK);
		expect(board.console.screen).toBe(`a/${first}`);
	});
});

describe('a prompt', () => {
	test.each([false, true])(
		'is the standard one, whether the module’s has its space or not (bare: %s)',
		async barePrompt => {
			const board = await registeredBoard({ quirks: { barePrompt } });
			const mobile = board.mobile('+491711234567');
			await board.console.ask('ate0+cmgf=1');
			board.console.clear();
			board.console.type('at+cmgs="+491711234567"\r');
			await board.console.see('>');
			await board.clock.advance(200);
			expect(board.console.screen).toBe('\r\n> ');
			board.console.type('Hello\x1a');
			await board.console.see('OK', 60_000);
			await board.clock.until(() => mobile.received.length === 1, 60_000, 'the message');
			expect(mobile.received[0]!.text).toBe('Hello');
		},
	);
});

describe('unsolicited result codes', () => {
	test('never come inside an answer', async () => {
		const board = await registeredBoard();
		await board.console.ask('at+creg=1');
		board.console.clear();
		board.console.type('at+cops=?\r');
		await board.clock.advance(500);
		board.desk.module.firmware!.registration.select(2);
		await board.console.see('+CREG: 0', 60_000);
		expect(board.console.screen).toMatch(/^at\+cops=\?\r\r\n[\s\S]*OK\r\n\r\n\+CREG: 0\r\n$/);
	});

	test('never come inside a line that is being typed, unless it is left half done', async () => {
		const board = await registeredBoard();
		await board.console.ask('at+creg=1');
		board.console.clear();
		board.console.type('at+cg');
		board.desk.module.firmware!.registration.select(2);
		await board.clock.advance(3_000);
		expect(board.console.screen).toBe('at+cg');
		board.console.type('mm\r');
		await board.console.see('+CREG: 0');
		expect(board.console.screen).toMatch(/^at\+cgmm\r\r\nGE865[\s\S]*OK\r\n\r\n\+CREG: 0\r\n$/);
	});
});

describe('the rate of the console', () => {
	test('+IPR answers at the old rate, then switches, and keeps it', async () => {
		const board = await registeredBoard();
		expect(await board.console.ask('at+ipr=?')).toBe(
			`\r\n+IPR: (),(300,1200,2400,4800,9600,19200,38400,57600,115200)\r\n${OK}`,
		);
		expect(await board.console.ask('at+ipr?')).toBe(`\r\n+IPR: 115200\r\n${OK}`);
		expect(await board.console.ask('at+ipr=9600')).toBe(OK);
		await board.clock.advance(1_000);
		board.desk.console.setBaud(9600);
		expect(await board.console.ask('at+ipr?')).toBe(`\r\n+IPR: 9600\r\n${OK}`);
		expect(await board.console.ask('at#atruncons?')).toContain('#ATRUNCONS: 0,9600');
		expect(board.desk.coprocessor.settings.current.rates.console).toBe(9600);
	});

	test.each(['at+ipr=0', 'at+ipr=230400', 'at+ipr=1', 'at+ipr', 'at+ipr=', 'at+ipr="9600"'])(
		'%s is refused: no rate is found by itself, and none is guessed',
		async line => {
			const board = await registeredBoard();
			expect(await board.console.ask(line)).toBe('\r\nERROR\r\n');
			expect(await board.console.ask('at+ipr?')).toContain('+IPR: 115200');
		},
	);
});
