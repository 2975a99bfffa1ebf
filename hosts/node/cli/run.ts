import type { Command } from 'commander';
import type { UartPort } from '../../../src/ports/byte-port.js';
import { RestartingBoard } from '../../simulator/restarting-board.js';
import { Wire } from '../../simulator/wire.js';
import { aboutThis } from '../about-this.js';
import { HostNetwork } from '../host-network.js';
import { NodeDigest } from '../node-digest.js';
import { NodeEntropy } from '../node-entropy.js';
import { ProcessGuard } from '../process-guard.js';
import { openSerialPort } from '../serial-port.js';
import { stateHome } from '../state-home.js';
import { SystemClock } from '../system-clock.js';
import { TracePrinter } from '../trace-printer.js';
import { type AuxiliaryLine, auxiliaryOptions, openAuxiliary } from './auxiliary.js';
import {
	type ConsolePlaces,
	consoleCount,
	consoleOptions,
	consolePlaces,
	placeConsoles,
	showConsole,
} from './console.js';
import { CommandFailure } from './failure.js';
import { Openings } from './lines.js';
import { baudOption, storeAt } from './options.js';
import { Shutdown } from './shutdown.js';
import { type SlotsOptions, showFirmware, slotsFrom, slotsOption } from './slots-option.js';

interface RunOptions extends ConsolePlaces, AuxiliaryLine, SlotsOptions {
	readonly port: string;
	readonly baud: number;
	readonly flowControl: boolean;
	readonly listenAddress: string;
	readonly state: string;
	readonly consoleSerial?: string;
	readonly trace?: boolean;
}

export function addRun(program: Command): void {
	const command = program
		.command('run')
		.description('Run the co-processor on a real module: the same as on the board, without lines to its power.')
		.requiredOption('--port <path>', 'the serial port of the module')
		.option('--baud <rate>', 'the rate to begin with', baudOption, 115200)
		.option('--no-flow-control', 'the line has no RTS/CTS')
		.option(
			'--listen-address <ip>',
			'where TCP ATRUN listens over this machine’s own network (#ATRUNTCP=1)',
			'127.0.0.1',
		)
		.option(
			'--state <dir>',
			'where the settings are kept; new ones are a flashed board’s: everything off',
			stateHome(),
		);
	consoleOptions(command)
		.option('--console-serial <path>', 'a console on this serial port, and none on this terminal')
		.option('--aux <path>', 'the auxiliary serial port (AT#TCPATCONSER=1,<rate>) is this serial port')
		.option('--no-aux-flow-control', 'that line has no RTS/CTS');
	slotsOption(auxiliaryOptions(command))
		.option('--trace', 'print on stderr what passes')
		.addHelpText('after', '\nExample:\n  atrun run --port /dev/ttyUSB0')
		.action(runCoprocessor);
}

async function runCoprocessor(options: RunOptions): Promise<void> {
	const shutdown = new Shutdown();
	const openings = new Openings();
	const clock = new SystemClock();
	let failure: string | undefined;
	try {
		const opened = await openSerialPort({
			path: options.port,
			baud: options.baud,
			flowControl: options.flowControl,
			onLost: () => {
				failure = `${options.port} has gone`;
				shutdown.ask();
			},
		});
		if (!opened.ok) throw new CommandFailure(2, `${opened.error} (--port)`);
		openings.add(() => opened.value.close());
		const serial = await openConsole(options, openings);
		const count = serial === undefined ? consoleCount(options) : consolePlaces(options).length;
		const wires = Array.from({ length: count }, () => new Wire(clock, { baud: 0 }));
		await placeConsoles(
			wires.map(({ dte }) => dte),
			options,
			openings,
		);
		const [console, ...further] = [...(serial === undefined ? [] : [serial]), ...wires.map(({ dce }) => dce)];
		const auxiliary = await openAuxiliary(options, clock, openings);
		const store = storeAt(options.state, '--state');
		const guard = new ProcessGuard(store);
		openings.add(() => guard.close());
		const board = new RestartingBoard({
			clock,
			// The firmware is this program: what comes over the air is one of a simulated board, to try the way of it.
			slots: options.updateKey === undefined ? undefined : slotsFrom(options),
			canBeCut: false,
			onRestart: () => showFirmware(board.firmware),
			ports: {
				clock,
				module: opened.value,
				moduleRate: options.baud,
				network: new HostNetwork(clock, options.listenAddress),
				about: aboutThis(),
				heapPeak: () => process.resourceUsage().maxRSS * 1024,
				console: console!,
				consoles: further,
				...(auxiliary && { auxiliary }),
				store,
				start: guard.restart,
				digest: new NodeDigest(),
				entropy: new NodeEntropy(),
				...(options.trace === true && { trace: new TracePrinter(process.stderr) }),
			},
		});
		board.start();
		showConsole(serial === undefined ? wires[0]?.dte : undefined, options, shutdown, openings);
		await shutdown.asked;
		await board.stop();
	} finally {
		openings.close();
	}
	if (failure !== undefined) throw new CommandFailure(1, failure);
}

/** A serial port as a console; undefined: none is asked for. 115200 baud until the board's settings or `+IPR` say otherwise. */
async function openConsole({ consoleSerial }: RunOptions, openings: Openings): Promise<UartPort | undefined> {
	if (consoleSerial === undefined) return undefined;
	const opened = await openSerialPort({ path: consoleSerial, baud: 115_200, flowControl: false });
	if (!opened.ok) throw new CommandFailure(2, `${opened.error} (--console-serial)`);
	openings.add(() => opened.value.close());
	return opened.value;
}
