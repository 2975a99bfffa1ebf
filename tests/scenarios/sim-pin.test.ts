import { expect, test } from 'vitest';
import { deskThatRuns } from '../support/desk.js';

test('a stored PIN unlocks the SIM after each restart of the module', async () => {
	const board = await deskThatRuns({ sim: { pin: '1234', pinEnabled: true } });
	await board.clock.advance(20_000);
	expect(await board.console.ask('at+cpin?')).toContain('+CPIN: SIM PIN');
	await board.console.ask('at#atrunpin="1234"');
	await board.registered();
	for (let turn = 0; turn < 3; turn++) {
		board.desk.module.restart();
		await board.clock.advance(20_000);
		await board.clock.until(() => board.desk.coprocessor.modem.state === 'ready', 60_000, 'the module');
		await board.registered();
	}
	expect(await board.console.ask('at#pct')).toContain('#PCT: 3');
});

test('a wrong PIN is tried once, whatever restarts, until another is stored', async () => {
	const board = await deskThatRuns({ sim: { pin: '1234', pinEnabled: true } });
	await board.clock.advance(20_000);
	await board.console.ask('at#atrunpin="9999"');
	await board.clock.advance(5_000);
	for (let turn = 0; turn < 3; turn++) {
		board.desk.module.restart();
		await board.clock.advance(30_000);
		await board.clock.until(() => board.desk.coprocessor.modem.state === 'ready', 60_000, 'the module');
		await board.clock.advance(5_000);
	}
	expect(await board.console.ask('at#pct')).toContain('#PCT: 2');
	await board.console.ask('at#atrunpin="1234"');
	await board.registered();
});

test('a wrong PIN that is stored twice in one go is tried once for each time it was stored, and never with one attempt left', async () => {
	const board = await deskThatRuns({ sim: { pin: '1234', pinEnabled: true } });
	await board.clock.advance(20_000);
	await board.console.ask('at#atrunpin="9999";#atrunpin="9999"');
	board.desk.module.restart();
	await board.clock.advance(40_000);
	for (let turn = 0; turn < 3; turn++) {
		await board.console.ask('at#atrunpin="9999"');
		await board.clock.advance(10_000);
	}
	expect(await board.console.ask('at#pct')).toContain('#PCT: 1');
	expect(await board.console.ask('at#atrunlog=3')).toContain('one attempt left');
});
