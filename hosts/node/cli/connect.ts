import { type Command, Option } from 'commander';
import { AtrunSession, type AuthMode, type CommandResult, type LoginOutcome } from '../atrun-session.js';
import { connectTo } from '../host-network.js';
import { type KeyLoginOutcome, loginByKey } from '../key-login.js';
import { SystemClock } from '../system-clock.js';
import { commandsFrom, printResult, type Work, type Worker, work, workFailure } from './command-run.js';
import { ask, converse, linesOfInput } from './conversation.js';
import { CommandFailure } from './failure.js';
import { imageFrom } from './image-options.js';
import { addKeyOptions, type KeyOptions, keyLoginFailure, requesterKeyFrom } from './key-options.js';
import { type Address, addressOption, type PasswordOptions, passwordFrom, repeated, timeoutOption } from './options.js';
import { showProgress } from './progress.js';
import { scriptFrom } from './upload-option.js';

interface ConnectOptions extends PasswordOptions, KeyOptions {
	readonly user?: string;
	readonly auth: 'auto' | '0' | '1' | '2';
	readonly upload?: readonly string[];
	readonly exec?: readonly string[];
	readonly ota?: string;
	readonly timeout: number;
	readonly json?: boolean;
}

/** How the login went; the IMEI where the board told one. */
interface Entry {
	readonly outcome: LoginOutcome | KeyLoginOutcome;
	readonly imei: string | undefined;
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
	const command = program
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
		);
	addKeyOptions(command)
		.addOption(
			new Option(
				'--auth <mode>',
				'the board’s authMode: 0 does not ask, 1 asks, 2 challenges; auto waits whether it asks, and is 2 with --key-id',
			)
				.choices(['auto', '0', '1', '2'])
				.default('auto'),
		)
		.option(
			'--upload <file[=name]>',
			'store this file on the board, under its own name or another of at most 16 characters, and end; may be given several times',
			repeated,
		)
		.option(
			'--exec <command>',
			'run this command line, after the uploads, and end; may be given several times',
			repeated,
		)
		.option(
			'--ota <image>',
			'send this image of a firmware, after everything else, from where an earlier try ended, and have it tried',
		)
		.addOption(timeoutOption('for the connection with its login, and for each command'))
		.option(
			'--json',
			'with --exec, --upload or --ota: print one JSON document: { "peer", "login", "imei"?, "results": [{ "command", "lines", "final", "ms", "upload"?, "update"? }] }',
		)
		.addHelpText(
			'after',
			`
Without --exec, --upload and --ota, a terminal gives a prompt with line editing; lines from a pipe or a file are run one after the other.
A board in authMode 2 needs a key instead of user and password, and proves by it that it is the right board. The key protects
the login, not what follows: others on the way can still read and change that.

Example:
  ATRUN_PASSWORD=testpassw atrun connect 127.0.0.1 --user testuser --exec AT+CREG? --exec AT+CSQ
  atrun connect 10.0.0.7 --key-id 1 --key-file ./board.key --upload ./job.lua=job --exec 'AT#ESCRIPT="job"'`,
		)
		.action(runConnect);
}

async function runConnect(address: Address, options: ConnectOptions): Promise<void> {
	const todo = workOf(options);
	const login = await loginOf(options);
	const peer = `${address.host}:${address.port}`;
	const clock = new SystemClock();
	const deadline = clock.now() + options.timeout;
	const port = await connectTo(clock, address.host, address.port, deadline);
	if (!port.ok) throw new CommandFailure(1, `cannot connect to ${peer}: ${REASONS[port.error] ?? 'it failed'}`);
	const session = new AtrunSession(port.value, clock);
	try {
		const entry = await login(session, deadline);
		if (todo === undefined && process.stdin.isTTY) {
			if (!hasLogin(entry)) throw new CommandFailure(1, loginFailure(peer, entry, options));
			await converse(session, peer, entry.outcome === 'successful');
			return;
		}
		const worker: Worker = {
			session,
			clock,
			timeout: options.timeout,
			onResult: options.json ? () => {} : printResult,
			onProgress: showProgress(),
		};
		const done = hasLogin(entry) ? await work(todo ?? { uploads: [], commands: linesOfInput() }, worker) : [];
		const late = lateOutcome(entry, done, session);
		const results = late === entry ? done : [];
		if (options.json === true) {
			const proved = late.imei !== undefined && late.outcome === 'successful' ? { imei: late.imei } : {};
			process.stdout.write(`${JSON.stringify({ peer, login: late.outcome, ...proved, results })}\n`);
		}
		if (!hasLogin(late)) throw new CommandFailure(1, loginFailure(peer, late, options));
		const failed = workFailure(results, session, options.timeout);
		if (failed !== undefined) throw new CommandFailure(1, failed);
	} finally {
		session.close();
	}
}

