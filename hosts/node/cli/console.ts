import type { Command } from 'commander';
import type { BytePort } from '../../../src/ports/byte-port.js';
import { TerminalPort } from '../terminal-port.js';
import { CommandFailure } from './failure.js';
import { bridge, bridgeToPty, bridgeToTcp, type Openings } from './lines.js';
import { portOption } from './options.js';
import type { Shutdown } from './shutdown.js';

/** Where the board's console is to be; neither: on the user's terminal. */
export interface ConsolePlace {
	readonly consolePty?: string;
	readonly consoleTcp?: number;
}

/** Adds the options that say where the console is. */
export function consoleOptions(command: Command): Command {
	return command
		.option('--console-pty <path>', 'the console on a pseudo-terminal at this path, not on this terminal')
		.option('--console-tcp <port>', 'the console on this port of 127.0.0.1, not on this terminal', portOption);
}

/** Puts the console where the options say, if they do. */
export async function placeConsole(line: BytePort, place: ConsolePlace, openings: Openings): Promise<void> {
	const { consolePty, consoleTcp } = place;
	if (consolePty !== undefined && consoleTcp !== undefined) {
		throw new CommandFailure(2, 'the console is in one place: --console-pty or --console-tcp');
	}
	if (consolePty !== undefined) await bridgeToPty(line, consolePty, '--console-tcp <port>', openings);
	if (consoleTcp !== undefined) await bridgeToTcp(line, consoleTcp, '--console-tcp', openings);
}

/** Puts the console on the user's terminal, unless it is elsewhere or there is none; then the board just runs on. */
export function showConsole(line: BytePort, place: ConsolePlace, shutdown: Shutdown, openings: Openings): void {
	const elsewhere = place.consolePty !== undefined || place.consoleTcp !== undefined;
	if (elsewhere || !process.stdin.isTTY || !process.stdout.isTTY) {
		process.stdout.write('Running until Ctrl-C or SIGTERM.\n');
		return;
	}
	process.stdout.write('The board’s console: type AT commands, such as AT#SMSATRUN?. Ctrl-] or Ctrl-C ends.\n');
	const terminal = new TerminalPort(process.stdin, process.stdout, () => shutdown.ask());
	openings.add(() => terminal.close());
	bridge(line, terminal, openings);
}
