import { failure, type Result, success } from '../base/result.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { ListenEvents, ListenRequest, Network, NetworkError, NetworkListener } from '../ports/network.js';
import type { Instance } from './instance.js';
import type { Modem } from './modem.js';
import { ModuleSocket } from './module-socket.js';

/** Longest times of the manual [ms]. */
const COMMAND = 5_000;
const DIAL = 140_000;
const CLOSE = 3_000;

/** States of `#SS`. */
const CLOSED = 0;
const CALL_WAITING = 5;

/** What `#SS=<conn>` tells: `#SS: <id>,<state>[,<ip>,<port>[,<peer>,<port>]]`. */
interface SocketStatus {
	readonly state: number;
	readonly peer: string | undefined;
}

/**
 * TCP by one socket of the module, driven in command mode over the control instance. One connection at a time: a second
 * caller is refused by the module itself. The listener ends with each connection and its owner opens it again.
 */
export class ModuleNetwork implements Network {
	readonly #modem: Modem;
	readonly #clock: Clock;
	readonly #connection: () => number;
	#instance: Instance | undefined;
	#events: ListenEvents | undefined;
	#socket: ModuleSocket | undefined;
	#conn = 1;
	#port = 0;
	#hangingUp: Promise<void> | undefined;

	/** `connection` tells the socket to use, 1–6 (`#TCPATRUNCFG`). */
	constructor(modem: Modem, clock: Clock, connection: () => number) {
		this.#modem = modem;
		this.#clock = clock;
		this.#connection = connection;
		modem.hub.on('SRING: ', text => this.#ring(text));
		modem.hub.on('NO CARRIER', (_text, instance) => this.#noCarrier(instance));
		modem.hub.on('#SL: ABORTED', () => this.#end('the network took the context away'));
		modem.onLost.push(() => this.#end('the module was lost'));
	}

	async listen(request: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		await this.#hangingUp;
		if (this.#events !== undefined || this.#socket !== undefined) return failure('busy');
		const instance = this.#modem.control;
		if (instance === undefined) return failure('unreachable');
		this.#instance = instance;
		this.#conn = this.#connection();
		this.#port = request.port;
		this.#events = events;
		const opened = await this.#open(instance, request);
		if (opened.ok) return success({ close: () => this.#closeListener() });
		this.#events = undefined;
		this.#instance = undefined;
		return opened;
	}

	async connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		await this.#hangingUp;
		if (this.#events !== undefined || this.#socket !== undefined) return failure('busy');
		if (/["\r\n;]/.test(host)) return failure('bad-address');
		const instance = this.#modem.control;
		if (instance === undefined) return failure('unreachable');
		this.#conn = this.#connection();
		const conn = this.#conn;
		const time = Math.min(DIAL, deadline - this.#clock.now());
		await instance.ask(`AT#SCFGEXT=${conn},1,0,0`, COMMAND);
		const dialled = await instance.ask(`AT#SD=${conn},0,${port},"${host}",0,0,1`, time);
		if (!dialled.ok) return failure(dialled.result === undefined ? 'timeout' : 'refused');
		this.#instance = instance;
		return success(this.#connected(instance));
	}

	/** The module's firewall drops everybody by default and forgets its rules at each reboot: ours are mirrored. */
	async #open(instance: Instance, { port, admitted }: ListenRequest): Promise<Result<void, NetworkError>> {
		const conn = this.#conn;
		await instance.ask('AT#FRWL=2', COMMAND);
		for (const { ip, mask } of admitted) await instance.ask(`AT#FRWL=1,"${ip}","${mask}"`, COMMAND);
		await instance.ask(`AT#SCFGEXT=${conn},1,0,0`, COMMAND);
		let answer = await instance.ask(`AT#SL=${conn},1,${port}`, COMMAND);
		if (!answer.ok && answer.result !== undefined) {
			// Something is left of an earlier life of ours: a listener, or a connection nobody owns.
			await instance.ask(`AT#SL=${conn},0,${port}`, COMMAND);
			await instance.ask(`AT#SH=${conn}`, CLOSE);
			answer = await instance.ask(`AT#SL=${conn},1,${port}`, COMMAND);
		}
		if (answer.ok) return success(undefined);
		if (answer.result === undefined) return failure('timeout');
		return failure(answer.result.kind === 'cme' ? 'no-context' : 'failed');
	}

	/** A call, or data on the connection: `SRING: <conn>[,<octets>]`. */
	#ring(text: string): boolean {
		const found = /^SRING: ([0-9]+)/.exec(text);
		if (found === null || Number(found[1]) !== this.#conn) return false;
		if (this.#socket !== undefined) {
			this.#socket.arrived();
			return true;
		}
		const { instance, events } = { instance: this.#instance, events: this.#events };
		if (instance === undefined || events === undefined) return false;
		void this.#announce(instance, events);
		return true;
	}

	/** Only `#SS` tells who calls. */
	async #announce(instance: Instance, events: ListenEvents): Promise<void> {
		const status = await this.#status(instance);
		if (status?.state !== CALL_WAITING || status.peer === undefined || this.#events !== events) return;
		events.call({
			peer: status.peer,
			accept: async () => {
				const answer = await instance.ask(`AT#SA=${this.#conn},1`, COMMAND);
				if (!answer.ok) return failure('failed');
				this.#events = undefined;
				return success(this.#connected(instance));
			},
			// Refusing closes the listener too: its owner opens it again.
			refuse: () => {
				void instance.ask(`AT#SH=${this.#conn}`, CLOSE).then(() => this.#endListener('a call was refused'));
			},
		});
	}

	#connected(instance: Instance): ModuleSocket {
		const socket = new ModuleSocket(this.#conn, instance, this.#clock, () => {
			if (this.#socket === socket) this.#hangingUp = this.#hangUp(instance);
		});
		this.#socket = socket;
		return socket;
	}

	/** The socket is free again only after the module answered. */
	async #hangUp(instance: Instance): Promise<void> {
		await instance.ask(`AT#SH=${this.#conn}`, CLOSE);
		this.#socket = undefined;
	}

	/** `NO CARRIER` does not say of which socket: ask. */
	#noCarrier(from: number): boolean {
		const socket = this.#socket;
		const instance = this.#instance;
		if (socket === undefined || instance === undefined || from !== instance.number) return false;
		void (async () => {
			const status = await this.#status(instance);
			if (this.#socket !== socket) return;
			if (status?.state !== CLOSED) {
				this.#modem.hub.rest?.('NO CARRIER', from);
				return;
			}
			this.#socket = undefined;
			socket.ended('the peer closed the connection');
		})();
		return true;
	}

	async #status(instance: Instance): Promise<SocketStatus | undefined> {
		const { lines } = await instance.ask(`AT#SS=${this.#conn}`, COMMAND, ['#SS']);
		for (const line of lines) {
			const fields = line.replace(/^#SS: /, '').split(',');
			if (Number(fields[0]) === this.#conn) return { state: Number(fields[1]), peer: fields[4]?.replace(/"/g, '') };
		}
		return undefined;
	}

	#closeListener(): void {
		if (this.#events === undefined) return;
		this.#events = undefined;
		void this.#instance?.ask(`AT#SL=${this.#conn},0,${this.#port}`, COMMAND);
	}

	#endListener(reason: string): void {
		const events = this.#events;
		this.#events = undefined;
		events?.ended(reason);
	}

	#end(reason: string): boolean {
		const socket = this.#socket;
		this.#socket = undefined;
		socket?.ended(reason);
		this.#endListener(reason);
		return true;
	}
}
