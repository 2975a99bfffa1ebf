import { join } from 'node:path';
import type { Command } from 'commander';
import type { Store } from '../../../src/ports/store.js';
import { READY_MADE } from '../../simulator/desk.js';
import { MemoryStore } from '../../simulator/memory-store.js';
import { CONTROL_PORT } from '../control-protocol.js';
import { type BoardFaults, composeBoard, type SimulatedBoard } from '../simulated-board.js';
import { SystemClock } from '../system-clock.js';
import { TracePrinter } from '../trace-printer.js';
import { type AuxiliaryPlace, auxiliaryOptions, placeAuxiliary } from './auxiliary.js';
import {
	type ConsolePlaces,
	consoleCount,
	consoleOptions,
	consolePlaces,
	placeConsoles,
	showConsole,
} from './console.js';
import { playDemo } from './demo.js';
import { CommandFailure } from './failure.js';
import { describeEntry, describeNote, faultsFrom } from './faults-option.js';
import { bridgeToPty, checkPort, Openings, openControl } from './lines.js';
import { accessPointOption, baudOption, portOption, storeAt } from './options.js';
import { Shutdown } from './shutdown.js';
import { type SlotsOptions, showFirmware, slotsFrom, slotsOption } from './slots-option.js';

interface SimOptions extends ConsolePlaces, AuxiliaryPlace, SlotsOptions {
	readonly listen: number;
	readonly control: number;
	readonly modemPty?: string;
	readonly state?: string;
	readonly baud: number;
	readonly trace?: boolean;
	readonly faults?: string;
	readonly wifi?: string;
	readonly demo: boolean;
}

export function addSim(program: Command): void {
	const command = program
		.command('sim')
		.description('Run a virtual module with the co-processor beside it, and its console on this terminal.')
		.option('--listen <port>', 'where TCP ATRUN listens on 127.0.0.1', portOption, READY_MADE.tcpPort)
		.option('--control <port>', 'where "atrun mobile" finds the simulator on 127.0.0.1', portOption, CONTROL_PORT);
	slotsOption(auxiliaryOptions(consoleOptions(command)))
		.option('--modem-pty <path>', 'one more module, without a co-processor, on a pseudo-terminal at this path')
		.option('--state <dir>', 'keep the settings in this directory (default: they end with the simulator)')
		.option('--baud <rate>', 'rate of the line between the co-processor and the module', baudOption, 115200)
		.option('--trace', 'print on stderr what passes between them')
		.option('--faults <file>', 'play the faults that this file describes, each told on stderr as it comes')
		.option('--wifi <name>', 'give the board a Wi-Fi with an access point of this name in its reach', accessPointOption)
		.option('--no-demo', 'leave out the SMS and the TCP session that are played at the start')
		.addHelpText('after', '\nExample:\n  atrun sim --listen 2024 --state ./board')
		.action(runSim);
}

async function runSim(options: SimOptions): Promise<void> {
	const shutdown = new Shutdown();
	const openings = new Openings();
	let board: SimulatedBoard | undefined;
	try {
		const faults = options.faults === undefined ? undefined : faultsOf(options.faults);
		if (
			options.wifi === undefined &&
			faults?.entries.some(entry => 'fault' in entry && entry.fault.kind === 'no-wifi')
		) {
			throw new CommandFailure(2, 'only with --wifi has the board a Wi-Fi that could be dropped (--faults)');
		}
		const stores = storesAt(options.state);
		const clock = new SystemClock();
		if (options.listen === options.control) throw new CommandFailure(2, '--listen and --control need a port each');
		await checkPort(options.listen, '--listen');
		const trace = options.trace === true ? new TracePrinter(process.stderr) : undefined;
		board = composeBoard({
			clock,
			stores,
			baud: options.baud,
			consoles: consoleCount(options) - 1,
			listenPort: options.listen,
			trace,
			slots: slotsFrom(options),
			onRestart: showFirmware,
			...(faults && { faults }),
			...(options.wifi !== undefined && { accessPoint: options.wifi }),
			onProgress: line => void process.stdout.write(`  ${line}\n`),
		});
		await openControl(board.network, options.control, openings);
		await placeConsoles([board.line, ...board.consoles], options, openings);
		await placeAuxiliary(board.auxiliary, options, openings);
		if (options.modemPty !== undefined) await addModem(board, options.modemPty, openings);
		printPlaces(options, board);
		if (faults !== undefined) printFaults(faults);
		process.stdout.write('The module boots and registers, as slowly as a real one: about 12 seconds.\n');
		const started = await Promise.race([board.start(), shutdown.asked]);
		if (started?.ok === false) throw new CommandFailure(1, started.error);
		if (started !== undefined) {
			process.stdout.write('  ready\n\n');
			if (options.demo) await Promise.race([demo(options, board, clock), shutdown.asked]);
			printHints(options);
			board.playFaults();
			showConsole(board.line, options, shutdown, openings);
			await shutdown.asked;
		}
	} finally {
		openings.close();
		await board?.stop();
	}
}

