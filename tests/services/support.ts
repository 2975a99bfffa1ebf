import { type DeskOptions, READY_MADE } from '../../hosts/simulator/desk.js';
import type { Mobile } from '../../hosts/simulator/mobile.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import type { Person } from '../support/person.js';

export const FULL_NUMBER = '+393290000001';
export const PREFIX_NUMBER = '+393290000002';

/** A board with the ready-made settings, registered, SMS ATRUN on instance 3 and TCP ATRUN listening on instance 2. */
export async function readyBoard(options: Partial<DeskOptions> = {}): Promise<TestDesk> {
	const board = await deskThatRuns({ readyMade: true, ...options });
	await board.registered();
	await board.clock.until(() => board.desk.memorySockets.isListening(1024), 60_000, 'the listening socket');
	await board.console.ask(`at#smsatwl=0,2,0,"${FULL_NUMBER}"`);
	await board.clock.advance(1000);
	board.console.clear();
	return board;
}

/** The board's own number. */
export function numberOf(board: TestDesk): string {
	return board.desk.sim.number;
}

/** Sends an SMS and gives the text of the answer; undefined: none came in `limit` ms. */
export async function answerTo(
	board: TestDesk,
	mobile: Mobile,
	text: string,
	limit = 60_000,
): Promise<string | undefined> {
	const before = mobile.received.length;
	mobile.send(text, numberOf(board));
	try {
		await board.clock.until(() => mobile.received.length > before, limit, 'an answer');
	} catch {
		return undefined;
	}
	return mobile.received[before]!.text;
}

/** A client that has logged in. */
export async function loggedIn(board: TestDesk): Promise<Person> {
	await board.clock.until(() => board.desk.memorySockets.isListening(1024), 60_000, 'the listening socket');
	const client = board.client();
	await client.see('Username:\r\n');
	client.type(`${READY_MADE.user}\r`);
	await client.see('Password:\r\n');
	client.type(`${READY_MADE.password}\r`);
	await client.see('Login successful.\r\n');
	client.clear();
	return client;
}

/** Types a line of a session and gives what came up to a final result. */
export async function askSession(board: TestDesk, client: Person, line: string, limit = 30_000): Promise<string> {
	client.clear();
	client.type(`${line}\r`);
	await board.clock.until(() => /\r\n(OK|ERROR|\+CM[ES] ERROR: .*)\r\n$/.test(client.screen), limit, line);
	return client.screen;
}
