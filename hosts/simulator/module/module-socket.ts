import type { TimerHandle } from '../../../src/ports/clock.js';
import type { HostConnection, HostListener } from '../socket-host.js';
import { NO_CARRIER, OK, type Outcome } from './command.js';
import type { Firmware } from './firmware.js';
import type { Instance } from './instance.js';
import type { SocketExtension, SocketSettings } from './non-volatile.js';
import { OnlineLink } from './online-link.js';
import { SocketInbox } from './socket-inbox.js';

/** `<state>` of #SS. */
export type SocketState = 0 | 1 | 2 | 3 | 4 | 5;

const SEND_DEADLINE_MS = 30_000;

/** One of the module's six sockets: closed, listening, called, or connected in command or online mode. */
export class ModuleSocket {
	readonly id: number;
	/** The instance that opened it: the only one that may close or resume it, and the one that hears of it. */
	owner: Instance | undefined;
	localPort = 0;
	sentOctets = 0;
	receivedOctets = 0;
	readonly #firmware: Firmware;
	readonly #received: SocketInbox;
	#connection: HostConnection | undefined;
	#listener: HostListener | undefined;
	#calling = false;
	#link: OnlineLink | undefined;
	#peerEnded = false;
	#idle: TimerHandle | undefined;
	#spaceWaiter: (() => void) | undefined;
	/** Changes with every closing, so that what was begun before it ends without effect. */
	#epoch = 0;

	constructor(firmware: Firmware, id: number) {
		this.#firmware = firmware;
		this.id = id;
		this.#received = new SocketInbox(id);
	}

	get settings(): SocketSettings {
		return this.#firmware.board.nvm.settings.sockets[this.id - 1]!;
	}

	get extension(): SocketExtension {
		return this.#firmware.board.nvm.settings.socketExtensions[this.id - 1]!;
	}

