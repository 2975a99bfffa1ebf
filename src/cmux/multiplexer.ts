import { Deferred } from '../base/deferred.js';
import { failure, type Result, success } from '../base/result.js';
import type { PortListener } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Channel } from './channel.js';
import { type CommandOutcome, ControlChannel, type ControlOwner } from './control-channel.js';
import type { ModemStatusMessage, OutgoingMessage } from './control-message.js';
import type { DataLink } from './data-link.js';
import { type CommandsOwner, DlciCommands } from './dlci-commands.js';
import { FrameType, type FrameView } from './frame.js';
import { FrameWriter } from './frame-writer.js';
import { LineInput, type LineOwner } from './line-input.js';
import { Links, type LinksCarrier } from './links.js';
import { type Notice, Notifier } from './notifier.js';
import {
	type Counting,
	type MultiplexerOptions,
	type MuxClosed,
	type MuxError,
	type MuxFault,
	type MuxStatistics,
	noCounts,
	type Settled,
	settle,
} from './options.js';
import { Sender } from './sender.js';
import { type StallOwner, StallWatch } from './stall-watch.js';

export type { MultiplexerOptions, MuxClosed, MuxError, MuxFault, MuxStatistics } from './options.js';

/**
 * 3GPP 27.010 basic option over one byte port, either role: many channels on one line. It listens to the port from `start`
 * (a responder from the beginning) to its end and never closes it: afterwards the port is in AT mode again. One object
 * serves one multiplexer session.
 *
 * Nothing waits for ever: commands are repeated N2 times, T1 or T2 apart, then given up. A control frame waits behind what
 * the port has already taken; where the port holds more than T1 or T2 can carry, those times must be set longer.
 */
export class Multiplexer implements CommandsOwner, ControlOwner, LinksCarrier, LineOwner, StallOwner, PortListener {
	readonly #options: MultiplexerOptions;
	readonly #settings: Settled;
	readonly #initiator: boolean;
	readonly #counters: Counting = noCounts();
	readonly #input: LineInput;
	readonly #sender: Sender;
	readonly #control: ControlChannel;
	readonly #commands: DlciCommands;
	readonly #notifier: Notifier;
	readonly #links: Links;
	readonly #lineStall: StallWatch;
	readonly #holdStall: StallWatch;
	readonly #started = new Deferred<CommandOutcome>();
	readonly #ended = new Deferred<void>();
	#state: 'idle' | 'starting' | 'open' | 'closing' | 'ended' = 'idle';
	#asked = false;
	#wasOpen = false;
	/** Why the end comes as soon as the last answer is written. */
	#leaving: MuxClosed | undefined;
	#deadline: TimerHandle | undefined;
	#echoes = 0;
	#testNumber = 0;

