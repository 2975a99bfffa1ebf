import { expect, test } from 'vitest';
import { readyBoard } from '../services/support.js';

test('a service of the module that somebody switches on is off again within an hour, and the journal tells', async () => {
	const board = await readyBoard();
	const { modem } = board.desk.coprocessor;
	const ask = (line: string) => board.clock.settled(modem.instance(2)!.ask(line, 5000, ['#SMSATRUN'], 'service'), 6000);
	await board.clock.advance(120_000);
	await ask('AT#SMSATRUN=1');
	expect((await ask('AT#SMSATRUN?')).lines[0]).toMatch(/^#SMSATRUN: 1/);
	await board.clock.advance(3_700_000);
	expect((await ask('AT#SMSATRUN?')).lines[0]).toMatch(/^#SMSATRUN: 0/);
	expect(await board.console.ask('at#atrunlog=5,"switched off"')).toContain(
		'a service of the module switched off: done',
	);
});

test('#ATRUNSTAT tells how long attaching took, and what went wrong on the line', async () => {
	const board = await readyBoard();
	const { wire } = board.desk;
	const before = await board.console.ask('at#atrunstat');
	expect(before).toMatch(/#ATRUNSTAT: ATTACH_MS,[1-9][0-9]{3,4}\r\n/);
	expect(before).toContain('#ATRUNSTAT: FCS_ERRORS,0\r\n');
	let turn = 0;
	wire.disturb = bytes => {
		if (turn++ % 3 === 2) bytes[1]! ^= 0x04;
		return bytes;
	};
	await board.clock.advance(120_000);
	wire.disturb = undefined;
	await board.clock.advance(60_000);
	expect(await board.console.ask('at#atrunstat')).toMatch(/#ATRUNSTAT: (FCS_ERRORS|CMUX_LOST),[1-9]/);
});
