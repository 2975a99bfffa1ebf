import { makeUser } from '../../src/access/users.js';
import type { Coprocessor } from '../../src/coprocessor.js';
import type { DtePort, UartPort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Digest } from '../../src/ports/digest.js';
import type { Entropy } from '../../src/ports/entropy.js';
import type { Network } from '../../src/ports/network.js';
import type { Restart } from '../../src/ports/restart.js';
import type { Store } from '../../src/ports/store.js';
import type { Trace } from '../../src/ports/trace.js';
import type { Watchdog } from '../../src/ports/watchdog.js';
import type { Wifi } from '../../src/ports/wifi.js';
import type { About } from '../../src/services/board.js';
import { DEFAULTS } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import type { FaultTarget } from './fault-player.js';
import { MemoryStore } from './memory-store.js';
import { NonVolatile } from './module/non-volatile.js';
import { factoryProfile } from './module/profile.js';
import type { Random } from './random.js';
import { type BoardSlots, RestartingBoard, type RunningFirmware } from './restarting-board.js';
import { createSimulatedModule, type SimulatedModule, type SimulatedModuleOptions } from './simulated-module.js';
import { TearingStore } from './tearing-store.js';
import { UnheardUart } from './unheard-uart.js';
import { Wire, type WireOptions } from './wire.js';

/** The settings that only a simulated board has from the start: the application note's. */
export const READY_MADE = Object.freeze({
	whiteList: '+39*',
	mobile: '+393297308677',
	stranger: '+491711234567',
	user: 'testuser',
	password: 'testpassw',
	/** Of the access point that a simulated board may have in its reach. */
	wifiPassword: 'testpassw',
	firewall: Object.freeze({ ip: '127.0.0.0', mask: '255.0.0.0' }),
	tcpPort: 1024,
});

export interface DeskOptions extends Omit<SimulatedModuleOptions, 'clock' | 'uart' | 'owners'> {
	readonly clock: Clock;
	/** The clock of the co-processor, where a bench wants to know its share. */
	readonly coprocessorClock?: Clock;
	/** The settings of the co-processor. */
	readonly settings: Store;
	readonly digest: Digest;
	readonly entropy: Entropy;
	readonly trace?: Trace;
	/** What the board says of itself. */
	readonly about?: Omit<About, 'restart'>;
	/** How the last run of the co-processor ended. */
	readonly start?: Restart;
	readonly watchdog?: Watchdog;
	/** The host's own network; none where it is left out. */
	readonly hostNetwork?: Network;
	/** The station that the host's own network hangs on. */
	readonly wifi?: Wifi;
	/** The lines of the console and the auxiliary port have no rate: for ends that cannot follow a change of it. */
	readonly rateless?: boolean;
	/** Further consoles, whose lines have no rate. */
	readonly consoles?: number;
	/** What else the auxiliary line does: no flow control, for instance. */
	readonly auxiliary?: Omit<WireOptions, 'baud'>;
	/** Starts with the ready-made settings where the store has none of its own. */
	readonly readyMade: boolean;
	/** Slots for updates over the air; none where it is left out. */
	readonly update?: BoardSlots;
	/** Faults can be played on the board itself, too: its power can be cut. Says where a torn write ends. */
	readonly faults?: Random;
	/** Told each time the board has started again, after such a fault or because it wanted to. */
	readonly onRestart?: (desk: Desk) => void;
}

/** A gateway board on the desk: virtual module, wires, and the co-processor between them. */
export interface Desk extends SimulatedModule, FaultTarget {
	/** The one that runs now: each restart makes a new one on the same stores and wires. */
	readonly coprocessor: Coprocessor;
	/** What the board runs, and whether it is on trial; undefined: it has no slots. */
	readonly firmware: RunningFirmware | undefined;
	/** The line between board and module. */
	readonly wire: Wire;
	/** The DTE's end of the console. */
	readonly console: UartPort & DtePort;
	/** The DTE's ends of the further consoles. */
	readonly consoles: readonly UartPort[];
	/** The far end of the auxiliary port: what the board's owner has connected there. 9600 baud until it is told another rate. */
	readonly auxiliary: UartPort;
	start(): void;
	stop(): Promise<void>;
}

