import { isIP } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import { printable } from '../printable.js';
import { MOST_BOARDS, Reception, type ReceptionOptions } from '../reception.js';
import { SystemClock } from '../system-clock.js';
import { BoardRuns } from './board-runs.js';
import { commandsFrom } from './command-run.js';
import { linesOfInput, TYPING_HINT } from './conversation.js';
import { CommandFailure } from './failure.js';
import { imageFrom } from './image-options.js';
import { addKeyOptions, type KeyOptions, requesterKeyFrom } from './key-options.js';
import { portOption, repeated, timeoutOption } from './options.js';
import { Screen } from './screen.js';
import { Shutdown } from './shutdown.js';
import { wholeOption } from './sms-options.js';
import { Switchboard } from './switchboard.js';

interface ListenOptions extends KeyOptions {
	readonly address: string;
	readonly requireKey?: boolean;
	readonly exec?: readonly string[];
	readonly ota?: string;
	readonly boards?: number;
	readonly timeout: number;
	readonly json?: boolean;
}

type Place = Omit<ReceptionOptions, 'events'>;

/** The port that boards dial where nobody sets another. */
const DEFAULT_PORT = 12345;
const LOOPBACK = '127.0.0.1';
const LOOPBACKS = /^(127\.|::1$)/;

export function addListen(program: Command): void {
	const command = program
		.command('listen')
		.description('Take the calls of boards that run TCP ATRUN in client mode and run AT commands there.')
		.argument('[port]', 'where the boards call', portOption, DEFAULT_PORT)
		.option(
			'--address <ip>',
			'the address of this machine to listen on: others than this machine reach it only at one of its network addresses, or at all of them by 0.0.0.0',
			addressOption,
			LOOPBACK,
		);
	addKeyOptions(command)
		.option('--require-key', 'with --key-id: turn away a board that sends no challenge within 3 s; --imei does so too')
		.option(
			'--exec <command>',
			'run this command line on each board and close it; may be given several times',
			repeated,
		)
		.option(
			'--ota <image>',
			'send this image of a firmware to each board, after the commands, from where an earlier try ended, and have it tried',
		)
		.option('--boards <n>', 'with --exec or --ota: end after so many boards (default: 1)', wholeOption(1, 9999))
		.addOption(timeoutOption('with --exec or --ota: for the next board to call, and for each command'))
		.option(
			'--json',
			'with --exec or --ota: print one JSON document: { "boards": [{ "peer", "imei"?, "hello"?, "login", "results": [{ "command", "lines", "final", "ms", "update"? }] }] }',
		)
		.addHelpText(
			'after',
			`
Without --exec and --ota, a terminal shows what the boards send, and what is typed goes to one of them (/help tells how to choose it);
lines from a pipe or a file are run one after the other on the first board that calls. At most ${MOST_BOARDS} boards are served at a time.

Anybody who reaches the port can call and say that he is a board: have the board use #ATRUNTCP's mutual login and give the key
and --require-key here. The key protects the login, not what follows.

Example:
  atrun listen 12345 --address 0.0.0.0 --key-id 1 --key-file ./board.key --require-key --exec AT+CREG? --json`,
		)
		.action(runListen);
}

async function runListen(port: number, options: ListenOptions): Promise<void> {
	const key = requesterKeyFrom(options);
	if (options.requireKey === true && key === undefined) throw new CommandFailure(2, '--require-key needs --key-id');
	const image = options.ota === undefined ? undefined : imageFrom(options.ota);
	const commands = commandsFrom(options.exec) ?? (image && []);
	const clock = new SystemClock();
	const { address, timeout } = options;
	// A board that is meant by its IMEI must prove it.
	const requireKey = options.requireKey === true || options.imei !== undefined;
	const place: Place = { clock, address, port, key, requireKey, loginTime: timeout };
	if (commands === undefined && options.boards !== undefined)
		throw new CommandFailure(2, '--boards needs --exec or --ota');
	if (commands === undefined && process.stdin.isTTY) {
		if (options.json === true) throw new CommandFailure(2, '--json needs --exec or --ota');
		await serveTerminal(place);
		return;
	}
	const shutdown = new Shutdown();
	const note = (line: string) => void process.stderr.write(`${printable(line)}\n`);
	const runs = new BoardRuns({
		...place,
		commands: commands ?? linesOfInput(),
		image,
		most: options.boards ?? 1,
		timeout,
		print: options.json !== true,
		note,
	});
	await runs.open();
	try {
		for (const line of hintsFor(place)) note(line);
		await Promise.race([runs.done.promise, shutdown.asked]);
	} finally {
		runs.close();
	}
	if (options.json === true) process.stdout.write(`${JSON.stringify({ boards: runs.reports })}\n`);
	runs.check();
}

/** Joins the boards that call with the user's terminal until the user or the system ends it. */
async function serveTerminal(place: Place): Promise<void> {
	const shutdown = new Shutdown();
	let screen: Screen | undefined;
	const switchboard = new Switchboard(
		lines => screen?.show(lines),
		number => screen?.setPrompt(promptFor(number)),
	);
	const opened = await Reception.open({ ...place, events: switchboard });
	if (!opened.ok) throw new CommandFailure(2, opened.error);
	const reception = opened.value;
	switchboard.attach(reception);
	for (const line of hintsFor(place)) process.stdout.write(`${line}\n`);
	process.stdout.write(`/help tells how to choose a board. ${TYPING_HINT}`);
	screen = new Screen(
		promptFor(undefined),
		line => switchboard.line(line),
		() => shutdown.ask(),
	);
	try {
		await shutdown.asked;
	} finally {
		reception.close();
		screen.close();
	}
}

function promptFor(number: number | undefined): string {
	return number === undefined ? '> ' : `${number}> `;
}

/** What the user should know of the place where boards call. */
function hintsFor({ address, port, key }: Place): readonly string[] {
	const hints = [`Listening on ${address}:${port}.`];
	if (LOOPBACKS.test(address)) {
		hints.push('Only programs of this machine reach it: --address 0.0.0.0 lets boards call from elsewhere.');
	} else if (key === undefined) {
		hints.push('Anybody can call and say that he is a board: --key-id and --require-key let in only who has the key.');
	}
	return hints;
}

function addressOption(text: string): string {
	if (isIP(text) === 0) throw new InvalidArgumentError('It must be an IP address of this machine, or 0.0.0.0 for all.');
	return text;
}
