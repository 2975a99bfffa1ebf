import { type Command, Option } from 'commander';
import type { PhoneNumber } from '../../../src/sms/address.js';
import { type Alphabet, dataCodingScheme, type MessageClass } from '../../../src/sms/data-coding-scheme.js';
import { firstUncodable } from '../../../src/sms/gsm-alphabet.js';
import { splitText } from '../../../src/sms/message-parts.js';
import { type CodedPdu, decodePdu, encodePdu } from '../../../src/sms/pdu.js';
import { joinedMessages } from '../joined-messages.js';
import { describePdu, type PduDescription } from '../pdu-description.js';
import { printable } from '../printable.js';
import { CommandFailure } from './failure.js';
import { phoneOption, SMS_REASONS, wholeOption } from './sms-options.js';
import { addSmsSign } from './sms-sign.js';
import { addSmsVerify } from './sms-verify.js';

interface EncodeOptions {
	readonly to: PhoneNumber;
	readonly smsc?: PhoneNumber;
	readonly alphabet: 'auto' | Alphabet;
	readonly class?: '0' | '1' | '2' | '3';
	readonly validity: number;
	readonly reference: number;
	readonly json?: boolean;
}

interface DecodeOptions {
	readonly json?: boolean;
}

const MOST_PARTS = 255;
const DAY_MINUTES = 24 * 60;

export function addSms(program: Command): void {
	const sms = program
		.command('sms')
		.description('Make and read the PDUs that AT+CMGS takes and AT+CMGR prints.')
		.helpCommand(false);
	sms
		.command('encode')
		.description('Print the PDUs of an SMS for AT+CMGS in PDU mode, one a line; a long text makes several.')
		.argument('<text>', 'the text')
		.requiredOption('--to <number>', 'whom it is for', phoneOption)
		.option('--smsc <number>', 'the service centre (default: the one that the module knows)', phoneOption)
		.addOption(
			new Option('--alphabet <name>', 'auto takes gsm7 where it can carry the text, else ucs2')
				.choices(['auto', 'gsm7', '8bit', 'ucs2'])
				.default('auto'),
		)
		.addOption(new Option('--class <n>', 'the message class').choices(['0', '1', '2', '3']))
		.option('--validity <days>', 'how long the service centre keeps trying, 1 to 441', wholeOption(1, 441), 7)
		.option('--reference <n>', 'the reference that the parts of a long text share, 0 to 255', wholeOption(0, 255), 0)
		.option('--json', 'print one JSON document: { "alphabet", "dcs", "parts": [{ "tpduLength", "pdu" }] }')
		.addHelpText('after', '\nExample:\n  atrun sms encode --to +393297308677 "AT+COPS?"')
		.action(encode);
	sms
		.command('decode')
		.description('Print what is inside PDUs: DELIVER, SUBMIT and STATUS-REPORT, with the service centre in front.')
		.argument('<pdu...>', 'PDUs as hexadecimal')
		.option(
			'--json',
			'print one JSON document: { "messages": [{ "type", "smsc", …, "text", "userData" }], "joined": [{ "peer", "parts", "text" }] }',
		)
		.addHelpText('after', '\nExample:\n  atrun sms decode 0011000C919323790368770000AD0841EA6AF8844E7F')
		.action(decode);
	addSmsSign(sms);
	addSmsVerify(sms);
}

function encode(text: string, options: EncodeOptions): void {
	const alphabet = options.alphabet === 'auto' ? (firstUncodable(text) < 0 ? 'gsm7' : 'ucs2') : options.alphabet;
	const messageClass = options.class === undefined ? undefined : (Number(options.class) as MessageClass);
	const dcs = dataCodingScheme(alphabet, messageClass);
	const parts = splitText(text, alphabet, { max: MOST_PARTS, reference: options.reference });
	if (!parts.ok) throw new CommandFailure(1, `the text cannot be sent as ${alphabet}: ${SMS_REASONS[parts.error]}`);
	if (parts.value.cut) throw new CommandFailure(1, `the text needs more than ${MOST_PARTS} SMS`);
	const coded: CodedPdu[] = [];
	for (const part of parts.value) {
		const pdu = encodePdu({
			serviceCentre: options.smsc,
			tpdu: {
				type: 'SUBMIT',
				rejectDuplicates: false,
				replyPath: false,
				statusReport: false,
				reference: 0,
				destination: options.to,
				protocol: 0,
				dcs,
				validity: { form: 'relative', minutes: options.validity * DAY_MINUTES },
				...part,
			},
		});
		if (!pdu.ok) throw new CommandFailure(1, `the SMS cannot be made: ${SMS_REASONS[pdu.error]}`);
		coded.push(pdu.value);
	}
	if (options.json === true) {
		const list = coded.map(({ hex, tpduLength }) => ({ tpduLength, pdu: hex }));
		process.stdout.write(`${JSON.stringify({ alphabet, dcs, parts: list })}\n`);
		return;
	}
	for (const { hex } of coded) process.stdout.write(`${hex}\n`);
}

function decode(pdus: readonly string[], options: DecodeOptions): void {
	const decoded = pdus.map((hex, index) => {
		const pdu = decodePdu(hex.trim());
		if (pdu.ok) return pdu.value;
		const which = pdus.length === 1 ? 'the PDU' : `PDU ${index + 1}`;
		throw new CommandFailure(1, `${which} cannot be read: ${SMS_REASONS[pdu.error]}`);
	});
	const messages = decoded.map(describePdu);
	const joined = joinedMessages(decoded.map(({ tpdu }) => tpdu));
	if (options.json === true) {
		process.stdout.write(`${JSON.stringify({ messages, joined })}\n`);
		return;
	}
	const whole = joined.map(({ peer, parts, text }) => table({ joined: `${parts} parts, ${peer}`, text }));
	process.stdout.write([...messages.map(table), ...whole].join('\n'));
}

function table(message: PduDescription): string {
	const rows = Object.entries(message).filter(([, value]) => value !== null);
	return rows.map(([name, value]) => `${name.padEnd(16)}${printable(String(value))}\n`).join('');
}
