import { createServer, type Server, type Socket } from 'node:net';
import { failure, type Result, success } from '../../src/base/result.js';
import type { Clock } from '../../src/ports/clock.js';
import { type Admittance, type BoardLogin, CalledBoard } from './called-board.js';
import { reasonOf } from './system-error.js';
import { ipv4Of, TcpPort } from './tcp-port.js';

export interface ReceptionEvents {
	/** A board has called; whether it is let in is not known yet. */
	called(board: CalledBoard): void;
	/** It is let in: it takes commands now. */
	letIn(board: CalledBoard): void;
	/** It is not let in, and its connection is closed. */
	turnedAway(board: CalledBoard, login: BoardLogin): void;
	/** One that was let in has gone. */
	left(board: CalledBoard, reason: string): void;
	/** A call beyond the most that are served at a time; it is closed. */
	full(peer: string): void;
}

export interface ReceptionOptions extends Admittance {
	readonly clock: Clock;
	/** Of this machine. */
	readonly address: string;
	/** 1–65535. */
	readonly port: number;
	readonly events: ReceptionEvents;
}

/** Boards at a time, those at their greeting too. */
export const MOST_BOARDS = 32;
/** After such a silence the system asks a board whether it is still there [ms]. */
const KEEP_ALIVE_MS = 60_000;

/** Takes the calls of boards in client mode, greets them and lets them in. */
export class Reception {
	readonly #server: Server;
	readonly #options: ReceptionOptions;
	readonly #boards: CalledBoard[] = [];
	#calls = 0;
	#isClosed = false;

	private constructor(server: Server, options: ReceptionOptions) {
		this.#server = server;
		this.#options = options;
	}

	/** Listens. Fails with a reason in words for the user. */
	static open(options: ReceptionOptions): Promise<Result<Reception, string>> {
		const { address, port } = options;
		return new Promise(resolve => {
			const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
			server.once('error', error => resolve(failure(`cannot listen on ${address}:${port}: ${reasonOf(error)}`)));
			server.listen({ host: address, port, exclusive: true }, () => {
				const reception = new Reception(server, options);
				server.removeAllListeners('error');
				// What fails later is one call, such as for want of descriptors.
				server.on('error', () => {});
				server.on('connection', socket => reception.#take(socket));
				resolve(success(reception));
			});
		});
	}

	/** The boards that are let in and still there, in the order of their calls. */
	get boards(): readonly CalledBoard[] {
		return this.#boards.filter(board => board.isLetIn);
	}

	/** Ends a board's connection; `left` tells of it. */
	dismiss(board: CalledBoard): void {
		board.session.close();
		this.#gone(board, 'closed from here');
	}

	/** Takes no further calls; those that are let in stay. */
	stopListening(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#server.close();
	}

	/** Ends everything, without a further event. */
	close(): void {
		this.stopListening();
		for (const board of this.#boards.splice(0)) board.session.close();
	}

	#take(socket: Socket): void {
		const host = ipv4Of(socket.remoteAddress);
		const peer = `${host.includes(':') ? `[${host}]` : host}:${socket.remotePort ?? 0}`;
		if (this.#isClosed || this.#boards.length >= MOST_BOARDS) {
			socket.on('error', () => {});
			socket.destroy();
			if (!this.#isClosed) this.#options.events.full(peer);
			return;
		}
		const board = new CalledBoard(++this.#calls, peer, new TcpPort(socket), this.#options.clock);
		this.#boards.push(board);
		this.#options.events.called(board);
		void this.#greet(board);
	}

	async #greet(board: CalledBoard): Promise<void> {
		const login = await board.greet(this.#options);
		if (!this.#boards.includes(board)) return;
		if (!board.isLetIn) {
			this.#forget(board);
			board.session.close();
			this.#options.events.turnedAway(board, login);
			return;
		}
		board.session.onEnded = reason => this.#gone(board, reason);
		this.#options.events.letIn(board);
		if (board.session.ended !== undefined) this.#gone(board, board.session.ended);
	}

	#gone(board: CalledBoard, reason: string): void {
		if (this.#forget(board)) this.#options.events.left(board, reason);
	}

	#forget(board: CalledBoard): boolean {
		const place = this.#boards.indexOf(board);
		if (place >= 0) this.#boards.splice(place, 1);
		return place >= 0;
	}
}