	/** Throws RangeError where an option is out of its range. */
	constructor(options: MultiplexerOptions) {
		const settings = settle(options);
		const { clock, port, onFrame, role } = options;
		const { receiveLimit, stall, uihCommandBit } = settings;
		this.#options = options;
		this.#settings = settings;
		this.#initiator = role === 'initiator';
		this.#notifier = new Notifier(clock);
		// As large as the input's limit: a response repeats the pattern of the peer's TEST.
		const limit = Math.max(settings.n1, receiveLimit);
		const writer = new FrameWriter(port, limit, onFrame && (frame => onFrame('sent', frame)));
		this.#sender = new Sender(writer, this.#initiator ? 1 : 0, uihCommandBit, this.#counters);
		this.#input = new LineInput({
			port,
			clock,
			owner: this,
			limit: receiveLimit,
			gap: settings.octetGap,
			onNoise: options.onNoise,
		});
		this.#commands = new DlciCommands(this);
		this.#control = new ControlChannel(this);
		this.#links = new Links({
			initiator: this.#initiator,
			sender: this.#sender,
			commands: this.#commands,
			carrier: this,
		});
		this.#lineStall = new StallWatch(clock, stall, this);
		this.#holdStall = new StallWatch(clock, stall, this);
		if (!this.#initiator) this.listen();
	}

	/** A snapshot. */
	get statistics(): MuxStatistics {
		return { ...this.#counters, ...this.#input.counters, octetsReceived: this.#input.octets };
	}

	/** The open channel of a DLCI. */
	channel(dlci: number): Channel | undefined {
		const link = this.#links.get(dlci);
		return link?.isOpen ? link.channel : undefined;
	}

	/**
	 * Initiator: listens to the port and opens DLCI 0. Responder, which has listened since it was made: waits until the
	 * peer has opened DLCI 0, at most `startWithin`. After a failure the port is released and this multiplexer cannot be
	 * used any more; `onClosed` is not called. To be called once.
	 */
	async start(): Promise<Result<void, MuxError>> {
		if (this.#asked) return failure('busy');
		this.#asked = true;
		if (this.#state === 'idle') {
			this.listen();
			this.#commands.ask(0, FrameType.SABM).then(this.#started.resolve);
		} else if (this.#state === 'starting') {
			const { clock } = this.#options;
			const end = clock.now() + this.#settings.startWithin;
			this.#deadline = clock.setTimer(end, () => this.#started.resolve('timeout'));
		}
		const outcome = await this.#started.promise;
		if (outcome === 'answered') return success(undefined);
		this.finish('closed');
		return failure(outcome);
	}

	/**
	 * Opens DLCI 1–61, then shows rtc and rtr by MSC. Done when the peer has answered the MSC; a peer that never answers it
	 * is tolerated after T2 × (N2 + 1) (counted as `unanswered`), since its UA has proved the channel.
	 */
	open(dlci: number): Promise<Result<Channel, MuxError>> {
		return this.#links.open(dlci);
	}

	/**
	 * Asks whether the peer is alive, by TEST with `pattern` (at most N1 − 3 octets; three by default). A peer that says
	 * it does not know TEST is alive. One from which nothing at all came until the last retry has waited is dead: then the
	 * multiplexer ends too, with `silent`.
	 */
	async test(pattern?: Uint8Array): Promise<Result<void, MuxError>> {
		if (this.#state !== 'open') return failure('closed');
		if (pattern !== undefined && pattern.length > this.#settings.n1 - 3) return failure('invalid');
		const heard = this.heard;
		this.#testNumber = (this.#testNumber + 1) & 0xff;
		const own = pattern?.slice() ?? new Uint8Array([0x54, this.#initiator ? 1 : 0, this.#testNumber]);
		const outcome = (await this.#control.test(own)) ?? 'busy';
		if (outcome === 'timeout' && this.#state === 'open' && heard === this.heard) this.finish('silent');
		return outcome === 'answered' ? success(undefined) : failure(outcome);
	}

	/** Lets the peer send data on all DLCIs, or on none: FCon, FCoff (27.010 5.4.6.3.5 and 6). */
	async receiveAll(on: boolean): Promise<Result<void, MuxError>> {
		if (this.#state !== 'open') return failure('closed');
		const outcome = (await this.#control.flow(on)) ?? 'busy';
		return outcome === 'answered' ? success(undefined) : failure(outcome);
	}

	/**
	 * Sends DISC for each channel, then for DLCI 0, and releases the port, whether the peer answers or not: at most
	 * 2 × T1 × (N2 + 1). May be called at any time and more than once.
	 */
	async close(): Promise<void> {
		if (this.#state === 'open') {
			this.#state = 'closing';
			await this.#links.disconnectAll();
			// The peer may have closed meanwhile.
			if (this.#leaving === undefined) await this.#commands.ask(0, FrameType.DISC);
			if (this.#leaving === undefined) this.finish('closed');
		} else if (this.#state === 'idle' || this.#state === 'starting') {
			this.finish('closed');
		}
		await this.#ended.promise;
	}

	/** Releases the port at once and sends nothing: the module was reset or its power cut. */
	abandon(): void {
		this.finish('closed');
	}

	// Events of the port

	/** Whatever comes from below ends with sending what it gave rise to, and then with telling the owners. */
	event(handle: () => void): void {
		this.#notifier.run(() => {
			handle();
			this.pump();
		});
	}

	readable(): void {
		this.event(() => this.#input.read());
	}

	writable(): void {
		this.event(() => {});
	}

	closed(): void {
		this.event(() => {
			this.#input.read();
			this.finish('port');
		});
	}

	private listen(): void {
		this.#state = 'starting';
		this.#options.port.listen(this);
	}

	pump(): void {
		if (this.#state === 'ended') return;
		this.#sender.pump();
		this.#lineStall.set(this.#sender.blocked);
		if (this.#leaving !== undefined && this.#sender.idle) this.finish(this.#leaving);
	}

	// Frames of the peer

	receive(frame: FrameView): void {
		if (this.#state === 'ended') return;
		this.#counters.framesReceived++;
		this.#options.onFrame?.('received', frame);
		const { dlci, pollFinal } = frame;
		switch (frame.type) {
			case FrameType.UIH:
			case FrameType.UI:
				if (dlci === 0) this.receiveControl(frame);
				else this.#links.receiveData(frame);
				return;
			case FrameType.SABM:
			case FrameType.DISC:
				if (this.isEcho(frame)) this.echo();
				else if (frame.type === FrameType.SABM && dlci === 0) this.peerStarts(pollFinal);
				else if (frame.type === FrameType.SABM) this.#links.peerOpens(dlci, pollFinal);
				else if (dlci === 0) this.peerEnds(pollFinal);
				else this.#links.peerDisconnects(dlci, pollFinal);
				return;
			case FrameType.UA:
				this.peerAgrees(dlci);
				return;
			case FrameType.DM:
				this.peerRefuses(dlci);
				return;
		}
	}

	/** A command that we have just sent, with our C/R bit: nobody in the other role sends that. */
	private isEcho(frame: FrameView): boolean {
		return frame.commandBit === (this.#initiator ? 1 : 0) && this.#commands.waiting(frame.dlci) === frame.type;
	}

	private receiveControl(frame: FrameView): void {
		if (this.#state === 'starting') this.#counters.stray++;
		else this.#control.receive(frame.payload, frame.commandBit === this.#settings.uihCommandBit);
	}

	private peerStarts(final: boolean): void {
		if (this.#state === 'closing') {
			this.respond(0, FrameType.DM, final);
			return;
		}
		this.respond(0, FrameType.UA, final);
		// A module may send SABM too while it enters multiplexer mode; our own SABM is what counts.
		if (this.#initiator) return;
		if (this.#state === 'starting') {
			this.opened();
			this.#started.resolve('answered');
			return;
		}
		// Where links are open, not our UA was lost: the peer starts anew.
		this.#links.endAll('restarted');
		this.peerHolds(false);
	}

	private peerEnds(final: boolean): void {
		const starting = this.#state === 'starting';
		this.respond(0, starting ? FrameType.DM : FrameType.UA, final);
		if (!starting) this.leave();
	}

	private peerAgrees(dlci: number): void {
		const type = this.#commands.settle(dlci, 'answered');
		if (type === undefined) this.#counters.stray++;
		if (type !== FrameType.SABM) return;
		// What follows in the same block finds the DLCI open, though the promise settles later.
		if (dlci === 0) this.opened();
		else this.#links.get(dlci)?.opened(false);
	}

	private peerRefuses(dlci: number): void {
		if (this.#commands.settle(dlci, 'refused') !== undefined) return;
		if (dlci === 0 && this.#state === 'open') this.finish('asked');
		else if (!this.#links.peerLost(dlci)) this.#counters.stray++;
	}

	// For its parts and its port: methods, since functions of its own for them would cost each multiplexer some 200 slots (XS).

	get settings(): Settled {
		return this.#settings;
	}

	get counters(): Counting {
		return this.#counters;
	}

	get clock(): Clock {
		return this.#options.clock;
	}

	get t1(): number {
		return this.#settings.t1;
	}

	get t2(): number {
		return this.#settings.t2;
	}

	get n1(): number {
		return this.#settings.n1;
	}

	get n2(): number {
		return this.#settings.n2;
	}

	get isOpen(): boolean {
		return this.#state === 'open';
	}

	command(dlci: number, type: FrameType): void {
		this.#sender.command(dlci, type);
		this.pump();
	}

	send(field: Uint8Array): void {
		this.#sender.control(field);
		this.pump();
	}

	has(dlci: number): boolean {
		return this.#links.get(dlci) !== undefined;
	}

	modemStatus(message: ModemStatusMessage): void {
		this.#links.get(message.dlci)?.receiveStatus(message);
	}

	modemStatusAnswered(dlci: number): boolean {
		return this.#links.get(dlci)?.status.answered() ?? false;
	}

	noModemStatus(): void {
		this.#links.withoutStatus();
	}

	flow(on: boolean): void {
		this.peerHolds(!on);
	}

	sleep(): void {
		this.#sender.wakeFirst();
	}

	agreed(dlci: number, n1: number): void {
		this.#links.agreed(dlci, n1);
	}

	closeDown(): void {
		this.leave();
	}

	message(message: OutgoingMessage): void {
		this.#control.send(message);
	}

	unanswered(dlci: number): void {
		this.fault('unanswered', dlci);
	}

	flowStopped(dlci: number): void {
		this.fault('flow-stopped', dlci);
	}

	stalled(watch: StallWatch): void {
		this.fault(watch === this.#lineStall ? 'line-stalled' : 'flow-stopped', 0);
	}

	post(notice: Notice): void {
		this.#notifier.post(notice);
	}

	announce(channel: Channel): void {
		this.#options.onOpen?.(channel);
	}

	disconnect(link: DataLink): void {
		this.#links.disconnect(link);
	}

	private respond(dlci: number, type: FrameType, final: boolean): void {
		this.#sender.response(dlci, type, final);
	}

	private peerHolds(on: boolean): void {
		this.#sender.held = on;
		this.#holdStall.set(on);
	}

	private fault(kind: MuxFault['kind'], dlci: number): void {
		this.#notifier.post({ deliver: () => this.#options.onFault?.({ kind, dlci }) });
	}

	echo(): void {
		if (this.#echoes++ === 0) this.fault('echo', 0);
	}

	/** Frames that came from the peer and not from ourselves. */
	private get heard(): number {
		return this.#counters.framesReceived - this.#echoes;
	}

	// The end

	private opened(): void {
		this.#deadline?.cancel();
		this.#state = 'open';
		this.#wasOpen = true;
	}

	/** The peer closes the multiplexer: the end comes when its answer is written, or after T2 where the line takes nothing. */
	private leave(): void {
		if (this.#leaving !== undefined) return;
		const reason = this.#state === 'closing' ? 'closed' : 'asked';
		const { clock } = this.#options;
		this.#leaving = reason;
		this.#state = 'closing';
		this.#links.endAll(reason);
		this.#deadline = clock.setTimer(clock.now() + this.#settings.t2, () => this.finish(reason));
	}

	private finish(reason: MuxClosed): void {
		if (this.#state === 'ended') return;
		const listening = this.#state !== 'idle';
		this.#state = 'ended';
		this.#leaving = reason;
		this.#deadline?.cancel();
		if (listening) this.#options.port.listen(undefined);
		this.#input.stop();
		this.#lineStall.stop();
		this.#holdStall.stop();
		this.#links.endAll(reason);
		this.#sender.clear();
		const outcome = reason === 'port' ? 'port' : 'closed';
		this.#started.resolve(outcome);
		this.#commands.end(outcome);
		this.#control.end(outcome);
		if (this.#wasOpen) this.#notifier.post({ deliver: () => this.#options.onClosed?.(reason) });
		this.#ended.resolve();
	}
}