function faultsOf(path: string): BoardFaults {
	return {
		entries: faultsFrom(path),
		seed: Math.floor(Math.random() * 1_000_000),
		onFault: (note, ms) => void process.stderr.write(`${describeNote(note, ms)}\n`),
	};
}

function printFaults({ entries, seed }: BoardFaults): void {
	process.stdout.write('Faults, their times from when the board is ready:\n');
	for (const entry of entries) process.stdout.write(`  ${describeEntry(entry, seed)}\n`);
	process.stdout.write('\n');
}

function demo(options: SimOptions, board: SimulatedBoard, clock: SystemClock): Promise<void> {
	const print = (line: string) => void process.stdout.write(`${line}\n`);
	return playDemo({ clock, network: board.network, port: options.listen, print });
}

/** The board and the module keep records of their own, by names that may be the same. */
function storesAt(directory: string | undefined): { readonly board: Store; readonly module: Store } {
	if (directory === undefined) return { board: new MemoryStore(), module: new MemoryStore() };
	return { board: storeAt(directory, '--state'), module: storeAt(join(directory, 'module'), '--state') };
}

async function addModem(board: SimulatedBoard, path: string, openings: Openings): Promise<void> {
	const modem = board.addModem();
	await bridgeToPty(modem.line, path, '"atrun modem --tcp <port>"', openings);
	openings.add(() => void modem.stop());
	const started = await modem.start();
	if (!started.ok) throw new CommandFailure(1, started.error);
}

function printPlaces(options: SimOptions, board: SimulatedBoard): void {
	const places: [string, string][] = [
		['board', `${board.number} on the simulated network`],
		['TCP ATRUN', `127.0.0.1:${options.listen}, user ${READY_MADE.user}`],
		['control', `127.0.0.1:${options.control}`],
	];
	for (const place of consolePlaces(options)) places.push(['console', place]);
	if (options.auxPty !== undefined) places.push(['auxiliary', options.auxPty]);
	if (options.auxTcp !== undefined) places.push(['auxiliary', `127.0.0.1:${options.auxTcp}`]);
	if (options.wifi !== undefined)
		places.push(['access point', `"${options.wifi}", password ${READY_MADE.wifiPassword}`]);
	if (options.modemPty !== undefined) places.push(['bare module', options.modemPty]);
	for (const [what, where] of places) process.stdout.write(`${what.padEnd(12)} ${where}\n`);
	process.stdout.write('\n');
}

function printHints(options: SimOptions): void {
	const control = options.control === CONTROL_PORT ? '' : ` --control ${options.control}`;
	process.stdout.write(
		`Try from another terminal:
  npx atrun mobile --from ${READY_MADE.mobile}${control} "AT+CSQ"
  ATRUN_PASSWORD=${READY_MADE.password} npx atrun connect 127.0.0.1:${options.listen} --user ${READY_MADE.user}

`,
	);
}
