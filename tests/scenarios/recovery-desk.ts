import { type DeskOptions, READY_MADE } from '../../hosts/simulator/desk.js';
import type { Mobile } from '../../hosts/simulator/mobile.js';
import { Wire } from '../../hosts/simulator/wire.js';
import { Coprocessor } from '../../src/coprocessor.js';
import type { Store } from '../../src/ports/store.js';
import { FULL_NUMBER, numberOf, readyBoard } from '../services/support.js';
import type { TestDesk } from '../support/desk.js';
import { countingEntropy, digest } from '../support/digest.js';
import { Person } from '../support/person.js';

/** By which service a request comes. */
export type Way = 'sms' | 'tcp';

/** `#ATRUNGRANT`: every class but admin, for the white list's full number and for the TCP user. */
export const GRANTS: readonly string[] = ['at#atrungrant=0,2,63', 'at#atrungrant=1,1,63'];
const FINAL = /\r\n(OK|ERROR|CONNECT|\+CM[ES] ERROR: .*)\r\n$/;

/** A board with the ready-made settings whose services give up a command after one minute, and a requester by SMS. */
export interface RecoveryBoard extends TestDesk {
	/** A number that the white list has in full. */
	readonly requester: Mobile;
}

/** It has run for so long that the recovery ladder begins at the bottom. `lines` were typed on its console. */
export async function recoveryBoard(
	lines: readonly string[] = [],
	options: Partial<DeskOptions> = {},
): Promise<RecoveryBoard> {
	const board = await readyBoard(options);
	await onConsole(
		board,
		'at#smsatrun=0',
		'at#smsatruncfg=3,1,1',
		'at#smsatrun=1',
		'at#tcpatrunl=0',
		'at#tcpatruncfg=1,2,1024,1024,"",1,1,1',
		'at#tcpatrunl=1',
		...lines,
	);
	await listening(board);
	await board.clock.advance(330_000);
	board.console.clear();
	return { ...board, requester: board.mobile(FULL_NUMBER) };
}

/** Types lines on the console; all must be answered OK. */
export async function onConsole(board: TestDesk, ...lines: readonly string[]): Promise<void> {
	for (const line of lines) {
		const answer = await board.console.ask(line, 120_000);
		if (!answer.endsWith('\r\nOK\r\n')) throw new Error(`${line} was answered ${JSON.stringify(answer)}`);
	}
}

export function listening(board: TestDesk, limit = 60_000): Promise<void> {
	return board.clock.until(() => board.desk.memorySockets.isListening(1024), limit, 'the listening socket');
}

/** Sends a request by SMS; gives the answer and the seconds until it came. */
export async function bySms(board: RecoveryBoard, text: string, limit: number): Promise<Answered> {
	const { requester, clock } = board;
	const start = clock.now();
	const before = requester.received.length;
	requester.send(text, numberOf(board));
	await clock.until(() => requester.received.length > before, limit * 1000, `an answer to ${text}`);
	return { text: requester.received[before]!.text, seconds: (clock.now() - start) / 1000 };
}

export interface Answered {
	readonly text: string;
	readonly seconds: number;
}

/** A client that calls as soon as the board listens, and logs in; `greeting` is what it reads before it has asked anything. */
export async function session(board: TestDesk, limit: number): Promise<{ client: Person; greeting: string }> {
	await listening(board, limit * 1000);
	const client = board.client();
	await client.see('Username:\r\n');
	client.type(`${READY_MADE.user}\r`);
	await client.see('Password:\r\n');
	client.type(`${READY_MADE.password}\r`);
	const welcome = 'Login successful.\r\n';
	await client.see(welcome);
	await board.clock.advance(1_000);
	const greeting = client.screen.slice(client.screen.indexOf(welcome) + welcome.length);
	client.clear();
	return { client, greeting };
}

/** Logs in and asks; gives what was shown until a final result came or the session was lost, and hangs up. */
export async function byTcp(board: TestDesk, text: string, limit: number): Promise<Answered & { greeting: string }> {
	const start = board.clock.now();
	const { client, greeting } = await session(board, limit);
	client.type(`${text}\r`);
	await board.clock.until(() => client.closed !== undefined || FINAL.test(client.screen), limit * 1000, text);
	const shown = client.screen;
	client.hangUp();
	await board.clock.advance(1_000);
	return { text: shown, greeting, seconds: (board.clock.now() - start) / 1000 };
}

/** Seconds until each service has answered `AT`, and what TCP told first of a session that was lost. */
export async function bothAnswer(board: RecoveryBoard, limit: number) {
	const start = board.clock.now();
	const { text } = await bySms(board, 'AT', limit);
	const sms = (board.clock.now() - start) / 1000;
	const left = limit - sms + 60;
	const tcp = await byTcp(board, 'AT', left);
	return {
		answers: [text, tcp.text],
		sms,
		tcp: (board.clock.now() - start) / 1000,
		greeting: tcp.greeting,
	};
}

/** The rungs that the journal names, newest first, without those that are none. */
export async function rungs(board: TestDesk): Promise<readonly string[]> {
	const log = await board.console.ask('at#atrunlog=20', 30_000);
	return [...log.matchAll(/"recovered",.*"([a-z]+)"\r\n/g)].map(found => found[1]!);
}

/** What `#ATRUNSTAT` says of a counter. */
export async function counter(board: TestDesk, name: string): Promise<number> {
	const told = await board.console.ask('at#atrunstat', 30_000);
	return Number(new RegExp(`#ATRUNSTAT: ${name},([0-9]+)`).exec(told)?.[1]);
}

/** The co-processor starts anew on what `store` holds, beside the same module; gives the person at its console. */
export async function restartBoard(board: TestDesk, store: Store): Promise<Person> {
	const { clock, desk } = board;
	await clock.settled(desk.stop(), 60_000, 'the end of the co-processor');
	const wire = new Wire(clock, { baud: 0 });
	const coprocessor = new Coprocessor({
		clock,
		module: desk.dte,
		console: wire.dce,
		store,
		digest,
		entropy: countingEntropy(),
		power: desk.power,
	});
	coprocessor.start();
	await clock.until(() => coprocessor.modem.state === 'ready', 120_000, 'the attached module');
	return new Person(wire.dte, clock);
}
