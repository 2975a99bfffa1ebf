import { UrcHub } from '../at/urc-hub.js';
import { before } from '../base/deadline.js';
import { describeFrame } from '../cmux/describe-frame.js';
import type { Multiplexer } from '../cmux/multiplexer.js';
import type { Signals, UartPort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { PowerControl } from '../ports/power.js';
import type { Trace } from '../ports/trace.js';
import { attach, type ModuleIdentity } from './attach.js';
import { Cancellation } from './cancellation.js';
import type { Instance } from './instance.js';
import { Instances, type InstancesOwner } from './instances.js';
import type { ModuleProfile } from './profiles.js';
import { type Attempt, RecoveryLadder } from './recovery-ladder.js';
import type { Recovery, Rung } from './rung.js';
import type { SharedSettings } from './shared-settings.js';

export interface ModemOptions {
	readonly uart: UartPort;
	readonly clock: Clock;
	readonly power: PowerControl | undefined;
	readonly trace: Trace | undefined;
	/** The rate of the UART [baud]; 115200. */
	readonly rate?: number;
	/** The family that somebody has set; undefined: the module's model tells it. */
	readonly named?: () => ModuleProfile | undefined;
	/** Shows a line without its secrets. */
	readonly mask: (line: string) => string;
}

/** Times in ms. */
export interface LineCounts {
	/** Frames whose check sequence was wrong. */
	readonly fcsErrors: number;
	/** Octets of frames for which there was no room. */
	readonly lostOctets: number;
	/** Octets that the UART lost because nobody took them in time. */
	readonly overruns: number;
	/** From the beginning of the last attempt to attach to a module that was ready. */
	readonly attachTime: number;
}

const NO_COUNTS = Object.freeze({ fcsErrors: 0, lostOctets: 0 });

interface Loss {
	readonly reason: string;
	readonly since: number;
}

export type ModemState = 'stopped' | 'attaching' | 'ready';

/** Between two TEST commands on the control channel [ms]. */
const KEEPALIVE = 10_000;

/**
 * The module as the services see it: attached over CMUX with its instances, or on its way there. Attaches again by itself,
 * for ever, with growing pauses.
 */
export class Modem implements InstancesOwner {
	readonly hub = new UrcHub();
	/** Called each time the module is ready, and each time it is lost. */
	readonly onReady: (() => void)[] = [];
	readonly onLost: (() => void)[] = [];
	/** The module's V.24 signals on an instance's DLCI changed. */
	readonly onSignals: ((instance: number, signals: Signals) => void)[] = [];
	/** Called when something was wrong and a rung of the recovery ladder has brought it back. */
	readonly onRecovered: ((recovery: Recovery) => void)[] = [];
	readonly #options: ModemOptions;
	readonly #clock: Clock;
	readonly #instances: Instances;
	#state: ModemState = 'stopped';
	#mux: Multiplexer | undefined;
	#identity: ModuleIdentity | undefined;
	/** The family, once the module has answered. */
	#profile: ModuleProfile | undefined;
	#keepalive: TimerHandle | undefined;
	#retry: TimerHandle | undefined;
	/** Ends what this start began. */
	#cancellation = new Cancellation();
	/** The attempt to attach, or to let go, that runs. */
	#attempt: Promise<void> = Promise.resolve();
	readonly #ladder = new RecoveryLadder();
	/** The loss that the attempts to attach are to end; undefined: none, or one that was asked for. */
	#loss: Loss | undefined;
	/** The rung of the attempt that runs, and of the last one that succeeded. */
	#rung: Rung = 'mux';
	#movedAt: number | undefined;
	/** Counts of the multiplexers that have ended. */
	#counted: Pick<LineCounts, 'fcsErrors' | 'lostOctets'> = NO_COUNTS;
	#attachTime = 0;

	constructor(options: ModemOptions) {
		this.#options = options;
		this.#clock = options.clock;
		this.#instances = new Instances(this);
	}

	get state(): ModemState {
		return this.#state;
	}

	get identity(): ModuleIdentity | undefined {
		return this.#identity;
	}

	/** The module's family; undefined before the first attach. */
	get profile(): ModuleProfile | undefined {
		return this.#profile;
	}

	/**
	 * When it last began an attempt to attach, gave one up, or heard from an attached module [ms of the clock]; undefined: stopped. For a
	 * watchdog: what waits for ever does not move.
	 */
	get movedAt(): number | undefined {
		return this.#movedAt;
	}

	/** AT instance `number`, 1 upward; undefined while the module is not attached. */
	instance(number: number): Instance | undefined {
		return this.#instances.at(number);
	}

	/** A service holds the instance. */
	isReserved(number: number): boolean {
		return this.#instances.control.isReserved(number);
	}

	/** The instance for a DTE; undefined: a service holds it, or the module is not attached. */
	instanceForDte(number: number): Instance | undefined {
		return this.isReserved(number) ? undefined : this.#instances.at(number);
	}

	/** Where the co-processor's own commands run (decision 2). */
	get control(): Instance | undefined {
		return this.#instances.control.current;
	}

	/** Called when another instance became the control instance. */
	get onControl(): (() => void)[] {
		return this.#instances.control.onMoved;
	}

	/** Say whether something lives on an instance that cannot move to another, such as a connected socket. */
	get stays(): ((instance: number) => boolean)[] {
		return this.#instances.control.stays;
	}

	/** `+CNMI` as the module's stored profile has it for the DTE (`2,1,0,0,0`), read at the first attach. */
	get dteNotification(): string | undefined {
		return this.#instances.dteNotification;
	}

	/** `+CNMI` of an instance as the co-processor needs it. */
	notificationOf(number: number): string {
		return this.#instances.control.notificationOf(number);
	}

	/** What the module tells beside new messages, for DTEs that want to hear of it. */
	alsoTell(broadcasts: boolean, reports: boolean): void {
		this.#instances.control.alsoTell(broadcasts, reports);
	}

	/** What the users of an instance want differently. */
	shared(number: number): SharedSettings {
		return this.#instances.shared(number);
	}

	/** What went wrong on the line since the start, and how long the last attach took. */
	get line(): LineCounts {
		const { fcsErrors, lostOctets } = this.#mux?.statistics ?? NO_COUNTS;
		return {
			fcsErrors: this.#counted.fcsErrors + fcsErrors,
			lostOctets: this.#counted.lostOctets + lostOctets,
			overruns: this.#options.uart.overruns,
			attachTime: this.#attachTime,
		};
	}

	/** Gives an instance to a service. False: another one has it. `isShared`: the co-processor may be a guest there, see `beginCall`. */
	reserve(number: number, owner: string, isShared = false): boolean {
		return this.#instances.control.reserve(number, owner, isShared);
	}

	release(number: number, owner: string): void {
		this.#instances.control.release(number, owner);
	}

	/**
	 * A data call of a DTE is to begin on an instance: the co-processor's own commands move away, to an instance that a service shares if
	 * there is no other. False: another call has it, what lives there cannot move, or there is nowhere to go. To be ended by `callEnded`.
	 */
	beginCall(number: number): boolean {
		return this.#instances.control.beginCall(number);
	}

	callEnded(number: number): void {
		this.#instances.control.callEnded(number);
	}

	/** Begins to attach; `onReady` tells when. */
	start(): void {
		if (this.#state !== 'stopped') return;
		this.#state = 'attaching';
		this.#movedAt = this.#clock.now();
		this.#ladder.reset();
		this.#rung = 'mux';
		this.#instances.begin();
		const cancellation = new Cancellation();
		this.#cancellation = cancellation;
		const earlier = this.#attempt;
		this.#attempt = earlier.then(() => this.attach('mux', cancellation));
	}

	/** Closes the multiplexer and lets go of the module; what runs or waits on an instance ends with `closed`. */
	stop(): Promise<void> {
		const wasReady = this.#state === 'ready';
		this.#state = 'stopped';
		this.#movedAt = undefined;
		this.#retry?.cancel();
		this.#cancellation.cancel();
		const mux = this.#mux;
		this.drop();
		if (wasReady) for (const lost of this.onLost) lost();
		const attempt = this.#attempt;
		// The next start waits for it.
		this.#attempt = (async () => {
			await mux?.close();
			await attempt;
		})();
		return this.#attempt;
	}

	/**
	 * A command that restarts the module or switches it off has run: lets go of the module now, without waiting for silence, and
	 * attaches again. Seconds until it was ready; undefined: not within `limit` ms, or stopped.
	 */
	async restarted(limit: number): Promise<number | undefined> {
		const start = this.#clock.now();
		const back = this.nextReady(limit);
		if (this.#state === 'ready') this.retryLater('the module restarts', undefined, { rung: 'mux', wait: RESTART_WAIT });
		return (await back) ? (this.#clock.now() - start) / 1000 : undefined;
	}

	/**
	 * Restarts the module as its own firmware does at a service's timeout: by `#REBOOT` on an instance that answers, else by the
	 * reset line. The rung that did it; undefined: the module is not back within `limit` ms.
	 */
	async reboot(limit: number, reason: string): Promise<Rung | undefined> {
		const back = this.nextReady(limit);
		const since = this.#clock.now();
		const loss = { reason, since };
		if (await this.#instances.reboot())
			this.retryLater(loss.reason, loss, { rung: 'mux', wait: RESTART_WAIT }, 'reboot');
		else if (this.#state === 'ready') this.retryLater(loss.reason, loss, { rung: 'reset', wait: 0 });
		return (await back) ? this.#rung : undefined;
	}

	/** Settles when the module is ready, at once if it is; the rung that brought it back, undefined: not within `limit` ms. */
	async comeBack(limit: number): Promise<Rung | undefined> {
		return this.#state === 'ready' || (await this.nextReady(limit)) ? this.#rung : undefined;
	}

	/** True when the module is ready the next time; false: not within `limit` ms, or stopped. */
	private nextReady(limit: number): Promise<boolean> {
		const cancellation = this.#cancellation;
		const back = new Promise<boolean>(resolve => {
			let forget = () => {};
			const end = (isReady: boolean) => {
				this.onReady.splice(this.onReady.indexOf(ready), 1);
				forget();
				resolve(isReady);
			};
			const ready = () => end(true);
			this.onReady.push(ready);
			forget = cancellation.onCancel(() => end(false));
		});
		return before(this.#clock, this.#clock.now() + limit, back, false);
	}

	private async attach(rung: Attempt['rung'], cancellation: Cancellation): Promise<void> {
		const { uart, clock, power, trace, mask } = this.#options;
		if (cancellation.isCancelled) return;
		this.#movedAt = clock.now();
		const attached = await attach({
			uart,
			clock,
			power,
			rung,
			rate: this.#options.rate ?? RATE,
			named: this.#options.named?.(),
			known: this.#options.named?.() ?? this.#profile,
			cancellation,
			onUrc: text => trace?.note('uart', text),
			onTraffic:
				trace && ((direction, text) => trace.note('uart', `${direction === 'sent' ? '→' : '←'} ${mask(text)}`)),
			muxEvents: {
				onClosed: reason => this.lost(`multiplexer: ${reason}`),
				onFault: ({ kind }) => {
					// The module restarted by itself: it is in AT mode and echoes our frames (device-os #2219).
					if (kind === 'echo') this.lost('multiplexer: the module has left it');
				},
				...(trace && {
					onFrame: (direction, frame) => {
						trace.note('cmux', `${direction === 'sent' ? '→' : '←'} ${describeFrame(frame, 'hidden')}`);
					},
				}),
			},
		});
		if (cancellation.isCancelled) {
			if (attached.ok) await attached.value.mux.close();
			return;
		}
		if (!attached.ok) return this.failed(attached.error);
		const { mux, profile, identity } = attached.value;
		this.#mux = mux;
		this.#profile = profile;
		this.#identity = identity;
		const dead = await this.#instances.open(mux, profile, () => cancellation.isCancelled);
		if (cancellation.isCancelled) return;
		if (dead !== undefined) {
			// A new multiplexer did not help; another instance may still restart the module.
			const wait = this.#rung !== 'reboot' && (await this.#instances.reboot()) ? RESTART_WAIT : undefined;
			if (cancellation.isCancelled) return;
			const reason = `instance ${dead} does not answer`;
			if (wait === undefined) this.failed(reason);
			else this.retryLater(reason, this.lossOf(reason), { rung: 'mux', wait }, 'reboot');
			return;
		}
		this.ready(identity, profile);
	}

	private ready({ model, firmware }: ModuleIdentity, { instances }: ModuleProfile): void {
		const { clock, trace } = this.#options;
		const loss = this.#loss;
		this.#loss = undefined;
		this.#attachTime = clock.now() - (this.#movedAt ?? clock.now());
		this.#ladder.ready(clock.now());
		this.#state = 'ready';
		trace?.note('modem', `ready: ${model} ${firmware}, ${instances} instances`);
		this.#instances.control.choose();
		this.watch();
		if (loss !== undefined) this.recovered(this.#rung, loss.reason, (clock.now() - loss.since) / 1000);
		for (const ready of this.onReady.slice()) ready();
	}

	recovered(rung: Rung, reason: string, seconds: number): void {
		this.#options.trace?.note('modem', `recovered by ${rung} after ${seconds.toFixed(1)} s: ${reason}`);
		for (const told of this.onRecovered.slice()) told({ rung, reason, seconds });
	}

	/** A DTE reset its instance (Z, &F), or what it stored or showed may have left it otherwise: it gets what we count on again. */
	normalise(number: number): void {
		this.#instances.normalise(number);
	}

	/** On a disturbed line a setting can be changed without a word: the control instance gets again those that we count on. */
	renew(): Promise<void> {
		return this.#instances.renew();
	}

	private watch(): void {
		this.#movedAt = this.#clock.now();
		this.#keepalive = this.#clock.setTimer(this.#clock.now() + KEEPALIVE, async () => {
			const mux = this.#mux;
			if (mux === undefined) return;
			const alive = await mux.test();
			if (this.#mux !== mux) return;
			if (!alive.ok) this.lost('multiplexer: no answer to TEST');
			else {
				this.#instances.probeOne();
				this.watch();
			}
		});
	}

	// For its instances.

	get clock(): Clock {
		return this.#clock;
	}

	get trace(): Trace | undefined {
		return this.#options.trace;
	}

	mask(line: string): string {
		return this.#options.mask(line);
	}

	urc(text: string, from: number): void {
		this.hub.publish(text, from);
	}

	signals(from: number, signals: Signals): void {
		for (const changed of this.onSignals.slice()) changed(from, signals);
	}

	lost(reason: string): void {
		if (this.#state === 'ready') this.failed(reason);
	}

	/** The loss that goes on, or one that begins now. */
	private lossOf(reason: string): Loss | undefined {
		if (this.#state !== 'ready') return this.#loss;
		return { reason, since: this.#clock.now() };
	}

	private failed(reason: string): void {
		this.retryLater(reason, this.lossOf(reason), this.#ladder.next(this.#clock.now()));
	}

	/** Lets go of the module and tries the next rung after its pause; `as` is what it is called where it succeeds. */
	private retryLater(reason: string, loss: Loss | undefined, { rung, wait }: Attempt, as: Rung = rung): void {
		const { clock, trace } = this.#options;
		const cancellation = this.#cancellation;
		trace?.note('modem', `lost: ${reason}; ${as} in ${wait / 1000} s`);
		const wasReady = this.#state === 'ready';
		const mux = this.#mux;
		this.drop();
		this.#loss = loss;
		this.#rung = as;
		this.#state = 'attaching';
		this.#movedAt = clock.now();
		if (wasReady) for (const lost of this.onLost) lost();
		const closed = mux?.close() ?? Promise.resolve();
		this.#attempt = closed.then(() => {
			if (cancellation.isCancelled) return;
			this.#retry = clock.setTimer(clock.now() + wait, () => {
				this.#attempt = this.attach(rung, cancellation);
			});
		});
	}

	private drop(): void {
		this.#keepalive?.cancel();
		this.#instances.close();
		const { fcsErrors, lostOctets } = this.line;
		this.#counted = { fcsErrors, lostOctets };
		this.#mux = undefined;
	}
}

const RATE = 115_200;
/** After `#REBOOT` [ms]: the module needs that long to begin. */
const RESTART_WAIT = 2_000;
