import { before } from '../../src/base/deadline.js';
import { Deferred } from '../../src/base/deferred.js';
import { failure, type Result, success } from '../../src/base/result.js';
import type { Coprocessor } from '../../src/coprocessor.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Store } from '../../src/ports/store.js';
import { createDesk, READY_MADE } from '../simulator/desk.js';
import type { FaultEntry } from '../simulator/fault.js';
import { type FaultNote, FaultPlayer } from '../simulator/fault-player.js';
import { Random } from '../simulator/random.js';
import type { BoardSlots, RunningFirmware } from '../simulator/restarting-board.js';
import { SimulatedNetwork } from '../simulator/simulated-network.js';
import { SimulatedWifi } from '../simulator/simulated-wifi.js';
import { aboutThis } from './about-this.js';
import { NodeDigest } from './node-digest.js';
import { NodeEntropy } from './node-entropy.js';
import type { DeviceOptions, SimulatedDevice } from './simulated-device.js';
import { SimulatedMobiles } from './simulated-mobiles.js';
import { composeModem, timeOfHere } from './simulated-modem.js';
import { SimulatedSockets } from './simulated-sockets.js';

export interface BoardOptions extends DeviceOptions {
	/** The co-processor's records, and the module's. */
	readonly stores: { readonly board: Store; readonly module: Store };
	/** Consoles beside the first one; none where it is left out. */
	readonly consoles?: number;
	/** The port of 127.0.0.1 that stands for the ready-made TCP ATRUN port. */
	readonly listenPort: number;
	/** Name of an access point in the reach of the board's Wi-Fi, which then carries its own network; left out: it has no Wi-Fi. */
	readonly accessPoint?: string;
	/** Told, in a line each, how far the start has come. */
	readonly onProgress?: (line: string) => void;
	/** The slots of its firmware; none where it is left out. */
	readonly slots?: BoardSlots;
	/** Told each time the board has started again what it runs; undefined: it has no slots. */
	readonly onRestart?: (firmware: RunningFirmware | undefined) => void;
	/** What goes wrong, once `playFaults` says so. */
	readonly faults?: BoardFaults;
}

export interface BoardFaults {
	readonly entries: readonly FaultEntry[];
	/** Decides what the entries leave open: which octets are hit, where a write tears. */
	readonly seed: number;
	/** Told as a fault begins and as it ends, with the time since `playFaults` [ms]. */
	readonly onFault: (note: FaultNote, ms: number) => void;
}

/** What `atrun sim` runs: a virtual module, the co-processor beside it, and the console as its line. */
export interface SimulatedBoard extends SimulatedDevice {
	/** The DTE's ends of the consoles beside the first one. */
	readonly consoles: readonly BytePort[];
	/** The far end of the board's auxiliary serial port. */
	readonly auxiliary: BytePort;
	/** One more module on the same network, without a co-processor. */
	addModem(): SimulatedDevice;
	/** The times of the faults count from here. */
	playFaults(): void;
}

/** From power to services that are up [ms]. */
const START_MS = 90_000;
const LOOK_MS = 50;
const SECOND_NUMBER = '+393297308601';
const SECOND_IMEI = '357462031234575';

/** The board with this machine's time and sockets, and the application note's settings where the stores have none. */
export function composeBoard(options: BoardOptions): SimulatedBoard {
	const { clock, baud, trace, stores, listenPort, faults, slots } = options;
	const random = new Random(faults?.seed ?? 0);
	const here = timeOfHere(clock);
	const refused = new Deferred<Result<void>>();
	const sockets = new SimulatedSockets({
		clock,
		mapPort: port => (port === READY_MADE.tcpPort ? listenPort : port),
		onRefused: (port, why) => refused.resolve(failure(`the board cannot listen on port ${port} of 127.0.0.1: ${why}`)),
	});
	const { accessPoint } = options;
	const wifi =
		accessPoint === undefined
			? undefined
			: new SimulatedWifi(clock, { ssid: accessPoint, password: READY_MADE.wifiPassword });
	const desk = createDesk({
		clock,
		baud,
		sockets,
		hostNetwork: new SimulatedNetwork(sockets, clock, () => wifi?.isUp ?? true),
		...(wifi && { wifi }),
		about: aboutThis(),
		start: { reason: 'power-on' },
		store: stores.module,
		settings: stores.board,
		digest: new NodeDigest(),
		entropy: new NodeEntropy(),
		readyMade: true,
		consoles: options.consoles ?? 0,
		// Neither a terminal nor a socket follows a change of rate.
		rateless: true,
		...(trace && { trace }),
		...(faults && { faults: random }),
		...(slots && { update: slots }),
		onRestart: ({ firmware }) => options.onRestart?.(firmware),
		...here,
		centre: { ...here.centre, random: new Random(faults?.seed ?? 0) },
	});
	const player = faults && new FaultPlayer(clock, { ...desk, wifi }, faults.entries, random);
	const { centre, network, sim } = desk;
	return {
		line: desk.console,
		consoles: desk.consoles,
		auxiliary: desk.auxiliary,
		number: sim.number,
		network: new SimulatedMobiles(clock, centre, sim.number),
		start: () => {
			desk.start();
			const up = untilUp(clock, desk.coprocessor, options.onProgress);
			const late = failure('the board does not come up; --trace shows how far it gets');
			return before(clock, clock.now() + START_MS, Promise.race([up, refused.promise]), late);
		},
		playFaults: () => {
			if (player === undefined) return;
			const start = clock.now();
			player.onFault = note => faults?.onFault(note, note.at - start);
			player.start();
		},
		stop: async () => {
			player?.stop();
			await desk.stop();
			desk.module.cutPower();
		},
		addModem: () =>
			composeModem({ clock, baud: 0, trace }, { centre, network, sim: { number: SECOND_NUMBER }, imei: SECOND_IMEI }),
	};
}

function untilUp(
	clock: Clock,
	coprocessor: Coprocessor,
	onProgress: (line: string) => void = () => {},
): Promise<Result<void>> {
	let attached = false;
	return new Promise(resolve => {
		const look = () => {
			const { state, identity } = coprocessor.modem;
			if (!attached && state === 'ready' && identity !== undefined) {
				attached = true;
				onProgress(`${identity.model} ${identity.firmware} attached over CMUX; waiting for the network`);
			}
			if (coprocessor.isUp) resolve(success(undefined));
			else clock.setTimer(clock.now() + LOOK_MS, look);
		};
		look();
	});
}
