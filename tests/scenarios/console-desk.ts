import { expect } from 'vitest';
import type { DeskOptions } from '../../hosts/simulator/desk.js';
import type { Channel } from '../../src/cmux/channel.js';
import { Multiplexer, type MuxClosed } from '../../src/cmux/multiplexer.js';
import type { MuxError } from '../../src/cmux/options.js';
import type { SignalPort } from '../../src/ports/byte-port.js';
import { answerTo, FULL_NUMBER, readyBoard } from '../services/support.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';

export const OK = '\r\nOK\r\n';

/** A board whose module is registered; every service off unless said otherwise. */
export async function registeredBoard(options: Partial<DeskOptions> = {}): Promise<TestDesk> {
	const board = await deskThatRuns(options);
	await board.registered();
	return board;
}

/** A request by SMS is answered, by a module in whatever mode the DTE has left it. */
export async function expectSmsAtrun(board: TestDesk): Promise<void> {
	expect(await answerTo(board, board.mobile(FULL_NUMBER), 'AT+CMEE?')).toContain('+CMEE: 1');
}

export { readyBoard };

/** A DTE's side of the console as a multiplexer. */
export interface Multiplexed {
	readonly mux: Multiplexer;
	/** Why it ended; undefined: it has not. */
	ended(): MuxClosed | undefined;
	/** Opens a DLCI. */
	open(dlci: number): Promise<Channel | MuxError>;
	/** Opens a DLCI, with a person who types there. */
	person(dlci: number): Promise<ChannelPerson>;
}

/** A person on a DLCI, who can do what a terminal on it can. */
export class ChannelPerson extends Person {
	readonly port: SignalPort;

	constructor(port: Channel, clock: TestDesk['clock']) {
		super(port, clock);
		this.port = port;
	}
}

/** The DTE says `AT+CMUX=0` and becomes the initiator. */
export async function multiplex(board: TestDesk, line = 'at+cmux=0'): Promise<Multiplexed> {
	const { clock, console } = board;
	expect(await console.ask(line)).toBe(OK);
	let reason: MuxClosed | undefined;
	const mux = new Multiplexer({
		port: board.desk.console,
		clock,
		role: 'initiator',
		onClosed: why => {
			reason = why;
		},
	});
	const started = await clock.settled(mux.start(), 5_000);
	expect(started.ok).toBe(true);
	const open = async (dlci: number) => {
		const opened = await clock.settled(mux.open(dlci), 5_000);
		return opened.ok ? opened.value : opened.error;
	};
	return {
		mux,
		ended: () => reason,
		open,
		person: async dlci => {
			const channel = await open(dlci);
			if (typeof channel === 'string') throw new Error(`DLCI ${dlci}: ${channel}`);
			return new ChannelPerson(channel, clock);
		},
	};
}

/** The DTE types at the console again after a multiplexer. */
export function typist(board: TestDesk): Person {
	return new Person(board.desk.console, board.clock);
}
