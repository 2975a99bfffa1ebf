import type { Command } from 'commander';
import type { Result } from '../../../src/base/result.js';
import type { PhoneNumber } from '../../../src/sms/address.js';
import { MAX_TEXT_V1 } from '../../../src/sms/digest-v1.js';
import { MAX_TEXT_V2 } from '../../../src/sms/digest-v2.js';
import type { PduError } from '../../../src/sms/pdu-error.js';
import { isCommandText, type SignedRequest, signRequestV1, signRequestV2 } from '../../../src/sms/requester.js';
import { NodeDigest } from '../node-digest.js';
import { RequestCounter } from '../request-counter.js';
import { stateHome } from '../state-home.js';
import { CommandFailure } from './failure.js';
import type { PasswordOptions } from './options.js';
import {
	counterOption,
	imeiOption,
	keyFrom,
	phoneOption,
	SMS_REASONS,
	validityOption,
	whiteListPasswordFrom,
	wholeOption,
} from './sms-options.js';

interface SignOptions extends PasswordOptions {
	readonly to: PhoneNumber;
	readonly smsc?: PhoneNumber;
	readonly transaction?: number;
	readonly session?: number;
	readonly validity: number;
	readonly v2?: boolean;
	readonly keyId?: number;
	readonly keyFile?: string;
	readonly imei?: string;
	readonly counter?: number;
	readonly json?: boolean;
}

/** What is printed; `counter` only with version 2. */
interface Signed extends SignedRequest {
	readonly counter?: number;
}

const WEEK = 7 * 1440;
const DEFAULT_SESSION = 1;

export function addSmsSign(sms: Command): void {
	sms
		.command('sign')
		.description('Print a digest request to a board, ready for AT+CMGS in PDU mode.')
		.argument('<text>', 'the command line, such as "AT+COPS?"; one that begins with HAT gets no answer')
		.requiredOption('--to <number>', 'the number of the board', phoneOption)
		.option('--smsc <number>', 'the service centre (default: the one that the module knows)', phoneOption)
		.option('--validity <time>', 'how long the network tries: 30m, 12h, 7d, 2w', validityOption, WEEK)
		.option('--password <text>', 'a password of the board’s white list; others of this machine can see it')
		.option('--password-file <path>', 'a file whose first line is the password (else: ATRUN_PASSWORD)')
		.option('--transaction <n>', 'transaction id, 0 to 255, which the answer repeats (default: 0)', wholeOption(0, 255))
		.option('--session <n>', `session id, 0 to 255, likewise (default: ${DEFAULT_SESSION})`, wholeOption(0, 255))
		.option('--v2', 'sign with a key instead: safe against replay')
		.option('--key-id <n>', 'with --v2: which of the board’s keys, 1 to 4', wholeOption(1, 4))
		.option('--key-file <path>', 'with --v2: the file that "atrun keygen" made (else: ATRUN_KEY)')
		.option('--imei <imei>', 'with --v2: the board’s, as AT+CGSN prints it', imeiOption)
		.option('--counter <n>', 'with --v2: instead of the larger of the time and the last one plus one', counterOption)
		.option('--json', 'print one JSON document: { "pdu", "tpduLength", "digest" }, with --v2 also "counter"')
		.addHelpText(
			'after',
			'\nExample:\n  atrun sms sign --to +393468686711 --password-file ./password "AT+COPS?"\n  atrun sms sign --to +393468686711 --v2 --key-id 1 --key-file ./board.key --imei 357164040045671 "AT#REBOOT"',
		)
		.action(sign);
}

function sign(text: string, options: SignOptions): void {
	if (!isCommandText(text)) throw new CommandFailure(2, 'a request begins with AT, or with HAT for no answer');
	const signed = options.v2 === true ? signV2(text, options) : signV1(text, options);
	const { hex, tpduLength, digest, counter } = signed;
	if (options.json !== true) process.stdout.write(`AT+CMGS=${tpduLength}\n${hex}\n`);
	else {
		const more = counter === undefined ? {} : { counter };
		process.stdout.write(`${JSON.stringify({ pdu: hex, tpduLength, digest, ...more })}\n`);
	}
}

function signV1(text: string, options: SignOptions): Signed {
	refuse(options, { keyId: '--key-id', keyFile: '--key-file', imei: '--imei', counter: '--counter' }, 'goes with --v2');
	const password = whiteListPasswordFrom(options);
	if (password === undefined) {
		throw new CommandFailure(2, 'sign needs --password-file, --password or ATRUN_PASSWORD, or else --v2 and a key');
	}
	const ids = { transactionId: options.transaction ?? 0, sessionId: options.session ?? DEFAULT_SESSION };
	return requestOf(signRequestV1(text, password, ids, deliveryOf(options), new NodeDigest()), text, MAX_TEXT_V1);
}

function signV2(text: string, options: SignOptions): Signed {
	refuse(
		options,
		{ password: '--password', passwordFile: '--password-file', transaction: '--transaction', session: '--session' },
		'does not go with --v2',
	);
	const { keyId, imei } = options;
	const key = keyFrom(options.keyFile);
	if (keyId === undefined || imei === undefined || key === undefined) {
		throw new CommandFailure(2, '--v2 needs --key-id, --imei and --key-file');
	}
	const digest = new NodeDigest();
	const secret = { key, imei };
	const make = (counter: number) =>
		requestOf(signRequestV2(text, secret, { keyId, counter }, deliveryOf(options), digest), text, MAX_TEXT_V2);
	// What cannot be signed at all uses no counter up.
	make(1);
	const counter = new RequestCounter(stateHome(), digest).next(key, Date.now() / 1000, options.counter);
	if (!counter.ok) throw new CommandFailure(1, counter.error);
	return { ...make(counter.value), counter: counter.value };
}

/** Fails where one of these options is given. */
function refuse(options: SignOptions, names: { readonly [key in keyof SignOptions]?: string }, why: string): void {
	for (const [key, name] of Object.entries(names)) {
		if (options[key as keyof SignOptions] !== undefined) throw new CommandFailure(2, `${name} ${why}`);
	}
}

function deliveryOf({ to, smsc, validity }: SignOptions) {
	return { to, serviceCentre: smsc, validityMinutes: validity };
}

function requestOf(signed: Result<SignedRequest, PduError>, text: string, most: number): SignedRequest {
	if (signed.ok) return signed.value;
	const reason =
		signed.error === 'too-long' ? `it has ${text.length} characters, ${most} fit` : SMS_REASONS[signed.error];
	throw new CommandFailure(1, `the request cannot be made: ${reason}`);
}