/** What `--upload`, `--exec` and `--ota` say; undefined: none is given. */
function workOf(options: ConnectOptions): Work | undefined {
	const commands = commandsFrom(options.exec);
	const uploads = options.upload?.map(scriptFrom);
	const image = options.ota === undefined ? undefined : imageFrom(options.ota);
	if (commands === undefined && uploads === undefined && image === undefined) {
		if (options.json === true && process.stdin.isTTY) {
			throw new CommandFailure(2, '--json needs --exec, --upload or --ota');
		}
		return undefined;
	}
	return { uploads: uploads ?? [], commands: commands ?? [], image };
}

/** The way in that the options choose: a key, or user and password, which are asked for where they are left out. */
async function loginOf(options: ConnectOptions): Promise<(session: AtrunSession, deadline: number) => Promise<Entry>> {
	const key = requesterKeyFrom(options);
	if (key !== undefined) {
		// A board that does not ask for the key could be anybody's: it gets no password instead.
		for (const [name, given] of Object.entries({
			user: options.user,
			password: options.password,
			'password-file': options.passwordFile,
		})) {
			if (given !== undefined) throw new CommandFailure(2, `--${name} does not go with --key-id`);
		}
		if (options.auth === '0' || options.auth === '1') {
			throw new CommandFailure(2, '--key-id is for authMode 2: leave --auth out');
		}
		return (session, deadline) => loginByKey(session, key, deadline);
	}
	if (options.auth === '2') throw new CommandFailure(2, '--auth 2 needs --key-id and --key-file');
	const user = await credential(options.user, 'Username: ', false, '--user');
	const password = await credential(
		passwordFrom(options),
		'Password: ',
		true,
		'--password, --password-file or ATRUN_PASSWORD',
	);
	const mode: AuthMode | undefined = options.auth === 'auto' ? undefined : options.auth === '0' ? 0 : 1;
	return async (session, deadline) => ({
		outcome: await session.login(user, password, mode, deadline),
		imei: undefined,
	});
}

async function credential(given: string | undefined, prompt: string, hidden: boolean, option: string): Promise<string> {
	if (given === undefined && !process.stdin.isTTY) {
		throw new CommandFailure(2, `connect needs ${option} where there is no terminal to ask`);
	}
	const text = given ?? (await ask(prompt, hidden));
	if (RESERVED.test(text)) throw new CommandFailure(2, `${option}: it has a line end inside`);
	return text;
}

function hasLogin({ outcome }: Entry): boolean {
	return outcome === 'successful' || outcome === 'sent';
}

/**
 * What the first answer says of a login that the board did not confirm: authMode 0 tells a wrong password by hanging up, and a
 * challenge may come when the password is already gone.
 */
function lateOutcome(entry: Entry, [first]: readonly CommandResult[], session: AtrunSession): Entry {
	if (entry.outcome !== 'sent' || first === undefined || first.final !== null || session.ended === undefined) {
		return entry;
	}
	if (first.lines.length === 0) return { ...entry, outcome: 'refused' };
	return first.lines.some(line => line.startsWith('#ATRUN: CHALLENGE,')) ? { ...entry, outcome: 'challenged' } : entry;
}

function loginFailure(peer: string, { outcome, imei }: Entry, { keyId }: ConnectOptions): string {
	if (outcome === 'challenged') return `${peer} asks for a key: give --key-id and --key-file`;
	if (keyId !== undefined) {
		const advice = outcome === 'unchallenged' ? ': its authMode is not 2, or it is not the board' : '';
		return `${keyLoginFailure(peer, outcome as Exclude<KeyLoginOutcome, 'successful'>, imei)}${advice}`;
	}
	if (outcome === 'timeout') return `${peer} did not finish the login in time`;
	return `${peer} closed the connection at the login: wrong user or password, or its firewall does not let this address in`;
}
