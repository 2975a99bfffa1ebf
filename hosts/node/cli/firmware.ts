import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { Deferred } from '../../../src/base/deferred.js';
import { READY_MADE } from '../../simulator/desk.js';
import { CONTROL_PORT } from '../control-protocol.js';
import { type FirmwareDesk, openFirmwareDesk } from '../firmware-desk.js';
import { instrumentsOf } from '../firmware-instruments.js';
import type { LinuxFirmware } from '../firmware-process.js';
import { SystemClock } from '../system-clock.js';
import {
	type ConsolePlaces,
	consoleCount,
	consoleOptions,
	consolePlaces,
	placeConsoles,
	printConsole,
	showConsole,
} from './console.js';
import { CommandFailure } from './failure.js';
import { checkPort, Openings, openControl } from './lines.js';
import { baudOption, portOption } from './options.js';
import { Shutdown } from './shutdown.js';

/** A plain build, one for xsbug, or one that counts what the machine uses. */
export type BuildKind = 'release' | 'debug' | 'instrument';

/** Builds the firmware; the error is for the user, and may be the output of a compiler. */
export type Build = (kind: BuildKind) => Promise<LinuxFirmware & { readonly warnings: readonly string[] }>;

interface FirmwareOptions extends ConsolePlaces {
	readonly listen: number;
	readonly control: number;
	readonly baud: number;
	readonly state?: string;
	readonly console: boolean;
	readonly debug?: boolean;
	readonly instrument?: boolean;
	readonly memory?: boolean;
	readonly trace?: boolean;
}

/** Between two looks at the memory [ms]. */
const MEMORY_LOOK = '100';

/** The command line of `npm run firmware:linux`. */
export function firmwareCommand(build: Build): Command {
	const command = new Command('firmware:linux')
		.description(
			'Build the firmware for Linux and run it under XS, beside a virtual module, its console on this terminal.',
		)
		.exitOverride()
		.option('--listen <port>', 'where TCP ATRUN listens on 127.0.0.1', portOption, READY_MADE.tcpPort)
		.option('--control <port>', 'where "atrun mobile" finds the simulator on 127.0.0.1', portOption, CONTROL_PORT);
	return consoleOptions(command)
		.option('--no-console', 'leave this terminal alone: print what the console says, until Ctrl-C')
		.option('--state <dir>', 'keep the records in this directory (default: they end with the board)')
		.option('--baud <rate>', 'rate of the line between the firmware and the module', baudOption, 115200)
		.option('--debug', 'a build for xsbug or xsbug-log, which have to run before it starts')
		.option('--instrument', 'a build that counts: prints slots, chunks and stack each second')
		.option('--memory', 'print each new peak of what the machine holds without its garbage')
		.option('--trace', 'print what passes between the firmware and the module')
		.addHelpText('after', '\nExample:\n  npm run firmware:linux -- --no-console --instrument')
		.action((options: FirmwareOptions) => runFirmware(options, build));
}

async function runFirmware(options: FirmwareOptions, build: Build): Promise<void> {
	if (options.debug === true && options.instrument === true) {
		throw new CommandFailure(2, 'a debug build counts too: choose --debug or --instrument');
	}
	if (consoleCount(options) > 1) throw new CommandFailure(2, 'this firmware has one console: choose one place for it');
	if (options.listen === options.control) throw new CommandFailure(2, '--listen and --control need a port each');
	await checkPort(options.listen, '--listen');
	const firmware = await build(options.debug ? 'debug' : options.instrument ? 'instrument' : 'release').catch(error => {
		throw new CommandFailure(1, error.message);
	});
	for (const line of firmware.warnings) print(line);
	const shutdown = new Shutdown();
	const openings = new Openings();
	let desk: FirmwareDesk | undefined;
	try {
		const ready = new Deferred<void>();
		desk = await openDesk(options, firmware, openings, () => ready.resolve());
		await openControl(desk.network, options.control, openings);
		await placeConsoles([desk.console], options, openings);
		print(`board        ${desk.number} on the simulated network`);
		print(
			`TCP ATRUN    127.0.0.1:${options.listen}, user ${READY_MADE.user}\ncontrol      127.0.0.1:${options.control}`,
		);
		print('The module boots and registers, as slowly as a real one: about 12 seconds.');
		const ended = desk.ended.then(code => {
			throw new CommandFailure(1, `the firmware ended with exit code ${code}`);
		});
		ended.catch(() => {});
		await Promise.race([ready.promise, shutdown.asked, ended]);
		// `--no-console` is about this terminal: a console that is elsewhere keeps its line.
		if (options.console || consolePlaces(options).length > 0) showConsole(desk.console, options, shutdown, openings);
		else printConsole(desk.console, openings);
		await Promise.race([shutdown.asked, ended]);
	} finally {
		openings.close();
		await desk?.stop();
	}
}

async function openDesk(
	options: FirmwareOptions,
	{ loader, library }: LinuxFirmware,
	openings: Openings,
	onReady: () => void,
): Promise<FirmwareDesk> {
	const desk = await openFirmwareDesk({
		clock: new SystemClock(),
		baud: options.baud,
		listenPort: options.listen,
		loader,
		library,
		state: options.state ?? scratch(openings),
		board: { ...(options.memory && { ATRUN_MEMORY: MEMORY_LOOK }), ...(options.trace && { ATRUN_TRACE: '1' }) },
		onLine: line => {
			print(`firmware     ${instrumentsOf(line) ?? line}`);
			if (line.startsWith('ready ')) onReady();
		},
	});
	if (!desk.ok) throw new CommandFailure(2, desk.error);
	return desk.value;
}

function scratch(openings: Openings): string {
	const directory = mkdtempSync(join(tmpdir(), 'atrun-board-'));
	openings.add(() => rmSync(directory, { recursive: true, force: true }));
	return directory;
}

/** CR too: the console may have the terminal in raw mode. */
function print(text: string): void {
	process.stdout.write(`${text.replaceAll('\n', '\r\n')}\r\n`);
}
