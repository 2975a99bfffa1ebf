import type { FinalResult } from '../at/result-code.js';
import type { UrcHandler } from '../at/urc-hub.js';
import { failure, type Result, success } from '../base/result.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { ListenEvents, ListenRequest, Network, NetworkError, NetworkListener } from '../ports/network.js';
import type { Instance } from './instance.js';
import type { Modem } from './modem.js';
import { ModuleSocket } from './module-socket.js';

/** Longest times of the manual [ms]. */
const COMMAND = 5_000;
const DIAL = 140_000;
const CLOSE = 3_000;
/** A listener that nobody calls is opened anew after so long [ms]. */
const RENEW = 900_000;

/** States of `#SS`. */
const CLOSED = 0;
const CALL_WAITING = 5;
/** What the module may resolve; anything else could end the parameter, or the command. */
function isHost(text: string): boolean {
	return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text);
}

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
	/** `listen` or `connect` is on its way. */
	#opening = false;
	#lost = 0;
	#renewal: TimerHandle | undefined;

	/** `connection` tells the socket to use, 1–6 (`#TCPATRUNCFG`). */
	constructor(modem: Modem, clock: Clock, connection: () => number) {
		this.#modem = modem;
		this.#clock = clock;
		this.#connection = connection;
		modem.hub.on('SRING: ', (text, instance) => this.ring(text, instance));
		this.hearEnd('NO CARRIER', 'the peer closed the connection');
		this.hearEnd('#SL: ABORTED', 'the network took the context away');
		modem.onLost.push(() => this.end('the module was lost'));
		modem.onControl.push(() => this.follow());
		modem.stays.push(number => (this.#socket !== undefined || this.#opening) && this.#instance?.number === number);
	}

	/** A listener moves with the control instance; a connection stays where it was opened until it ends. */
	private follow(): void {
		const { events } = { events: this.#events };
		if (events === undefined || this.#opening || this.#instance === this.#modem.control) return;
		this.closeListener(events);
		events.ended('the control instance moves');
	}

	async listen(request: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		await this.#hangingUp;
		if (this.isBusy) return failure('busy');
		const instance = this.#modem.control;
		if (instance === undefined) return failure('unreachable');
		const lost = this.#lost;
		this.#opening = true;
		this.#instance = instance;
		this.#conn = this.#connection();
		this.#port = request.port;
		const opened = await this.open(instance, request, events);
		this.#opening = false;
		if (opened.ok && lost === this.#lost) {
			this.renewLater(instance, events);
			return success({ close: () => this.closeListener(events) });
		}
		this.#events = undefined;
		return opened.ok ? failure('unreachable') : opened;
	}

	async connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		await this.#hangingUp;
		if (this.isBusy) return failure('busy');
		if (!isHost(host)) return failure('bad-address');
		const instance = this.#modem.control;
		if (instance === undefined) return failure('unreachable');
		const lost = this.#lost;
		this.#opening = true;
		this.#instance = instance;
		this.#conn = this.#connection();
		const dialled = await this.dial(instance, host, port, deadline);
		this.#opening = false;
		if (!dialled.ok) return dialled;
		return lost === this.#lost ? success(this.connected(instance)) : failure('unreachable');
	}

	private get isBusy(): boolean {
		return this.#opening || this.#events !== undefined || this.#socket !== undefined;
	}

	private async dial(
		instance: Instance,
		host: string,
		port: number,
		deadline: number,
	): Promise<Result<void, NetworkError>> {
		const conn = this.#conn;
		// An earlier life of ours may have left the socket open: then #SD would fail for ever.
		await instance.ask(`AT#SH=${conn}`, CLOSE);
		await instance.ask(`AT#SCFGEXT=${conn},1,0,0`, COMMAND);
		const time = Math.min(DIAL, deadline - this.#clock.now());
		if (time <= 0) return failure('timeout');
		const outcome = await instance.run('control', {
			line: `AT#SD=${conn},0,${port},"${host}",0,0,1`,
			time,
			prefixes: [],
			// NO CARRIER is an answer to it.
			dials: true,
		});
		if (outcome.kind === 'final') return outcome.result.kind === 'ok' ? success(undefined) : failureOf(outcome.result);
		if (outcome.kind !== 'timeout') return failure(outcome.kind === 'busy' ? 'busy' : 'unreachable');
		// The module may have connected after all.
		await instance.ask(`AT#SH=${conn}`, CLOSE);
		return failure('timeout');
	}

	/** The module's firewall drops everybody by default and forgets its rules at each reboot: ours are mirrored. */
	private async open(
		instance: Instance,
		{ port, admitted }: ListenRequest,
		events: ListenEvents,
	): Promise<Result<void, NetworkError>> {
		const conn = this.#conn;
		await instance.ask('AT#FRWL=2', COMMAND);
		for (const { ip, mask } of admitted) await instance.ask(`AT#FRWL=1,"${ip}","${mask}"`, COMMAND);
		await instance.ask(`AT#SCFGEXT=${conn},1,0,0`, COMMAND);
		// A call can come before the OK has been looked at.
		this.#events = events;
		let answer = await instance.ask(`AT#SL=${conn},1,${port}`, COMMAND);
		if (!answer.ok && answer.result !== undefined) {
			// Something is left of an earlier life of ours: a listener, or a connection nobody owns.
			await instance.ask(`AT#SL=${conn},0,${port}`, COMMAND);
			await instance.ask(`AT#SH=${conn}`, CLOSE);
			answer = await instance.ask(`AT#SL=${conn},1,${port}`, COMMAND);
		}
		if (answer.ok) return success(undefined);
		return answer.result === undefined ? failure('timeout') : failureOf(answer.result);
	}

	/** A call, or data on the connection: `SRING: <conn>[,<octets>]`. */
	private ring(text: string, from: number): boolean {
		const found = /^SRING: ([0-9]+)/.exec(text);
		if (found === null || Number(found[1]) !== this.#conn || from !== this.#instance?.number) return false;
		if (this.#socket !== undefined) {
			this.#socket.arrived();
			return true;
		}
		const { instance, events } = { instance: this.#instance, events: this.#events };
		// Data right behind the OK of #SD is fetched in any case.
		if (instance === undefined || events === undefined) return this.#opening;
		void this.announce(instance, events);
		return true;
	}

	/** A rule, the port or a call that was garbled on a disturbed line would keep everybody out for ever, without a word. */
	private renewLater(instance: Instance, events: ListenEvents): void {
		this.#renewal?.cancel();
		this.#renewal = this.#clock.setTimer(this.#clock.now() + RENEW, async () => {
			const status = await this.status(instance);
			if (this.#events !== events) return;
			if (status?.state === CALL_WAITING) {
				this.renewLater(instance, events);
				await this.announce(instance, events);
			} else {
				this.closeListener(events);
				events.ended('it is opened anew');
			}
		});
	}

	/** Only `#SS` tells who calls. */
	private async announce(instance: Instance, events: ListenEvents): Promise<void> {
		const status = await this.status(instance);
		if (this.#events !== events) return;
		if (status?.state === CLOSED) this.endListener(events, 'the caller hung up');
		if (status?.state !== CALL_WAITING || status.peer === undefined) return;
		events.call({
			peer: status.peer,
			accept: () => this.accept(instance, events),
			refuse: () => void this.refuse(instance, events, 'a call was refused'),
		});
	}

	private async accept(instance: Instance, events: ListenEvents): Promise<Result<BytePort, NetworkError>> {
		if (this.#events !== events) return failure('failed');
		const answer = await instance.ask(`AT#SA=${this.#conn},1`, COMMAND);
		if (this.#events !== events) {
			// The listener was closed meanwhile, and nobody wants the connection.
			if (answer.ok) void instance.ask(`AT#SH=${this.#conn}`, CLOSE);
			return failure('failed');
		}
		if (!answer.ok) {
			await this.refuse(instance, events, 'a call could not be accepted');
			return failure('failed');
		}
		this.endListening();
		events.ended('its socket is connected');
		return success(this.connected(instance));
	}

	/** `#SH` closes the listener too: its owner opens it again. */
	private async refuse(instance: Instance, events: ListenEvents, reason: string): Promise<void> {
		if (this.#events !== events) return;
		await instance.ask(`AT#SH=${this.#conn}`, CLOSE);
		this.endListener(events, reason);
	}

	private connected(instance: Instance): ModuleSocket {
		const socket = new ModuleSocket(this.#conn, instance, this.#clock, () => {
			if (this.#socket === socket) this.#hangingUp = this.hangUp(instance, socket);
		});
		this.#socket = socket;
		return socket;
	}

	/** The socket is free again only after the module answered. */
	private async hangUp(instance: Instance, socket: ModuleSocket): Promise<void> {
		await instance.ask(`AT#SH=${this.#conn}`, CLOSE);
		if (this.#socket === socket) this.#socket = undefined;
	}

	private hearEnd(code: string, reason: string): void {
		const { hub } = this.#modem;
		const handler: UrcHandler = (text, from) => this.ended(from, reason, () => hub.publish(text, from, handler));
		hub.on(code, handler);
	}

	/** `NO CARRIER` and `#SL: ABORTED` do not say of which socket: ask. `pass`: it was another one's, or the DTE's. */
	private ended(from: number, reason: string, pass: () => void): boolean {
		const { socket, events } = { socket: this.#socket, events: this.#events };
		const instance = this.#instance;
		if (instance === undefined || from !== instance.number) return false;
		if (socket === undefined && events === undefined) return false;
		void (async () => {
			const status = await this.status(instance);
			if (status !== undefined && status.state !== CLOSED) pass();
			if (status?.state !== CLOSED) return;
			if (socket !== undefined && this.#socket === socket) {
				this.#socket = undefined;
				socket.ended(reason);
			} else if (events !== undefined) this.endListener(events, reason);
		})();
		return true;
	}

	private async status(instance: Instance): Promise<SocketStatus | undefined> {
		const { lines } = await instance.ask(`AT#SS=${this.#conn}`, COMMAND, ['#SS']);
		for (const line of lines) {
			const fields = line.replace(/^#SS: /, '').split(',');
			if (Number(fields[0]) === this.#conn) return { state: Number(fields[1]), peer: fields[4]?.replace(/"/g, '') };
		}
		return undefined;
	}

	private closeListener(events: ListenEvents): void {
		if (this.#events !== events) return;
		this.endListening();
		void this.#instance?.ask(`AT#SL=${this.#conn},0,${this.#port}`, COMMAND);
	}

	private endListener(events: ListenEvents, reason: string): void {
		if (this.#events !== events) return;
		this.endListening();
		// Whoever still waits in `listen` hears of it there.
		if (!this.#opening) events.ended(reason);
		else this.#lost++;
	}

	private endListening(): void {
		this.#events = undefined;
		this.#renewal?.cancel();
	}

	private end(reason: string): void {
		const { socket, events } = { socket: this.#socket, events: this.#events };
		this.#socket = undefined;
		socket?.ended(reason);
		if (events !== undefined) this.endListener(events, reason);
		this.#lost++;
		this.#instance = undefined;
	}
}

/** The error words for the +CME codes of the module's sockets (module.md). */
function failureOf(result: FinalResult): { readonly ok: false; readonly error: NetworkError } {
	if (result.kind === 'no-carrier') return failure('refused');
	if (result.kind !== 'cme') return failure('failed');
	switch (result.code) {
		case 552:
		case 553:
		case 554:
		case 555:
		case 556:
			return failure('no-context');
		case 557:
		case 564:
			return failure('busy');
		case 558:
			return failure('bad-address');
		case 559:
			return failure('timeout');
		case 562:
			return failure('refused');
		default:
			return failure('failed');
	}
}
