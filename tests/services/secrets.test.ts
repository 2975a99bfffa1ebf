import { expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { deskThatRuns } from '../support/desk.js';
import { TestStore } from '../support/memory-store.js';
import { answerTo, FULL_NUMBER, loggedIn } from './support.js';

const PASSWORDS = ['Geheimnis0123456', 'tcp-Passwort', 'noch-eines'] as const;

test('no password is in the trace, in an answer, on the console or in the store', async () => {
	const settings = new TestStore();
	const board = await deskThatRuns({ readyMade: true, settings });
	await board.registered();
	let shown = '';
	const ask = async (line: string) => {
		// What the DTE typed itself is echoed, which is no answer.
		shown += await board.console.ask(line);
	};
	await ask(`at#smsatwl=0,3,1,"${PASSWORDS[0]}"`);
	await ask(`at#tcpatrunauth=1,"second","${PASSWORDS[1]}"`);
	await ask(`at#smsatwl=0,2,0,"${FULL_NUMBER}"`);
	for (const line of ['at#smsatwl?', 'at#smsatwl=2,3', 'at#tcpatrunauth?', 'at#tcpatrunauth=?']) await ask(line);
	board.console.clear();
	const mobile = board.mobile(FULL_NUMBER);
	for (const line of [
		`AT#TCPATRUNAUTH=1,"third","${PASSWORDS[2]}"`,
		`HAT#SMSATWL=0,4,1,"${PASSWORDS[0]}"`,
		'AT#TCPATRUNAUTH?',
	]) {
		shown += (await answerTo(board, mobile, line, 20_000)) ?? '';
	}
	const client = await loggedIn(board);
	client.type(`at#tcpatrunauth=1,"third","${PASSWORDS[2]}"\r`);
	await board.clock.advance(5_000);
	client.hangUp();
	await board.clock.advance(5_000);
	shown += board.console.screen + client.screen + board.trace.join('\n');
	for (const record of Object.values(settings.records)) shown += textOf(record);
	expect(shown).toContain('#SMSATRUN: AT#TCPATRUNAUTH=');
	for (const password of [...PASSWORDS, 'testpassw']) {
		expect(shown).not.toContain(password);
		expect(shown.toUpperCase()).not.toContain(hexOf(bytesOf(password)));
	}
});
