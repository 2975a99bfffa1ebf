import type { Command } from 'commander';
import { joinAnswer, type OpenedSms, openDigestSms, type RequesterSecrets } from '../../../src/sms/requester.js';
import { isoOf } from '../../../src/sms/timestamp.js';
import { NodeDigest } from '../node-digest.js';
import { printable } from '../printable.js';
import { CommandFailure } from './failure.js';
import type { PasswordOptions } from './options.js';
import { counterOption, imeiOption, keyFrom, SMS_REASONS, whiteListPasswordFrom } from './sms-options.js';

interface VerifyOptions extends PasswordOptions {
	readonly keyFile?: string;
	readonly imei?: string;
	readonly counter?: number;
	readonly json?: boolean;
}

type Report = Readonly<Record<string, string | number | boolean | null>>;

export function addSmsVerify(sms: Command): void {
	sms
		.command('verify')
		.description('Verify a digest request or the SMS of a digest answer; exit code 1 where it is not valid.')
		.argument('<pdu...>', 'PDUs as AT+CMGR prints them; all SMS of one answer, in any order')
		.option('--password <text>', 'the password that was signed with; others of this machine can see it')
		.option('--password-file <path>', 'a file whose first line is the password (else: ATRUN_PASSWORD)')
		.option('--key-file <path>', 'the key that was signed with (else: ATRUN_KEY)')
		.option('--imei <imei>', 'with a key: the board’s, as AT+CGSN prints it', imeiOption)
		.option('--counter <n>', 'with a key: the counter of the request that this must answer', counterOption)
		.option(
			'--json',
			'print one JSON document: { "valid", "text", "kind", "version", "transactionId", "sessionId" or "keyId", "counter", "parts", "total", "digest", "peer", "timestamp" }',
		)
		.addHelpText(
			'after',
			'\nExample:\n  atrun sms verify --password-file ./password 0791934329002000040C9193438686761100158050…',
		)
		.action(verify);
}

function verify(pdus: readonly string[], options: VerifyOptions): void {
	const unverified = pdus.map((hex, index) => open(hex, {}, pdus.length === 1 ? 'the PDU' : `PDU ${index + 1}`));
	const secrets = secretsFor(unverified, options);
	const parts = pdus.map(hex => open(hex, secrets, 'the PDU'));
	const joined = joinAnswer(parts);
	const [first] = parts as [OpenedSms];
	const fits = options.counter === undefined || (first.ids.version === 2 && first.ids.v2.counter === options.counter);
	const valid = joined.valid && fits;
	const report: Report = {
		valid,
		text: joined.text,
		kind: first.answer ? 'answer' : 'request',
		version: first.ids.version,
		...(first.ids.version === 1 ? first.ids.v1 : first.ids.v2),
		parts: parts.length,
		total: first.segment.total,
		digest: first.digest,
		peer: first.peer,
		timestamp: first.timestamp === undefined ? null : isoOf(first.timestamp),
	};
	process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : table(report));
	if (!valid) throw new CommandFailure(1, reasonAgainst(parts, joined.complete));
}

function open(hex: string, secrets: RequesterSecrets, which: string): OpenedSms {
	const opened = openDigestSms(hex.trim(), secrets, new NodeDigest());
	if (opened.ok) return opened.value;
	throw new CommandFailure(1, `${which} cannot be verified: ${SMS_REASONS[opened.error]}`);
}

/** The secrets that the versions of the SMS take; others, as for another tool in the environment, are not even looked at. */
function secretsFor(parts: readonly OpenedSms[], options: VerifyOptions): RequesterSecrets {
	const has = (version: 1 | 2) => parts.some(({ ids }) => ids.version === version);
	const password = has(1) ? whiteListPasswordFrom(options) : undefined;
	if (has(1) && password === undefined) {
		const where = '--password-file, --password or ATRUN_PASSWORD';
		throw new CommandFailure(2, `it was signed with a password: verify needs ${where}`);
	}
	const key = has(2) ? keyFrom(options.keyFile) : undefined;
	const { imei } = options;
	if (has(2) && (key === undefined || imei === undefined)) {
		throw new CommandFailure(2, 'it was signed with a key: verify needs --key-file and --imei');
	}
	return { password, secret: key === undefined || imei === undefined ? undefined : { key, imei } };
}

function reasonAgainst(parts: readonly OpenedSms[], complete: boolean): string {
	if (parts.some(part => !part.valid)) return 'the digest is not valid';
	return complete ? 'it answers another request' : 'the SMS are not all of one answer';
}

function table(report: Report): string {
	const rows = Object.entries(report).filter(([, value]) => value !== null);
	return rows.map(([name, value]) => `${name.padEnd(16)}${printable(String(value))}\n`).join('');
}