export function createDesk(options: DeskOptions): Desk {
	const { clock, settings, digest, entropy, trace } = options;
	const own = options.coprocessorClock ?? clock;
	const memory = options.store ?? new MemoryStore();
	if (options.readyMade) prepareModule(memory);
	const simulated = createSimulatedModule({ ...options, store: memory, owners: { dte: own } });
	const rates = options.rateless === true ? { console: 0, auxiliary: 0 } : DEFAULTS.rates;
	const consoleWire = new Wire(clock, { baud: rates.console }, { dce: own });
	const furtherWires = Array.from({ length: options.consoles ?? 0 }, () => new Wire(clock, { baud: 0 }, { dce: own }));
	const auxiliaryWire = new Wire(clock, { ...options.auxiliary, baud: rates.auxiliary }, { dce: own });
	if (options.readyMade) prepareSettings(settings, digest, entropy);
	const auxiliary = new UnheardUart(auxiliaryWire.dce);
	const { faults } = options;
	const store = faults && new TearingStore(settings, faults, () => own.setTimer(own.now(), () => desk.restartBoard()));
	const board = new RestartingBoard({
		ports: {
			clock: own,
			module: simulated.dte,
			...(options.baud && { moduleRate: options.baud }),
			console: consoleWire.dce,
			consoles: furtherWires.map(({ dce }) => dce),
			auxiliary,
			...(options.hostNetwork && { network: options.hostNetwork }),
			...(options.wifi && { wifi: options.wifi }),
			...(options.about && { about: options.about }),
			...(options.start && { start: options.start }),
			...(options.watchdog && { watchdog: options.watchdog }),
			store: store ?? settings,
			digest,
			entropy,
			power: simulated.power,
			...(trace && { trace }),
		},
		clock,
		slots: options.update,
		canBeCut: faults !== undefined,
		onPower: () => store?.restore(),
		onRestart: () => options.onRestart?.(desk),
	});
	const withoutFaults = () => {
		throw new Error('only a desk with `faults` can do that');
	};
	const desk: Desk = {
		...simulated,
		get coprocessor() {
			return board.coprocessor;
		},
		get firmware() {
			return board.firmware;
		},
		console: consoleWire.dte,
		consoles: furtherWires.map(({ dte }) => dte),
		auxiliary: auxiliaryWire.dte,
		start: () => board.start(),
		stop: () => board.stop(),
		tearWrite: nth => (store ?? withoutFaults()).tear(nth),
		restartBoard: () => (board.canRestart ? board.restart() : withoutFaults()),
	};
	return desk;
}

/** Gives a board without settings those of the application note, switched on. */
export function prepareSettings(store: Store, digest: Digest, entropy: Entropy): void {
	const keeper = new SettingsKeeper(store);
	const { whiteList, users, smsAtrun, tcpAtrun } = keeper.current;
	if (whiteList.length > 0 || users.length > 0) return;
	keeper.change({
		whiteList: [{ index: 1, kind: 'number', text: READY_MADE.whiteList }],
		smsAtrun: { ...smsAtrun, on: true, instance: 3 },
		firewall: [READY_MADE.firewall],
		users: [makeUser(READY_MADE.user, READY_MADE.password, digest, entropy)],
		tcpAtrun: { ...tcpAtrun, instance: 2, tcpPort: READY_MADE.tcpPort, authMode: 1 },
		tcpServer: true,
	});
}

/** Gives a module fresh from the factory what a technician stores before it goes out: context 1 by itself, `+CNMI=2,1`. */
export function prepareModule(store: Store): void {
	const memory = new NonVolatile(store);
	const { settings } = memory;
	if (settings.profiles[0] !== null) return;
	settings.profiles[0] = { ...factoryProfile(), indications: [2, 1, 0, 0, 0] };
	settings.activation[0]!.retry = 1;
	memory.save();
}
