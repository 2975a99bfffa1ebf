import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { isNumber } from '../control-protocol.js';
import { FileStore } from '../file-store.js';
import { reasonOf } from '../system-error.js';
import { CommandFailure } from './failure.js';

export interface Address {
	readonly host: string;
	readonly port: number;
}

/** `--timeout`, 60 seconds where it is left out; its value is in milliseconds. */
export function timeoutOption(what: string): Option {
	return new Option('--timeout <seconds>', what).argParser(secondsOption).default(60_000, '60');
}

/** A TCP port, 1–65535. */
export function portOption(text: string): number {
	return whole(text, 1, 65535, 'a port is a number from 1 to 65535');
}

/** Baud, by what serial lines can do. */
export function baudOption(text: string): number {
	return whole(text, 300, 4_000_000, 'a rate is a number of baud, such as 115200');
}

/** Whole or broken seconds, more than 0 and at most an hour; gives milliseconds. */
export function secondsOption(text: string): number {
	const seconds = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(seconds > 0 && seconds <= 3600)) throw new InvalidArgumentError('It must be seconds, from 0.1 to 3600.');
	return seconds * 1000;
}

/** A number of the simulated network. */
export function numberOption(text: string): string {
	if (!isNumber(text)) throw new InvalidArgumentError('It must be a number such as +393297308677.');
	return text;
}

/** Name of an access point, as `#ATRUNWIFI` takes it. */
export function accessPointOption(text: string): string {
	if (!/^[\x20-\x7e]{1,32}$/.test(text) || /["\\]/.test(text))
		throw new InvalidArgumentError(
			'It must be a name of 1 to 32 printable characters, without quotes and backslashes.',
		);
	return text;
}

/** `<port>`, `<host>` or `<host>:<port>`; what is left out comes from the defaults. */
export function addressOption(text: string, defaults: Address): Address {
	if (/^[0-9]+$/.test(text)) return { host: defaults.host, port: portOption(text) };
	const [, host, port] = /^([A-Za-z0-9.-]+)(?::([0-9]+))?$/.exec(text) ?? [];
	if (host === undefined) throw new InvalidArgumentError('It must be <host> or <host>:<port>.');
	return { host, port: port === undefined ? defaults.port : portOption(port) };
}

/** The records in a directory; `option` is named where they cannot be kept there. */
export function storeAt(directory: string, option: string): FileStore {
	const store = FileStore.open(directory);
	if (!store.ok) throw new CommandFailure(2, `${store.error} (${option})`);
	return store.value;
}

/** Collects an option that may be given several times. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
	return [...before, text];
}

export interface PasswordOptions {
	readonly password?: string;
	readonly passwordFile?: string;
}

/** The password by option, file or the environment's ATRUN_PASSWORD, in this order; undefined where none says it. */
export function passwordFrom(options: PasswordOptions): string | undefined {
	if (options.password !== undefined) return options.password;
	if (options.passwordFile === undefined) return process.env.ATRUN_PASSWORD;
	try {
		return readFileSync(options.passwordFile, 'utf8').replace(/\r?\n$/, '');
	} catch (error) {
		throw new CommandFailure(2, `cannot read ${options.passwordFile} (--password-file): ${reasonOf(error)}`);
	}
}

function whole(text: string, least: number, most: number, message: string): number {
	const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
	if (!(value >= least && value <= most))
		throw new InvalidArgumentError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`);
	return value;
}
