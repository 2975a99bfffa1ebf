import type { Command } from 'commander';
import type { PhoneNumber } from '../../../src/sms/address.js';
import { CommandFailure } from './failure.js';
import { addSigningOptions, type SigningOptions, signedBy } from './signing.js';
import { phoneOption, validityOption } from './sms-options.js';

interface SignOptions extends SigningOptions {
	readonly to: PhoneNumber;
	readonly smsc?: PhoneNumber;
	readonly validity: number;
	readonly json?: boolean;
}

const WEEK = 7 * 1440;

export function addSmsSign(sms: Command): void {
	const command = sms
		.command('sign')
		.description('Print a digest request to a board, ready for AT+CMGS in PDU mode.')
		.argument('<text>', 'the command line, such as "AT+COPS?"; one that begins with HAT gets no answer')
		.requiredOption('--to <number>', 'the number of the board', phoneOption)
		.option('--smsc <number>', 'the service centre (default: the one that the module knows)', phoneOption)
		.option('--validity <time>', 'how long the network tries: 30m, 12h, 7d, 2w', validityOption, WEEK);
	addSigningOptions(command)
		.option('--json', 'print one JSON document: { "pdu", "tpduLength", "digest" }, with --v2 also "counter"')
		.addHelpText(
			'after',
			'\nExample:\n  atrun sms sign --to +393468686711 --password-file ./password "AT+COPS?"\n  atrun sms sign --to +393468686711 --v2 --key-id 1 --key-file ./board.key --imei 357164040045671 "AT#REBOOT"',
		)
		.action(sign);
}

function sign(text: string, options: SignOptions): void {
	const { to, smsc, validity } = options;
	const signed = signedBy(options, text, { to, serviceCentre: smsc, validityMinutes: validity });
	if (signed === undefined) {
		throw new CommandFailure(2, 'sign needs --password-file, --password or ATRUN_PASSWORD, or else --v2 and a key');
	}
	const { hex, tpduLength, digest, ids } = signed;
	if (options.json !== true) process.stdout.write(`AT+CMGS=${tpduLength}\n${hex}\n`);
	else {
		const more = ids.version === 2 ? { counter: ids.v2.counter } : {};
		process.stdout.write(`${JSON.stringify({ pdu: hex, tpduLength, digest, ...more })}\n`);
	}
}
