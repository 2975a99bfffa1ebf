import type { Command } from 'commander';
import { textOf } from '../../../src/base/text.js';
import type { BytePort } from '../../../src/ports/byte-port.js';
import { linesOf, printable } from '../printable.js';
import { TerminalPort } from '../terminal-port.js';
import { CommandFailure } from './failure.js';
import { bridge, bridgeToPty, bridgeToTcp, type Openings } from './lines.js';
import { portOption } from './options.js';
import type { Shutdown } from './shutdown.js';

/** Of what the console says where nobody can type [characters]. */
const LONGEST_LINE = 4096;

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

/** Puts the console on the user's terminal. Where there is none, what the console says is printed and the board runs on. */
export function showConsole(line: BytePort, place: ConsolePlace, shutdown: Shutdown, openings: Openings): void {
	const elsewhere = place.consolePty !== undefined || place.consoleTcp !== undefined;
	if (elsewhere || !process.stdin.isTTY || !process.stdout.isTTY) {
		process.stdout.write('Running until Ctrl-C or SIGTERM.\n');
		if (!elsewhere) printConsole(line, openings);
		return;
	}
	process.stdout.write('The board’s console: type AT commands, such as AT#SMSATRUN?. Ctrl-] or Ctrl-C ends.\n');
	const terminal = new TerminalPort(process.stdin, process.stdout, () => shutdown.ask());
	openings.add(() => terminal.close());
	bridge(line, terminal, openings);
}

/** Nobody can type, yet somebody may read a log: what the board says unasked goes there. */
function printConsole(line: BytePort, openings: Openings): void {
	const block = new Uint8Array(1024);
	let pending = '';
	const read = () => {
		for (let count = line.read(block); count > 0; count = line.read(block)) pending += textOf(block.subarray(0, count));
		const end = pending.length > LONGEST_LINE ? pending.length : pending.lastIndexOf('\n') + 1;
		for (const text of linesOf(pending.slice(0, end))) process.stdout.write(`console      ${printable(text)}\n`);
		pending = pending.slice(end);
	};
	line.listen({ readable: read });
	openings.add(() => line.listen(undefined));
}
