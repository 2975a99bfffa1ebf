import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { Fault, FaultEntry } from './fault.js';
import { fillCard } from './full-card.js';
import { LineNoise } from './line-noise.js';
import type { MessageCentre } from './message-centre.js';
import type { MobileNetwork } from './mobile-network.js';
import type { VirtualModule } from './module/virtual-module.js';
import { Random } from './random.js';
import { drawFault } from './random-fault.js';
import type { SimCard } from './sim-card.js';
import type { Wire } from './wire.js';

/** What faults happen to: a desk, and what its owner adds. */
export interface FaultTarget {
	readonly module: VirtualModule;
	/** The line between board and module. */
	readonly wire: Pick<Wire, 'disturb' | 'stalled'>;
	readonly network: MobileNetwork;
	readonly sim: SimCard;
	/** The access point in the board's reach; undefined: the board has no Wi-Fi, and faults of it do nothing. */
	readonly wifi?: { isPresent: boolean } | undefined;
	readonly centre: MessageCentre;
	/** The `nth` write to the board's store from now on is torn, and the board restarts from what is left. */
	tearWrite(nth: number): void;
	/** The board restarts: its power is cut and comes back. */
	restartBoard(): void;
}

/** Told as a fault begins, and as one that lasts is over. */
export interface FaultNote {
	readonly fault: Fault;
	/** Of the clock [ms]. */
	readonly at: number;
	readonly phase: 'begins' | 'ends';
}

/** Something that is on as long as one fault wants it. */
interface Lasting {
	readonly timer: TimerHandle | undefined;
	readonly end: () => void;
}

/** Plays faults on a board, by a clock. Faults of one kind may overlap: the state ends with the last of them. */
export class FaultPlayer {
	onFault: ((note: FaultNote) => void) | undefined;
	readonly #clock: Clock;
	readonly #target: FaultTarget;
	readonly #entries: readonly FaultEntry[];
	readonly #random: Random;
	readonly #noises = new Set<LineNoise>();
	readonly #holding = new Map<string, number>();
	readonly #lasting = new Set<Lasting>();
	readonly #timers = new Set<TimerHandle>();
	#disturb: Wire['disturb'];

	/** `random` decides which octets are hit, and where a statement has no seed of its own, which faults come. */
	constructor(clock: Clock, target: FaultTarget, entries: readonly FaultEntry[], random: Random) {
		this.#clock = clock;
		this.#target = target;
		this.#entries = entries;
		this.#random = random;
	}

	/** Times of the entries count from here. */
	start(): void {
		const start = this.#clock.now();
		for (const entry of this.#entries) {
			if (entry.when === 'at') this.#later(start + entry.at, () => this.play(entry.fault));
			else if (entry.when === 'every') this.#repeat(start + entry.every, entry.every, entry.fault);
			else this.#drawOn(entry.every, entry.seed === undefined ? this.#random : new Random(entry.seed));
		}
	}

	/** No further fault; those that last end now. What hangs goes on hanging. */
	stop(): void {
		for (const timer of this.#timers) timer.cancel();
		this.#timers.clear();
		for (const lasting of [...this.#lasting]) lasting.end();
	}

	/** One fault, now. */
	play(fault: Fault): void {
		const { module, network, sim, wifi, wire } = this.#target;
		this.onFault?.({ fault, at: this.#clock.now(), phase: 'begins' });
		switch (fault.kind) {
			case 'reset':
				module.restart();
				return;
			case 'brown-out':
				module.cutPower();
				return;
			case 'restart':
				this.#target.restartBoard();
				return;
			case 'hang':
				module.hang(fault.hang);
				return;
			case 'torn-write':
				this.#target.tearWrite(fault.nth);
				return;
			case 'clock-jump':
				network.jumpTime(fault.by);
				return;
			case 'lose':
			case 'double':
			case 'corrupt':
				this.#disturbLine(new LineNoise(fault.kind, fault.rate, fault.toward, this.#random), fault, fault.ms);
				return;
			case 'stall':
				this.#hold(fault, fault.ms, on => {
					wire.stalled = on;
				});
				return;
			case 'no-network':
				this.#hold(fault, fault.ms, on => {
					network.coverage = !on;
				});
				return;
			case 'no-context':
				this.#hold(fault, fault.ms, on => {
					network.contextsDenied = on;
				});
				return;
			case 'no-card':
				this.#hold(fault, fault.ms, on => module.setCard(!on));
				return;
			case 'no-wifi':
				this.#hold(fault, fault.ms, on => {
					if (wifi !== undefined) wifi.isPresent = !on;
				});
				return;
			case 'sms':
				this.#last(fault, fault.ms, this.#target.centre.transit.disturb(fault.transit));
				return;
			case 'full-sms': {
				const empty = fillCard(sim);
				this.#last(fault, fault.ms, () => {
					empty();
					module.firmware?.messages.freed();
				});
			}
		}
	}

	/** Puts a state on for `ms`; it goes off with the last fault of its kind. */
	#hold(fault: Fault, ms: number, change: (on: boolean) => void): void {
		const { kind } = fault;
		const before = this.#holding.get(kind) ?? 0;
		this.#holding.set(kind, before + 1);
		if (before === 0) change(true);
		this.#last(fault, ms, () => {
			const left = this.#holding.get(kind)! - 1;
			this.#holding.set(kind, left);
			if (left === 0) change(false);
		});
	}

	/** Calls `end` after `ms`, or when the player stops; without `ms` never. */
	#last(fault: Fault, ms: number | undefined, end: () => void): void {
		if (ms === undefined) return;
		const lasting: Lasting = {
			timer: this.#clock.setTimer(this.#clock.now() + ms, () => lasting.end()),
			end: () => {
				lasting.timer?.cancel();
				this.#lasting.delete(lasting);
				end();
				this.onFault?.({ fault, at: this.#clock.now(), phase: 'ends' });
			},
		};
		this.#lasting.add(lasting);
	}

	#disturbLine(noise: LineNoise, fault: Fault, ms: number): void {
		const { wire } = this.#target;
		if (this.#noises.size === 0) {
			this.#disturb = wire.disturb;
			wire.disturb = (bytes, toward) => {
				let arrived = this.#disturb?.(bytes, toward) ?? bytes;
				for (const each of this.#noises) arrived = each.pass(arrived, toward);
				return arrived;
			};
		}
		this.#noises.add(noise);
		this.#last(fault, ms, () => {
			this.#noises.delete(noise);
			if (this.#noises.size === 0) wire.disturb = this.#disturb;
		});
	}

	#repeat(at: number, every: number, fault: Fault): void {
		this.#later(at, () => {
			this.#repeat(at + every, every, fault);
			this.play(fault);
		});
	}

	/** Draws one fault after another, half as long apart as `every` to one and a half times as long. */
	#drawOn(every: number, random: Random): void {
		this.#later(this.#clock.now() + every * (0.5 + random.next()), () => {
			this.#drawOn(every, random);
			this.play(drawFault(random));
		});
	}

	#later(at: number, task: () => void): void {
		const timer = this.#clock.setTimer(at, () => {
			this.#timers.delete(timer);
			task();
		});
		this.#timers.add(timer);
	}
}
