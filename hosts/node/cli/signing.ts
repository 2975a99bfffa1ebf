import type { Command } from 'commander';
import type { Result } from '../../../src/base/result.js';
import { MAX_TEXT_V1 } from '../../../src/sms/digest-v1.js';
import { MAX_TEXT_V2 } from '../../../src/sms/digest-v2.js';
import type { PduError } from '../../../src/sms/pdu-error.js';
import {
	type Delivery,
	isCommandText,
	type OpenedSms,
	type RequesterSecrets,
	type SignedRequest,
	signRequestV1,
	signRequestV2,
} from '../../../src/sms/requester.js';
import { NodeDigest } from '../node-digest.js';
import { RequestCounter } from '../request-counter.js';
import { stateHome } from '../state-home.js';
import { CommandFailure } from './failure.js';
import type { PasswordOptions } from './options.js';
import { counterOption, imeiOption, keyFrom, SMS_REASONS, whiteListPasswordFrom, wholeOption } from './sms-options.js';

/** The options of whatever signs a request. */
export interface SigningOptions extends PasswordOptions {
	readonly transaction?: number;
	readonly session?: number;
	readonly v2?: boolean;
	readonly keyId?: number;
	readonly keyFile?: string;
	readonly imei?: string;
	readonly counter?: number;
}

/** A signed request, and what its answer is to be verified with. */
export interface Signed extends SignedRequest {
	readonly ids: OpenedSms['ids'];
	readonly secrets: RequesterSecrets;
}

const DEFAULT_SESSION = 1;

export function addSigningOptions(command: Command): Command {
	return command
		.option('--password <text>', 'a password of the board’s white list; others of this machine can see it')
		.option('--password-file <path>', 'a file whose first line is the password (else: ATRUN_PASSWORD)')
		.option('--transaction <n>', 'transaction id, 0 to 255, which the answer repeats (default: 0)', wholeOption(0, 255))
		.option('--session <n>', `session id, 0 to 255, likewise (default: ${DEFAULT_SESSION})`, wholeOption(0, 255))
		.option('--v2', 'sign with a key instead: safe against replay')
		.option('--key-id <n>', 'with --v2: which of the board’s keys, 1 to 4', wholeOption(1, 4))
		.option('--key-file <path>', 'with --v2: the file that "atrun keygen" made (else: ATRUN_KEY)')
		.option('--imei <imei>', 'with --v2: the board’s, as AT+CGSN prints it', imeiOption)
		.option('--counter <n>', 'with --v2: instead of the larger of the time and the last one plus one', counterOption);
}

/** Signs a request with the key or the password of the options or the environment; undefined where there is none. */
export function signedBy(options: SigningOptions, text: string, delivery: Delivery): Signed | undefined {
	if (options.v2 === true) return signV2(text, options, delivery);
	refuse(options, { keyId: '--key-id', keyFile: '--key-file', imei: '--imei', counter: '--counter' }, 'goes with --v2');
	const password = whiteListPasswordFrom(options);
	if (password !== undefined) return signV1(text, password, options, delivery);
	refuse(options, { transaction: '--transaction', session: '--session' }, 'goes with a password');
	return undefined;
}

function signV1(text: string, password: string, options: SigningOptions, delivery: Delivery): Signed {
	checkCommand(text);
	const v1 = { transactionId: options.transaction ?? 0, sessionId: options.session ?? DEFAULT_SESSION };
	const request = requestOf(signRequestV1(text, password, v1, delivery, new NodeDigest()), text, MAX_TEXT_V1);
	return { ...request, ids: { version: 1, v1 }, secrets: { password } };
}

function signV2(text: string, options: SigningOptions, delivery: Delivery): Signed {
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
	checkCommand(text);
	const digest = new NodeDigest();
	const secret = { key, imei };
	const make = (counter: number) =>
		requestOf(signRequestV2(text, secret, { keyId, counter }, delivery, digest), text, MAX_TEXT_V2);
	// What cannot be signed at all uses no counter up.
	make(1);
	const counter = new RequestCounter(stateHome(), digest).next(key, Date.now() / 1000, options.counter);
	if (!counter.ok) throw new CommandFailure(1, counter.error);
	return {
		...make(counter.value),
		ids: { version: 2, v2: { keyId, counter: counter.value } },
		secrets: { secret },
	};
}

function checkCommand(text: string): void {
	if (!isCommandText(text)) throw new CommandFailure(2, 'a request begins with AT, or with HAT for no answer');
}

/** Fails where one of these options is given. */
function refuse(
	options: SigningOptions,
	names: { readonly [key in keyof SigningOptions]?: string },
	why: string,
): void {
	for (const [key, name] of Object.entries(names)) {
		if (options[key as keyof SigningOptions] !== undefined) throw new CommandFailure(2, `${name} ${why}`);
	}
}

function requestOf(signed: Result<SignedRequest, PduError>, text: string, most: number): SignedRequest {
	if (signed.ok) return signed.value;
	const reason =
		signed.error === 'too-long' ? `it has ${text.length} characters, ${most} fit` : SMS_REASONS[signed.error];
	throw new CommandFailure(1, `the request cannot be made: ${reason}`);
}
