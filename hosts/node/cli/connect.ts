import { type Command, Option } from 'commander';
import { AtrunSession, type AuthMode, type CommandResult, type LoginOutcome } from '../atrun-session.js';
import { connectTo } from '../host-network.js';
import { printable } from '../printable.js';
import { SystemClock } from '../system-clock.js';
import { ask, converse, linesOfInput } from './conversation.js';
import { CommandFailure } from './failure.js';
import { type Address, addressOption, type PasswordOptions, passwordFrom, repeated, timeoutOption } from './options.js';

interface ConnectOptions extends PasswordOptions {
	readonly user?: string;
	readonly auth: 'auto' | '0' | '1';
	readonly exec?: readonly string[];
	readonly timeout: number;
	readonly json?: boolean;
}

/** The port that TCP ATRUN listens on where nobody sets another. */
const DEFAULTS: Address = Object.freeze({ host: '127.0.0.1', port: 1024 });
const RESERVED = /[\r\n]/;

const REASONS: Readonly<Record<string, string>> = Object.freeze({
	refused: 'nobody listens there',
	timeout: 'no answer in time',
	unreachable: 'the host cannot be reached',
	'bad-address': 'there is no such host',
});

export function addConnect(program: Command): void {
	program
		.command('connect')
		.description('Log in to a board that runs TCP ATRUN in server mode and run AT commands there.')
		.argument('<host[:port]>', `the board; port ${DEFAULTS.port} where it is left out`, text =>
			addressOption(text, DEFAULTS),
		)
		.option('--user <name>', 'the user; asked for on a terminal where it is left out')
		.option(
			'--password <text>',
			'the password; other users of this machine can see it, so rather use one of the next two',
		)
		.option(
			'--password-file <path>',
			'a file whose first line is the password (else: the environment’s ATRUN_PASSWORD)',
		)
		.addOption(
			new Option('--auth <mode>', 'the board’s authMode: 0 does not ask, 1 asks, auto waits whether it asks')
				.choices(['auto', '0', '1'])
				.default('auto'),
		)
		.option('--exec <command>', 'run this command line and end; may be given several times', repeated)
		.addOption(timeoutOption('for the connection with its login, and for each command'))
		.option(
			'--json',
			'with --exec: print one JSON document: { "peer", "login", "results": [{ "command", "lines", "final", "ms" }] }',
		)
		.addHelpText(
			'after',
			`
Without --exec, a terminal gives a prompt with line editing; lines from a pipe or a file are run one after the other.

Example:
  ATRUN_PASSWORD=testpassw atrun connect 127.0.0.1 --user testuser --exec AT+CREG? --exec AT+CSQ`,
		)
		.action(runConnect);
}

async function runConnect(address: Address, options: ConnectOptions): Promise<void> {
	const commands = commandsOf(options);
	const user = await credential(options.user, 'Username: ', false, '--user');
	const password = await credential(
		passwordFrom(options),
		'Password: ',
		true,
		'--password, --password-file or ATRUN_PASSWORD',
	);
	const peer = `${address.host}:${address.port}`;
	const clock = new SystemClock();
	const deadline = clock.now() + options.timeout;
	const port = await connectTo(clock, address.host, address.port, deadline);
	if (!port.ok) throw new CommandFailure(1, `cannot connect to ${peer}: ${REASONS[port.error] ?? 'it failed'}`);
	const session = new AtrunSession(port.value, clock);
	try {
		let login = await session.login(user, password, modeOf(options.auth), deadline);
		if (commands === undefined && process.stdin.isTTY) {
			if (!hasLogin(login)) throw new CommandFailure(1, loginFailure(peer, login));
			await converse(session, peer, login);
			return;
		}
		const results: CommandResult[] = [];
		if (hasLogin(login)) {
			for await (const command of commands ?? linesOfInput()) {
				const result = await session.execute(command, clock.now() + options.timeout);
				results.push(result);
				if (options.json !== true) print(result);
				if (result.final === null) break;
			}
		}
		// authMode 0 says nothing about a wrong password: it hangs up instead of answering.
		const [first] = results;
		if (
			login === 'sent' &&
			first !== undefined &&
			first.final === null &&
			first.lines.length === 0 &&
			session.ended !== undefined
		) {
			login = 'refused';
			results.length = 0;
		}
		if (options.json === true) process.stdout.write(`${JSON.stringify({ peer, login, results })}\n`);
		if (!hasLogin(login)) throw new CommandFailure(1, loginFailure(peer, login));
		const last = results.at(-1);
		if (last?.final === null) throw new CommandFailure(1, unanswered(last, session.ended, options.timeout));
		if (results.some(result => result.final !== 'OK' && !result.final?.startsWith('CONNECT')))
			throw new CommandFailure(1, '');
	} finally {
		session.close();
	}
}

function commandsOf(options: ConnectOptions): readonly string[] | undefined {
	for (const command of options.exec ?? []) {
		if (command.trim() === '') throw new CommandFailure(2, '--exec needs a command line');
		if (RESERVED.test(command)) throw new CommandFailure(2, '--exec takes one command line: give it once for each');
	}
	if (options.json === true && options.exec === undefined && process.stdin.isTTY) {
		throw new CommandFailure(2, '--json needs --exec');
	}
	return options.exec;
}

async function credential(given: string | undefined, prompt: string, hidden: boolean, option: string): Promise<string> {
	if (given === undefined && !process.stdin.isTTY) {
		throw new CommandFailure(2, `connect needs ${option} where there is no terminal to ask`);
	}
	const text = given ?? (await ask(prompt, hidden));
	if (RESERVED.test(text)) throw new CommandFailure(2, `${option}: it has a line end inside`);
	return text;
}

function modeOf(option: ConnectOptions['auth']): AuthMode | undefined {
	return option === 'auto' ? undefined : option === '0' ? 0 : 1;
}

function hasLogin(login: LoginOutcome): boolean {
	return login === 'successful' || login === 'sent';
}

function loginFailure(peer: string, login: LoginOutcome): string {
	if (login === 'timeout') return `${peer} did not finish the login in time`;
	return `${peer} closed the connection at the login: wrong user or password, or its firewall does not let this address in`;
}

function unanswered(result: CommandResult, ended: string | undefined, timeout: number): string {
	const command = printable(result.command);
	if (ended !== undefined) return `the connection ended before ${command} was answered (${ended})`;
	return `no answer to ${command} within ${timeout / 1000} s`;
}

function print(result: CommandResult): void {
	const shown = [result.command, ...result.lines];
	if (result.final !== null) shown.push(result.final);
	for (const line of shown) process.stdout.write(`${printable(line)}\n`);
}
