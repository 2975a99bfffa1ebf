import { expect, test } from 'vitest';
import { READY_MADE } from '../../hosts/simulator/desk.js';
import { askSession, loggedIn, readyBoard } from '../services/support.js';

test('a command that blocks the module is answered when its sender logs in again, once', async () => {
	const board = await readyBoard();
	const client = await loggedIn(board);
	client.type('at+creg?\r');
	await client.see('OK\r\n');
	board.desk.module.hang({ what: 'instance', number: 2, until: 'mux' });
	client.clear();
	client.type('at+csq\r');
	await board.clock.until(() => client.closed !== undefined, 400_000, 'the end of the session');
	// The service's own five minutes, and the rungs.
	await board.clock.advance(400_000);
	const next = board.client();
	await next.see('Username:\r\n');
	next.type(`${READY_MADE.user}\r${READY_MADE.password}\r`);
	await next.see('#ATRUN: LAST,"AT+csq"\r\n#ATRUN: TIMEOUT,"mux"\r\n\r\nERROR\r\n');
	next.hangUp();
	await board.clock.advance(5_000);
	const third = await loggedIn(board);
	expect(await askSession(board, third, 'at+csq')).not.toContain('LAST');
});
