import type { Command } from 'commander';
import { textOf } from '../../../src/base/text.js';
import type { BytePort } from '../../../src/ports/byte-port.js';
import { linesOf, printable } from '../printable.js';
import { LOOPBACK } from '../tcp-line.js';
import { TerminalPort } from '../terminal-port.js';
import { bridge, bridgeToPty, bridgeToTcp, type Openings } from './lines.js';
import { portOption } from './options.js';
import type { Shutdown } from './shutdown.js';

/** Of what the console says where nobody can type [characters]. */
const LONGEST_LINE = 4096;

/** Where the board's consoles are to be, one at each place; nowhere: one on the user's terminal. */
export interface ConsolePlaces {
	readonly consolePty?: string;
	readonly consoleTcp?: number;
	readonly consoleAddress: string;
}

/** Adds the options that say where the consoles are. */
export function consoleOptions(command: Command): Command {
	return command
		.option('--console-pty <path>', 'a console on a pseudo-terminal at this path, and none on this terminal')
		.option('--console-tcp <port>', 'a console on this TCP port, and none on this terminal', portOption)
		.option('--console-address <ip>', 'where --console-tcp listens: whoever reaches it rules the board', LOOPBACK);
}

/** How many consoles, with lines of their own, the options ask for. */
export function consoleCount({ consolePty, consoleTcp }: ConsolePlaces): number {
	return Math.max(1, [consolePty, consoleTcp].filter(place => place !== undefined).length);
}

/** The places that the options name, for a person. */
export function consolePlaces({ consolePty, consoleTcp, consoleAddress }: ConsolePlaces): readonly string[] {
	const places: string[] = [];
	if (consolePty !== undefined) places.push(consolePty);
	if (consoleTcp !== undefined) places.push(`${consoleAddress}:${consoleTcp}`);
	return places;
}

/** Puts the lines of the consoles, as many as `consoleCount` says, where the options say, if they do. */
export async function placeConsoles(
	lines: readonly BytePort[],
	{ consolePty, consoleTcp, consoleAddress }: ConsolePlaces,
	openings: Openings,
): Promise<void> {
	const free = lines.slice();
	if (consolePty !== undefined) await bridgeToPty(free.shift()!, consolePty, '--console-tcp <port>', openings);
	if (consoleTcp !== undefined) await bridgeToTcp(free.shift()!, consoleTcp, '--console-tcp', openings, consoleAddress);
}

/**
 * Puts the console on the user's terminal, unless the options have it elsewhere or there is no `line` for it. Where there is no terminal,
 * what the console says is printed and the board runs on.
 */
export function showConsole(
	line: BytePort | undefined,
	places: ConsolePlaces,
	shutdown: Shutdown,
	openings: Openings,
): void {
	const elsewhere = line === undefined || consolePlaces(places).length > 0;
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
export function printConsole(line: BytePort, openings: Openings): void {
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
