import { Coprocessor, type CoprocessorPorts } from '../../src/coprocessor.js';
import type { DtePort, UartPort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { Restart } from '../../src/ports/restart.js';
import type { SignatureCheck } from '../../src/ports/signature.js';
import type { Updater } from '../../src/ports/updater.js';
import { DeafUart } from './deaf-uart.js';
import type { Flash } from './flash.js';
import { PowerDomain } from './power-domain.js';
import { SimulatedSlots } from './simulated-slots.js';

type Line = UartPort & DtePort;

/** What a board is made of, but for what each of its lives has of its own. */
export interface BoardPorts
	extends Omit<CoprocessorPorts, 'module' | 'console' | 'consoles' | 'auxiliary' | 'update' | 'restart'> {
	readonly module: Line;
	readonly console: Line;
	readonly consoles?: readonly Line[];
	readonly auxiliary?: Line;
}

/** The slots of a board's firmware. */
export interface BoardSlots {
	readonly flash: Flash;
	readonly signature: SignatureCheck;
	/** 128 hexadecimal digits; '': every image is refused. */
	readonly publicKey: string;
}

export interface RestartingBoardOptions {
	readonly ports: BoardPorts;
	/** Its time goes on while the board is off. */
	readonly clock: Clock;
	/** Undefined: the board has none. */
	readonly slots: BoardSlots | undefined;
	/** Its power can be cut; a board with slots can start again in any case. */
	readonly canBeCut: boolean;
	/** The power is back. */
	readonly onPower?: () => void;
	/** The board has started again. */
	readonly onRestart?: () => void;
}

export interface RunningFirmware {
	readonly version: string;
	readonly isOnTrial: boolean;
}

/** From the board's power to its co-processor [ms]. */
const BOARD_BOOT = 1_500;
/** From the start of a firmware that crashes to its crash [ms]. */
const CRASH = 3_000;
const DIED: Restart = Object.freeze({ reason: 'fault', why: 'the simulated firmware crashes' });

/** A co-processor that can start again, as often as it wants or somebody cuts its power, on the same stores and wires, with whatever firmware. */
export class RestartingBoard {
	readonly #options: RestartingBoardOptions;
	readonly #slots: SimulatedSlots | undefined;
	/** What can start again needs a supply of its own each time. */
	#domain: PowerDomain | undefined;
	#coprocessor: Coprocessor;
	#boot: TimerHandle | undefined;
	#isStopped = false;
	#isDown = false;

	constructor(options: RestartingBoardOptions) {
		const { slots, ports, canBeCut } = options;
		this.#options = options;
		this.#slots =
			slots &&
			new SimulatedSlots({
				flash: slots.flash,
				factory: { version: ports.about?.firmware ?? '0.0.0', conduct: 'works' },
				restart: why => this.restart({ reason: 'software', why }),
			});
		this.#slots?.boot();
		this.#domain = slots || canBeCut ? new PowerDomain() : undefined;
		this.#coprocessor = this.#compose(ports.start);
	}

	/** The one that runs now. */
	get coprocessor(): Coprocessor {
		return this.#coprocessor;
	}

	/** What the board runs; undefined: it has no slots. */
	get firmware(): RunningFirmware | undefined {
		return this.#slots && { version: this.#slots.firmware.version, isOnTrial: this.#slots.isOnTrial };
	}

	/** Its power can be cut. */
	get canRestart(): boolean {
		return this.#domain !== undefined;
	}

	start(): void {
		this.#coprocessor.start();
		if (this.#slots?.firmware.conduct !== 'crashes') return;
		const { clock } = this.#options;
		this.#boot = clock.setTimer(clock.now() + CRASH, () => this.restart(DIED));
	}

	async stop(): Promise<void> {
		this.#isStopped = true;
		this.#boot?.cancel();
		if (!this.#isDown) await this.#coprocessor.stop();
	}

	/** The power goes, and comes back; `start`: as whoever asked for it lets the next start know. */
	restart(start: Restart | undefined = this.#options.ports.start): void {
		const { clock, onPower, onRestart } = this.#options;
		this.#domain?.cut();
		this.#isDown = true;
		this.#boot?.cancel();
		this.#boot = clock.setTimer(clock.now() + BOARD_BOOT, () => {
			if (this.#isStopped) return;
			this.#isDown = false;
			onPower?.();
			this.#slots?.boot();
			this.#domain = new PowerDomain();
			this.#coprocessor = this.#compose(start);
			this.start();
			onRestart?.();
		});
	}

	#compose(start: Restart | undefined): Coprocessor {
		const { ports, slots: update } = this.#options;
		const slots = this.#slots;
		const about = slots && { target: 'unknown', ...ports.about, firmware: slots.firmware.version };
		const isDeaf = slots?.firmware.conduct === 'deaf';
		const { start: _first, ...lasting } = ports;
		const own = { ...lasting, ...(about && { about }), ...(isDeaf && { module: new DeafUart() }) };
		const powered = this.#domain === undefined ? own : underPower(own, this.#domain);
		return new Coprocessor({
			...powered,
			...(start && { start }),
			...(slots && update && { update: { ...update, updater: this.#updater(slots) } }),
			...(slots && { restart: () => this.restart({ reason: 'software', why: 'by command' }) }),
		});
	}

	#updater(slots: SimulatedSlots): Updater {
		return this.#domain?.updater(slots) ?? slots;
	}
}

/** The same, but for what works only while there is power. */
function underPower(ports: Omit<BoardPorts, 'start'>, domain: PowerDomain): Omit<BoardPorts, 'start'> {
	const { auxiliary, network, wifi, power, trace, consoles = [] } = ports;
	return {
		...ports,
		clock: domain.clock(ports.clock),
		module: domain.uart(ports.module),
		console: domain.uart(ports.console),
		consoles: consoles.map(port => domain.uart(port)),
		store: domain.store(ports.store),
		...(auxiliary && { auxiliary: domain.uart(auxiliary) }),
		...(network && { network: domain.network(network) }),
		...(wifi && { wifi: domain.wifi(wifi) }),
		...(power && { power: domain.power(power) }),
		...(trace && { trace: domain.trace(trace) }),
	};
}
