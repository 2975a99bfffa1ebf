import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, success } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import { prepareModule, prepareSettings, READY_MADE } from '../simulator/desk.js';
import { MemoryStore } from '../simulator/memory-store.js';
import type { VirtualModule } from '../simulator/module/virtual-module.js';
import type { SimulatedNetwork } from './control-protocol.js';
import { FileStore } from './file-store.js';
import { FirmwareProcess, type LinuxFirmware } from './firmware-process.js';
import { NodeDigest } from './node-digest.js';
import { NodeEntropy } from './node-entropy.js';
import { PortBridge } from './port-bridge.js';
import { openPseudoTerminal } from './pseudo-terminal.js';
import { composeModem, timeOfHere } from './simulated-modem.js';

export interface FirmwareDeskOptions extends LinuxFirmware {
	readonly clock: Clock;
	/** Rate of the line to the module [baud], which paces what passes although a pseudo-terminal has none. */
	readonly baud: number;
	/** The port of 127.0.0.1 that stands for the board's TCP ATRUN. */
	readonly listenPort: number;
	/** Directory of the board's records: where there are none it is given the application note's settings. */
	readonly state: string;
	/** More of the firmware's settings, by their names in its environment. */
	readonly board?: Readonly<Record<string, string>>;
	readonly onLine: (line: string) => void;
}

/** A board on the desk whose firmware runs under XS, as on the device, beside a virtual module of this process. */
export interface FirmwareDesk {
	readonly module: VirtualModule;
	/** The module's number on the simulated network. */
	readonly number: string;
	readonly network: SimulatedNetwork;
	/** The DTE's end of the console. */
	readonly console: BytePort;
	/** The firmware has ended by itself, with this exit code. */
	readonly ended: Promise<number>;
	/** Pulls the plug of the board and starts it anew, on the same records. */
	restart(): Promise<void>;
	/** Ends all of it; gives the exit code of the firmware. */
	stop(): Promise<number>;
}

/** What else there is where socat is missing. */
const INSTEAD = '"atrun sim", which runs the same core without XS';

/** Starts all of it. The error is one line for the user. */
export async function openFirmwareDesk(options: FirmwareDeskOptions): Promise<Result<FirmwareDesk>> {
	const { clock, baud, listenPort, loader, library, state, onLine } = options;
	const store = FileStore.open(state);
	if (!store.ok) return store;
	prepareSettings(store.value, new NodeDigest(), new NodeEntropy());
	const memory = new MemoryStore();
	prepareModule(memory);
	const lines = mkdtempSync(join(tmpdir(), 'atrun-lines-'));
	const clear = () => rmSync(lines, { recursive: true, force: true });
	const module = await openPseudoTerminal(join(lines, 'module'), INSTEAD);
	if (!module.ok) {
		clear();
		return module;
	}
	const console = await openPseudoTerminal(join(lines, 'console'), INSTEAD);
	if (!console.ok) {
		module.value.close();
		clear();
		return console;
	}
	const modem = composeModem(
		{ clock, baud, trace: undefined, mapPort: port => (port === READY_MADE.tcpPort ? listenPort : port) },
		{ ...timeOfHere(clock), store: memory },
	);
	const bridge = new PortBridge(modem.line, module.value.port);
	const board = {
		...options.board,
		ATRUN_MODULE: module.value.path,
		ATRUN_MODULE_RATE: String(baud),
		ATRUN_CONSOLE: console.value.path,
		ATRUN_STATE: state,
	};
	const run = () => new FirmwareProcess({ loader, library, board, onLine });
	await modem.start();
	let process = run();
	return success({
		module: modem.module,
		number: modem.number,
		network: modem.network,
		console: console.value.port,
		get ended() {
			return process.ended;
		},
		restart: async () => {
			await process.stop();
			process = run();
		},
		stop: async () => {
			const code = await process.stop();
			bridge.stop();
			await modem.stop();
			console.value.close();
			module.value.close();
			clear();
			return code;
		},
	});
}
