import { makeUser } from '../../src/access/users.js';
import { Coprocessor } from '../../src/coprocessor.js';
import type { DtePort, UartPort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { Digest } from '../../src/ports/digest.js';
import type { Entropy } from '../../src/ports/entropy.js';
import type { Network } from '../../src/ports/network.js';
import type { Restart } from '../../src/ports/restart.js';
import type { SignatureCheck } from '../../src/ports/signature.js';
import type { Store } from '../../src/ports/store.js';
import type { Trace } from '../../src/ports/trace.js';
import type { Watchdog } from '../../src/ports/watchdog.js';
import type { Wifi } from '../../src/ports/wifi.js';
import type { About } from '../../src/services/board.js';
import { DEFAULTS } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { DeafUart } from './deaf-uart.js';
import type { FaultTarget } from './fault-player.js';
import type { Flash } from './flash.js';
import { MemoryStore } from './memory-store.js';
import { NonVolatile } from './module/non-volatile.js';
import { factoryProfile } from './module/profile.js';
import { PowerDomain } from './power-domain.js';
import type { Random } from './random.js';
import { createSimulatedModule, type SimulatedModule, type SimulatedModuleOptions } from './simulated-module.js';
import { SimulatedSlots } from './simulated-slots.js';
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
	readonly update?: {
		readonly flash: Flash;
		readonly signature: SignatureCheck;
		/** 128 hexadecimal digits; '': every image is refused. */
		readonly publicKey: string;
	};
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

export interface RunningFirmware {
	readonly version: string;
	readonly isOnTrial: boolean;
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
	const { update } = options;
	const slots =
		update &&
		new SimulatedSlots({
			flash: update.flash,
			factory: { version: options.about?.firmware ?? '0.0.0', conduct: 'works' },
			restart: why => reboot({ reason: 'software', why }),
		});
	slots?.boot();
	// What can start again needs a supply of its own each time.
	let domain = faults || slots ? new PowerDomain() : undefined;
	const compose = (start = options.start) => {
		const about = slots && { target: 'unknown', ...options.about, firmware: slots.firmware.version };
		const wired = slots?.firmware.conduct === 'deaf' ? new DeafUart() : simulated.dte;
		return new Coprocessor({
			clock: domain?.clock(own) ?? own,
			module: domain?.uart(wired) ?? wired,
			...(options.baud && { moduleRate: options.baud }),
			console: domain?.uart(consoleWire.dce) ?? consoleWire.dce,
			consoles: furtherWires.map(({ dce }) => domain?.uart(dce) ?? dce),
			auxiliary: domain?.uart(auxiliary) ?? auxiliary,
			...(options.hostNetwork && { network: domain?.network(options.hostNetwork) ?? options.hostNetwork }),
			...(options.wifi && { wifi: domain?.wifi(options.wifi) ?? options.wifi }),
			...((about ?? options.about) && { about: about ?? options.about }),
			...(start && { start }),
			...(options.watchdog && { watchdog: options.watchdog }),
			store: domain?.store(store ?? settings) ?? settings,
			digest,
			entropy,
			power: domain?.power(simulated.power) ?? simulated.power,
			...(trace && { trace: domain?.trace(trace) ?? trace }),
			...(update && slots && domain && { update: { ...update, updater: domain.updater(slots) } }),
			...(slots && { restart: () => reboot({ reason: 'software', why: 'by command' }) }),
		});
	};
	let coprocessor = compose();
	let boot: TimerHandle | undefined;
	let isStopped = false;
	let isDown = false;
	const run = () => {
		coprocessor.start();
		if (slots?.firmware.conduct !== 'crashes') return;
		const died: Restart = { reason: 'fault', why: 'the simulated firmware crashes' };
		boot = clock.setTimer(clock.now() + CRASH, () => reboot(died));
	};
	const reboot = (start = options.start) => {
		domain?.cut();
		isDown = true;
		boot?.cancel();
		boot = clock.setTimer(clock.now() + BOARD_BOOT, () => {
			if (isStopped) return;
			isDown = false;
			store?.restore();
			slots?.boot();
			domain = new PowerDomain();
			coprocessor = compose(start);
			run();
			options.onRestart?.(desk);
		});
	};
	const withoutFaults = () => {
		throw new Error('only a desk with `faults` can do that');
	};
	const desk: Desk = {
		...simulated,
		get coprocessor() {
			return coprocessor;
		},
		get firmware() {
			return slots && { version: slots.firmware.version, isOnTrial: slots.isOnTrial };
		},
		console: consoleWire.dte,
		consoles: furtherWires.map(({ dte }) => dte),
		auxiliary: auxiliaryWire.dte,
		start: run,
		stop: async () => {
			isStopped = true;
			boot?.cancel();
			if (!isDown) await coprocessor.stop();
		},
		tearWrite: nth => (store ?? withoutFaults()).tear(nth),
		restartBoard: () => (domain === undefined ? withoutFaults() : reboot()),
	};
	return desk;
}

/** From the board's power to its co-processor [ms]. */
const BOARD_BOOT = 1_500;
/** From the start of a firmware that crashes to its crash [ms]. */
const CRASH = 3_000;

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
