import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { parseKey } from '../../../src/access/key-ring.js';
import { type PhoneNumber, parseNumber } from '../../../src/sms/address.js';
import { MAX_COUNTER } from '../../../src/sms/digest-v2.js';
import type { PduError } from '../../../src/sms/pdu-error.js';
import { PASSWORD_LENGTH } from '../../../src/sms/requester.js';
import { relativeMinutes } from '../../../src/sms/validity.js';
import { reasonOf } from '../system-error.js';
import { CommandFailure } from './failure.js';
import { type PasswordOptions, passwordFrom } from './options.js';

/** What is wrong with an SMS, in words for the user. */
export const SMS_REASONS: Readonly<Record<PduError | 'no-digest', string>> = Object.freeze({
	hex: 'it is no hexadecimal text',
	truncated: 'octets are missing',
	surplus: 'octets are left over at the end',
	type: 'its message type is none that is read here',
	address: 'it has an address that cannot be',
	header: 'the lengths inside its user data header contradict each other',
	'too-long': 'it is longer than an SMS can be',
	uncodable: 'it has a character that the alphabet lacks',
	compressed: 'it is compressed',
	range: 'a value is out of its range, or it needs more SMS than one message can have',
	'no-digest': 'it is no digest SMS',
});

const MINUTES: Readonly<Record<string, number>> = Object.freeze({ m: 1, h: 60, d: 1440, w: 10080 });
const LONGEST_VALIDITY = relativeMinutes(255);

/** A printable phone number. */
export function phoneOption(text: string): PhoneNumber {
	const number = parseNumber(text);
	if (!number.ok) throw new InvalidArgumentError('It must be a number such as +393297308677.');
	return number.value;
}

/** A whole number of a range. */
export function wholeOption(least: number, most: number): (text: string) => number {
	return text => {
		const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
		if (!(value >= least && value <= most)) throw new InvalidArgumentError(`It must be ${least} to ${most}.`);
		return value;
	};
}

/** How long a network tries, such as `7d`; gives minutes. */
export function validityOption(text: string): number {
	const [, count, unit] = /^([0-9]{1,5})([mhdw])$/.exec(text) ?? [];
	const minutes = Number(count) * (MINUTES[unit ?? ''] ?? Number.NaN);
	if (!(minutes >= 5 && minutes <= LONGEST_VALIDITY)) {
		throw new InvalidArgumentError('It must be a time such as 30m, 12h, 7d or 2w, from 5m to 63w.');
	}
	return minutes;
}

/** A counter of digest version 2. Counter 0 is never accepted. */
export const counterOption = wholeOption(1, MAX_COUNTER);

/** The 15 digits of a module. */
export function imeiOption(text: string): string {
	if (!/^[0-9]{15}$/.test(text)) throw new InvalidArgumentError('It must be the 15 digits that AT+CGSN prints.');
	return text;
}

/** The password of a white list by option, file or environment; undefined where none says it. */
export function whiteListPasswordFrom(options: PasswordOptions): string | undefined {
	const password = passwordFrom(options);
	if (password === undefined || password.length === PASSWORD_LENGTH) return password;
	throw new CommandFailure(
		2,
		`a password of the white list has ${PASSWORD_LENGTH} characters (--password, ATRUN_PASSWORD)`,
	);
}

/** The key by file or the environment's ATRUN_KEY; undefined where neither says it. */
export function keyFrom(file: string | undefined): Uint8Array | undefined {
	const text = file === undefined ? process.env.ATRUN_KEY : keyFile(file);
	if (text === undefined) return undefined;
	const key = parseKey(text.trim());
	if (key !== undefined) return key;
	throw new CommandFailure(2, `${file ?? 'ATRUN_KEY'} has no key: 64 hexadecimal digits (--key-file)`);
}

function keyFile(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw new CommandFailure(2, `cannot read ${path} (--key-file): ${reasonOf(error)}`);
	}
}