	get state(): SocketState {
		if (this.#listener !== undefined && this.#connection === undefined) return 4;
		if (this.#connection === undefined) return 0;
		if (this.#calling) return 5;
		if (this.#link !== undefined) return 1;
		return this.#received.length > 0 ? 3 : 2;
	}

	get buffered(): number {
		return this.#received.length;
	}

	get peer(): { readonly address: string; readonly port: number } | undefined {
		const connection = this.#connection;
		return connection === undefined ? undefined : { address: connection.peerAddress, port: connection.peerPort };
	}

	/** An attempt to listen or connect that began at another epoch no longer counts. */
	get epoch(): number {
		return this.#epoch;
	}

	/** #SL=<id>,1: listens, and hears of one call at a time. */
	startListening(owner: Instance, port: number, listener: HostListener): void {
		this.owner = owner;
		this.localPort = port;
		this.#listener = listener;
	}

	/** A peer calls the port that this socket listens on. */
	called(connection: HostConnection): void {
		if (this.state !== 4 || !this.#firmware.sockets.firewall.accepts(connection.peerAddress)) {
			connection.close();
			return;
		}
		this.#connection = connection;
		this.#calling = true;
		connection.listen({ readable: () => undefined, closed: () => this.#hungUp() });
		const { owner } = this;
		if (this.extension.autoResponse === 1 && owner !== undefined) owner.runUnasked(() => this.answer('online'));
		else owner?.urc(`SRING: ${this.id}`);
	}

	/** #SA: takes the call. The listener ends with it. */
	answer(mode: 'online' | 'command'): Outcome | Promise<Outcome> {
		const connection = this.#connection;
		if (connection === undefined) return NO_CARRIER;
		this.#calling = false;
		this.#listener?.close();
		this.#listener = undefined;
		return this.#begin(connection, mode);
	}

	/** #SD: the connection is there. */
	connected(owner: Instance, localPort: number, connection: HostConnection, mode: 'online' | 'command') {
		this.owner = owner;
		this.localPort = localPort;
		this.#connection = connection;
		return this.#begin(connection, mode);
	}

	/** #SO: online again; undefined: there is nothing to resume. */
	resume(): Promise<Outcome> | undefined {
		const { state } = this;
		return state === 2 || state === 3 ? this.#goOnline() : undefined;
	}

	/** Takes up to `most` octets that were received. */
	take(most: number): Uint8Array {
		const data = this.#received.take(most);
		this.#pull();
		return data;
	}

	/** Sends in command mode; false: not all could be sent in time. */
	async send(data: Uint8Array): Promise<boolean> {
		const epoch = this.#epoch;
		const { clock } = this.#firmware;
		const end = clock.now() + SEND_DEADLINE_MS;
		let at = 0;
		while (at < data.length) {
			const connection = this.#connection;
			if (connection === undefined || epoch !== this.#epoch || this.#peerEnded) return false;
			const count = connection.write(data.subarray(at));
			at += count;
			this.sentOctets += count;
			this.#touch();
			if (at === data.length) break;
			await this.#space(end);
			if (clock.now() >= end) return false;
		}
		return true;
	}

	/** #SH and everything that ends a socket without a word. */
	close(): void {
		this.#epoch++;
		this.#idle?.cancel();
		this.#listener?.close();
		this.#connection?.close();
		this.#listener = undefined;
		this.#connection = undefined;
		this.#calling = false;
		this.#peerEnded = false;
		this.#received.clear();
		this.#spaceWaiter?.();
		const link = this.#link;
		this.#link = undefined;
		link?.end(NO_CARRIER);
	}

	/** The context is gone. */
	abort(): void {
		const { state, owner } = this;
		if (state === 0) return;
		this.close();
		if (state === 4) owner?.urc('#SL: ABORTED');
		else if (state !== 1) owner?.urc('NO CARRIER');
	}

	#begin(connection: HostConnection, mode: 'online' | 'command'): Outcome | Promise<Outcome> {
		this.sentOctets = 0;
		this.receivedOctets = 0;
		this.#peerEnded = false;
		connection.listen({
			readable: () => this.#pull(),
			writable: () => {
				this.#spaceWaiter?.();
				this.#link?.writable();
			},
			closed: () => {
				this.#peerEnded = true;
				this.#pull();
			},
		});
		this.#touch();
		if (mode === 'online') return this.#goOnline();
		this.#pull();
		return OK;
	}

	#goOnline(): Promise<Outcome> {
		const { owner } = this;
		if (owner === undefined) return Promise.resolve(NO_CARRIER);
		const link = new OnlineLink({
			instance: owner,
			clock: this.#firmware.clock,
			packetSize: this.settings.packetSize,
			transmitMs: this.settings.transmit * 100,
			write: bytes => this.#write(bytes),
			wanted: () => this.#pull(),
			suspended: () => {
				this.#link = undefined;
			},
		});
		this.#link = link;
		const outcome = link.start();
		this.#pull();
		return outcome;
	}

	#write(bytes: Uint8Array): number {
		const count = this.#connection?.write(bytes) ?? 0;
		this.sentOctets += count;
		if (count > 0) this.#touch();
		return count;
	}

	/** Moves what came toward the DTE as far as there is room; what is left stays with the network. */
	#pull(): void {
		const connection = this.#connection;
		if (connection === undefined || this.#calling) return;
		const block = new Uint8Array(512);
		for (;;) {
			const room = this.#link?.space ?? this.#received.space;
			if (this.#link !== undefined && this.#received.length > 0) {
				const kept = this.#received.take(room);
				this.#link.show(kept);
				if (kept.length === 0) return;
				continue;
			}
			const count = connection.read(block.subarray(0, Math.min(block.length, room)));
			if (count === 0) break;
			this.#touch();
			this.receivedOctets += count;
			const data = block.subarray(0, count);
			if (this.#link !== undefined) this.#link.show(data);
			else this.#received.put(data, this.owner, this.extension);
		}
		const room = this.#link?.space ?? this.#received.space;
		if (this.#peerEnded && this.#received.length === 0 && room > 0) this.#finish();
	}

	/** The peer has closed and everything it sent was read. */
	#finish(): void {
		const { owner } = this;
		const wasOnline = this.#link !== undefined;
		this.close();
		if (!wasOnline) owner?.urc('NO CARRIER');
	}

	#hungUp(): void {
		const { owner } = this;
		this.close();
		owner?.urc('NO CARRIER');
	}

	/** Octets passed: the idle timeout starts anew. */
	#touch(): void {
		this.#idle?.cancel();
		const { idle } = this.settings;
		const { clock } = this.#firmware;
		if (idle > 0) this.#idle = clock.setTimer(clock.now() + idle * 1000, () => this.abort());
	}

	#space(end: number): Promise<void> {
		return new Promise(resolve => {
			const { clock } = this.#firmware;
			const timer = clock.setTimer(end, () => this.#spaceWaiter?.());
			this.#spaceWaiter = () => {
				timer.cancel();
				this.#spaceWaiter = undefined;
				resolve();
			};
		});
	}
}
