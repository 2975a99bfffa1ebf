import { type Command, Option } from 'commander';
import { parseNumber } from '../../../src/sms/address.js';
import { orderSms } from '../control-client.js';
import { CONTROL_PORT, type SmsExchange, type SmsOrder } from '../control-protocol.js';
import { linesOf, printable } from '../printable.js';
import { type DigestAnswer, openAnswer } from './digest-answer.js';
import { CommandFailure } from './failure.js';
import { type Address, addressOption, numberOption, timeoutOption } from './options.js';
import { addSigningOptions, type Signed, type SigningOptions, signedBy } from './signing.js';

interface MobileOptions extends SigningOptions {
	readonly from: string;
	readonly to?: string;
	readonly control: Address;
	readonly timeout: number;
	readonly json?: boolean;
}

/** How long the network would try, in minutes. */
const WEEK = 7 * 1440;
const CONTROL: Address = Object.freeze({ host: '127.0.0.1', port: CONTROL_PORT });

export function addMobile(program: Command): void {
	const command = program
		.command('mobile')
		.description('Send an SMS from a mobile of the simulated network and print the answer.')
		.argument('<text>', 'the text, such as "AT+COPS?"; HAT… gets no answer, and none is waited for without --timeout')
		.requiredOption('--from <number>', 'the number of the mobile', numberOption)
		.option('--to <number>', 'the number to write to (default: the simulated board)', numberOption)
		.addOption(controlOption())
		.addOption(timeoutOption('how long to wait for the answer, with all its SMS'));
	addSigningOptions(command)
		.option(
			'--json',
			'print one JSON document: { "to", "sent": [pdu], "answer": { "text", "parts", "pdus" } | null, "ms" }, where it was signed also "valid"',
		)
		.addHelpText(
			'after',
			'\nWith a password or a key the request is signed, and the digests of the answer are verified.\n\nExample:\n  atrun mobile --from +393297308677 "AT+COPS?"\n  atrun mobile --from +491711234567 --password-file ./password "AT+COPS?"',
		)
		.action(runMobile);
}

function controlOption(): Option {
	return new Option('--control <[host:]port>', 'where the simulator listens')
		.argParser(text => addressOption(text, CONTROL))
		.default(CONTROL, `${CONTROL.host}:${CONTROL.port}`);
}

async function runMobile(text: string, options: MobileOptions, command: Command): Promise<void> {
	const silent = /^\s*HAT/i.test(text);
	const waits = !silent || command.getOptionValueSource('timeout') === 'cli';
	const { from, to, control } = options;
	const signed = sign(text, options);
	const content = signed === undefined ? { text } : { pdu: signed.hex };
	const order: SmsOrder = { from, ...(to !== undefined && { to }), ...content, timeoutMs: waits ? options.timeout : 0 };
	const exchange = await orderSms(control.host, control.port, order);
	if (!exchange.ok) throw new CommandFailure(1, exchange.error);
	const { answer } = exchange.value;
	const opened = signed === undefined || answer === null ? undefined : openAnswer(answer.pdus, signed);
	if (options.json === true) printJson(exchange.value, signed, opened);
	else if (answer !== null && opened?.problem === undefined) print(opened?.text ?? answer.text);
	if (answer === null) {
		if (silent) return;
		throw new CommandFailure(1, `no answer within ${options.timeout / 1000} s`);
	}
	if (opened?.problem !== undefined) throw new CommandFailure(1, `the answer is not valid: ${opened.problem}`);
	if (!endsWell(opened?.text ?? answer.text)) throw new CommandFailure(1, '');
}

/** The simulator replaces the number of a request that goes to its board; the digest does not cover it. */
function sign(text: string, options: MobileOptions): Signed | undefined {
	const to = parseNumber(options.to ?? options.from);
	if (!to.ok) throw new CommandFailure(2, 'the number cannot be written to (--to)');
	return signedBy(options, text, { to: to.value, validityMinutes: WEEK });
}

function print(text: string): void {
	for (const line of linesOf(text)) process.stdout.write(`${printable(line)}\n`);
}

function printJson(exchange: SmsExchange, signed: Signed | undefined, opened: DigestAnswer | undefined): void {
	const { answer } = exchange;
	const read = answer === null || opened === undefined ? answer : { ...answer, text: opened.text };
	const valid = signed === undefined ? {} : { valid: opened === undefined ? null : opened.problem === undefined };
	process.stdout.write(`${JSON.stringify({ ...exchange, answer: read, ...valid })}\n`);
}

/** The last line of an answer is its final result; V0 makes it a digit. */
function endsWell(text: string): boolean {
	const final = linesOf(text).at(-1)?.trim();
	return final === 'OK' || final === '0' || (final?.startsWith('CONNECT') ?? false);
}
