import { createDesk, type DeskOptions } from '../../hosts/simulator/desk.js';
import { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import { SimulatedNetwork } from '../../hosts/simulator/simulated-network.js';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOf } from '../../src/base/text.js';
import type { Store } from '../../src/ports/store.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { countingEntropy, digest } from '../support/digest.js';
import { Person } from '../support/person.js';

/** By which way TCP ATRUN reaches its peers. */
export type Carrier = 'module' | 'host';

export const CARRIERS: readonly Carrier[] = ['module', 'host'];
export const HOME = '10.1.1.1';
export const STRANGER = '8.8.8.8';
/** A key of the board, as `#ATRUNKEY` takes it. */
export const KEY = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';

/** Runs each line on the console; all must be answered OK. */
export async function onConsole(board: TestDesk, ...lines: readonly string[]): Promise<void> {
	const { console, clock } = board;
	for (const line of lines) {
		console.clear();
		console.type(`${line}\r`);
		// An URC may follow at once.
		await clock.until(() => /\r\n(OK|.*ERROR.*)\r\n/.test(console.screen), 800_000, `an answer to ${line}`);
		if (/ERROR/.test(console.screen)) throw new Error(`${line} was answered ${JSON.stringify(console.screen)}`);
	}
}

/** A flashed board whose carrier is usable; every service is off. */
export async function tcpBoard(carrier: Carrier, options: Partial<DeskOptions> = {}): Promise<TestDesk> {
	const board = await deskThatRuns(options);
	if (carrier === 'host') await onConsole(board, 'at#atruntcp=1');
	else {
		await board.registered();
		await board.clock.advance(3_000);
		await onConsole(board, 'at#sgactcfg=1,3', 'at#sgact=1,1', 'at#scfg=1,1,300,0,600,1');
	}
	return board;
}

/** A board that serves `user` / `pass` from 10.x.x.x on port 1024, after `first`. */
export async function serverBoard(
	carrier: Carrier,
	authMode = 0,
	first: readonly string[] = [],
	options: Partial<DeskOptions> = {},
): Promise<TestDesk> {
	const board = await tcpBoard(carrier, options);
	await onConsole(
		board,
		'at#tcpatrunfrwl=1,"10.0.0.0","255.0.0.0"',
		'at#tcpatrunauth=1,"user","pass"',
		...first,
		`at#tcpatruncfg=1,2,1024,1024,"",1,5,${authMode}`,
		'at#tcpatrunl=1',
	);
	await listens(board, carrier);
	return board;
}

/** A board with these settings whose module says nothing. It has just started. */
export function boardWithDeadModule(settings: Store): TestDesk {
	const clock = new VirtualClock();
	const hostSockets = new MemorySockets(clock);
	const desk = createDesk({
		clock,
		settings,
		digest,
		entropy: countingEntropy(),
		readyMade: false,
		hostNetwork: new SimulatedNetwork(hostSockets, clock),
		wire: { disturb: () => new Uint8Array(0) },
	});
	const console = new Person(desk.console, clock);
	desk.start();
	const none = () => {
		throw new Error('the module is dead');
	};
	return { clock, desk, console, trace: [], hostSockets, registered: none, mobile: none, client: none };
}

/** The network on the carrier's far side. */
export function farSide(board: TestDesk, carrier: Carrier): MemorySockets {
	return carrier === 'host' ? board.hostSockets : board.desk.memorySockets;
}

export async function listens(board: TestDesk, carrier: Carrier, limit = 60_000): Promise<void> {
	await board.clock.until(() => farSide(board, carrier).isListening(1024), limit, 'the listening port');
}

export function connectionTo(board: TestDesk, carrier: Carrier, from = HOME): HostConnection {
	const connection = farSide(board, carrier).dial(1024, from);
	if (connection === undefined) throw new Error('nobody listens');
	return connection;
}

/** A client that calls the board as soon as it listens. */
export async function knock(board: TestDesk, carrier: Carrier, from = HOME): Promise<Person> {
	await listens(board, carrier);
	return new Person(connectionTo(board, carrier, from), board.clock);
}

/** A client that has logged in, in authMode 0, and whose session runs commands. */
export async function session(board: TestDesk, carrier: Carrier, from = HOME): Promise<Person> {
	const client = await knock(board, carrier, from);
	// A command of the board's own: the instance may still be at work for another.
	client.type('user\rpass\rat#tcpatcmdseq?\r');
	await client.see('\r\nOK\r\n');
	client.clear();
	return client;
}

export async function ask(board: TestDesk, client: Person, line: string, limit = 60_000): Promise<string> {
	client.clear();
	client.type(`${line}\r`);
	await board.clock.until(
		() => /\r\n(OK|ERROR|\+CM[ES] ERROR: .*|CONNECT)\r\n$/.test(client.screen),
		limit,
		`an answer to ${line}`,
	);
	return client.screen;
}

export async function gone(board: TestDesk, client: Person, limit = 60_000): Promise<void> {
	await board.clock.until(() => client.closed !== undefined, limit, 'the end of the connection');
}

/** What `#ATRUNSTAT` says of these counters. */
export async function counters(board: TestDesk, ...names: readonly string[]): Promise<Record<string, number>> {
	const told = await board.console.ask('at#atrunstat');
	const values: Record<string, number> = {};
	for (const name of names) values[name] = Number(new RegExp(`#ATRUNSTAT: ${name},([0-9]+)`).exec(told)?.[1]);
	return values;
}

/** Writes all of it, as the port takes it. False: it took nothing more for so long [ms]. */
export async function pour(board: TestDesk, port: HostConnection, text: string, patience = 10_000): Promise<boolean> {
	const bytes = bytesOf(text);
	let sent = 0;
	let last = board.clock.now();
	while (sent < bytes.length) {
		const count = port.write(bytes.subarray(sent, sent + 1024));
		sent += count;
		if (count > 0) last = board.clock.now();
		if (board.clock.now() - last > patience) return false;
		await board.clock.advance(25);
	}
	return true;
}
