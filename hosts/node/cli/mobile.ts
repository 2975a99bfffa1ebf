import { type Command, Option } from 'commander';
import { orderSms } from '../control-client.js';
import { CONTROL_PORT, type SmsExchange, type SmsOrder } from '../control-protocol.js';
import { linesOf, printable } from '../printable.js';
import { CommandFailure } from './failure.js';
import { type Address, addressOption, numberOption, timeoutOption } from './options.js';

interface MobileOptions {
	readonly from: string;
	readonly to?: string;
	readonly control: Address;
	readonly timeout: number;
	readonly json?: boolean;
}

const CONTROL: Address = Object.freeze({ host: '127.0.0.1', port: CONTROL_PORT });

export function addMobile(program: Command): void {
	program
		.command('mobile')
		.description('Send an SMS from a mobile of the simulated network and print the answer.')
		.argument('<text>', 'the text, such as "AT+COPS?"; HAT… gets no answer, and none is waited for without --timeout')
		.requiredOption('--from <number>', 'the number of the mobile', numberOption)
		.option('--to <number>', 'the number to write to (default: the simulated board)', numberOption)
		.addOption(controlOption())
		.addOption(timeoutOption('how long to wait for the answer'))
		.option(
			'--json',
			'print one JSON document: { "to", "sent": [pdu], "answer": { "text", "parts", "pdus" } | null, "ms" }',
		)
		.addHelpText('after', '\nExample:\n  atrun mobile --from +393297308677 "AT+COPS?"')
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
	const order: SmsOrder = { from: options.from, text, timeoutMs: waits ? options.timeout : 0 };
	const { host, port } = options.control;
	const exchange = await orderSms(host, port, options.to === undefined ? order : { ...order, to: options.to });
	if (!exchange.ok) throw new CommandFailure(1, exchange.error);
	if (options.json === true) process.stdout.write(`${JSON.stringify(exchange.value)}\n`);
	else print(exchange.value);
	const answer = exchange.value.answer;
	if (answer === null) {
		if (silent) return;
		throw new CommandFailure(1, `no answer within ${options.timeout / 1000} s`);
	}
	if (!endsWell(answer.text)) throw new CommandFailure(1, '');
}

function print(exchange: SmsExchange): void {
	for (const line of linesOf(exchange.answer?.text ?? '')) process.stdout.write(`${printable(line)}\n`);
}

/** The last line of an answer is its final result; V0 makes it a digit. */
function endsWell(text: string): boolean {
	const final = linesOf(text).at(-1)?.trim();
	return final === 'OK' || final === '0' || (final?.startsWith('CONNECT') ?? false);
}
