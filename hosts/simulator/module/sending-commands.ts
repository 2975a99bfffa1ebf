import { pause } from '../../../src/base/deadline.js';
import { bytesOfHex, hexOf } from '../../../src/base/hex.js';
import { failure, type Result, success } from '../../../src/base/result.js';
import { textOf } from '../../../src/base/text.js';
import { type Address, numberOf, parseNumber } from '../../../src/sms/address.js';
import { codingSchemeOf } from '../../../src/sms/data-coding-scheme.js';
import { splitText } from '../../../src/sms/message-parts.js';
import { decodePdu, encodePdu } from '../../../src/sms/pdu.js';
import type { Submit } from '../../../src/sms/submit.js';
import type { UserData } from '../../../src/sms/user-data.js';
import { relativeMinutes, type Validity } from '../../../src/sms/validity.js';
import type { MessageStatus } from '../sim-card.js';
import { decodeSmsCommand, type SmsCommand } from '../sms-command.js';
import { integerAt, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, cms, OK, type Outcome } from './command.js';
import { STATUS_TEXTS } from './message-format.js';
import type { Profile } from './profile.js';
import { ALPHABETS, fromTerminal } from './text-alphabet.js';
import { TIMING } from './timing.js';

const NOT_ALLOWED = 302;
const INVALID_PDU = 304;
const INVALID_TEXT = 305;
const INVALID_INDEX = 321;
const MEMORY_FULL = 322;
const NO_SERVICE_CENTRE = 330;
const NO_NETWORK = 331;
const UNKNOWN = 500;

const LEAST_TPDU = 7;
const MOST_TPDU = 164;
/** What one prompt collects: a PDU in hexadecimal, or ten parts in the longest of the alphabets. */
const MOST_OCTETS = 6200;
const MOST_PARTS = 10;
const STORED_UNSENT = 2;
const STORED_SENT = 3;

/** A number as the DTE writes it, in its character set (27.005 3.1 `<da>`), with its type of address. */
function addressIn(profile: Profile, given: string, type: number | undefined): Address | undefined {
	const text = fromTerminal(given, profile.alphabet);
	if (!text.ok || type === undefined) return undefined;
	const number = type === 145 && !text.value.startsWith('+') ? `+${text.value}` : text.value;
	const parsed = parseNumber(number);
	return parsed.ok ? parsed.value : undefined;
}

/** The destination of text mode: `<da>[,<toda>]`. */
function destinationOf({ instance, parameters }: CommandContext): Address | undefined {
	const given = textAt(parameters, 0);
	if (given === undefined) return undefined;
	return addressIn(instance.profile, given, integerAt(parameters, 1, 128, 255, 129));
}

/** The SUBMITs that the typed data makes, or the +CMS code of what is wrong with it. */
function submitsOfText(context: CommandContext, destination: Address, data: string): Result<Submit[], number> {
	const { profile } = context.instance;
	const [first = 17, validity = 167, protocol = 0, dcs = 0] = profile.textParameters;
	const frame = {
		type: 'SUBMIT',
		rejectDuplicates: (first & 0x04) !== 0,
		replyPath: (first & 0x80) !== 0,
		statusReport: (first & 0x20) !== 0,
		reference: 0,
		destination,
		protocol,
		dcs,
		validity: (first & 0x18) === 0x10 ? relative(validity) : undefined,
	} as const;
	const make = (part: UserData): Submit => ({ ...frame, ...part });
	const { alphabet } = codingSchemeOf(dcs);
	if (alphabet === '8bit') {
		const content = bytesOfHex(data);
		return content === undefined || content.length > 140
			? failure(INVALID_TEXT)
			: success([make({ header: undefined, content })]);
	}
	const text = fromTerminal(data, alphabet === 'ucs2' ? 'UCS2' : profile.alphabet);
	if (!text.ok) return failure(INVALID_TEXT);
	const parts = splitText(text.value, alphabet, { max: MOST_PARTS, reference: context.firmware.messages.nextGroup() });
	if (!parts.ok || parts.value.cut) return failure(INVALID_TEXT);
	return success([...parts.value].map(make));
}

function relative(octet: number): Validity {
	return { form: 'relative', minutes: relativeMinutes(octet) };
}

/** Prompts for the message of +CMGS or +CMGW and makes its SUBMITs. Undefined: aborted with ESC. */
async function collect(context: CommandContext): Promise<Result<Submit[], number> | undefined> {
	const { instance, firmware } = context;
	const pduMode = instance.profile.textMode === 0;
	const length = pduMode ? integerAt(context.parameters, 0, LEAST_TPDU, MOST_TPDU) : 0;
	const destination = pduMode ? undefined : destinationOf(context);
	if (length === undefined) return failure(INVALID_PDU);
	if (!pduMode && destination === undefined) return failure(INVALID_PDU);
	await pause(firmware.clock, TIMING.prompt);
	const data = await instance.prompt({ kind: 'text', max: MOST_OCTETS });
	if (data === undefined) return undefined;
	const text = textOf(data);
	if (destination !== undefined) return submitsOfText(context, destination, text.replace(/\r\n?/g, '\r\n'));
	const pdu = decodePdu(text.replace(/[\r\n ]/g, ''));
	if (!pdu.ok || pdu.value.tpduLength !== length || pdu.value.tpdu.type !== 'SUBMIT') return failure(INVALID_PDU);
	return success([pdu.value.tpdu]);
}

async function transmit(context: CommandContext, name: string, submits: readonly Submit[]): Promise<Outcome> {
	const { firmware, instance } = context;
	const { sim } = firmware.board;
	if (sim.serviceCentre === '') return cms(NO_SERVICE_CENTRE);
	for (const submit of submits) {
		await pause(firmware.clock, firmware.messages.takeLink(instance));
		if (!firmware.messages.canExchange) return cms(NO_NETWORK);
		if (!firmware.messages.mayWriteTo(numberOf(submit.destination) ?? '')) return cms(NOT_ALLOWED);
		const reference = firmware.messages.send(submit);
		if (reference === undefined) return cms(UNKNOWN);
		instance.print(`${name}: ${reference}`);
	}
	firmware.messages.keepLink(instance);
	return OK;
}

async function send(context: CommandContext): Promise<Outcome> {
	const submits = await collect(context);
	if (submits === undefined) return OK;
	return submits.ok ? transmit(context, '+CMGS', submits.value) : cms(submits.error);
}

/** +CMGW: stores a message, as unsent unless told otherwise. */
async function write(context: CommandContext): Promise<Outcome> {
	const status = statusOf(context);
	if (status === undefined) return BAD_PARAMETER;
	const submits = await collect(context);
	if (submits === undefined) return OK;
	if (!submits.ok) return cms(submits.error);
	const { sim } = context.firmware.board;
	const centre = parseNumber(sim.serviceCentre);
	for (const submit of submits.value) {
		const coded = encodePdu({ serviceCentre: centre.ok ? centre.value : undefined, tpdu: submit });
		const pdu = coded.ok ? bytesOfHex(coded.value.hex) : undefined;
		if (pdu === undefined) return cms(INVALID_PDU);
		const index = sim.store(status, pdu);
		if (index === 0) return cms(MEMORY_FULL);
		context.instance.print(`+CMGW: ${index}`);
	}
	return OK;
}

function statusOf({ instance, parameters }: CommandContext): MessageStatus | undefined {
	if (instance.profile.textMode === 0)
		return integerAt(parameters, 1, 0, 3, STORED_UNSENT) as MessageStatus | undefined;
	const text = textAt(parameters, 2, STATUS_TEXTS[STORED_UNSENT]);
	const status = STATUS_TEXTS.indexOf(text ?? '');
	return status < 0 ? undefined : (status as MessageStatus);
}

/** +CMSS=<index>[,<da>[,<toda>]]: sends what is stored, to another number where one is given. */
async function sendStored(context: CommandContext): Promise<Outcome> {
	const { sim } = context.firmware.board;
	const { profile } = context.instance;
	const index = integerAt(context.parameters, 0, 1, 255);
	const message = index === undefined ? undefined : sim.message(index);
	if (message === undefined) return cms(INVALID_INDEX);
	const pdu = decodePdu(hexOf(message.pdu));
	if (!pdu.ok || pdu.value.tpdu.type !== 'SUBMIT') return cms(INVALID_PDU);
	const given = textAt(context.parameters, 1, '');
	const other = given === '' ? undefined : addressIn(profile, given!, integerAt(context.parameters, 2, 128, 255, 129));
	if (given !== '' && other === undefined) return cms(INVALID_PDU);
	const destination = other ?? pdu.value.tpdu.destination;
	const outcome = await transmit(context, '+CMSS', [{ ...pdu.value.tpdu, destination }]);
	if (outcome.kind === 'ok') message.status = STORED_SENT;
	return outcome;
}

/** The command to the centre that +CMGC makes: typed as a PDU, or its parameters with the data behind the prompt. */
async function commandOf(context: CommandContext): Promise<Result<SmsCommand, number> | undefined> {
	const { firmware, instance, parameters } = context;
	const pduMode = instance.profile.textMode === 0;
	const numbers = [1, 2, 3].map(at => integerAt(parameters, at, 0, 255, 0));
	const first = integerAt(parameters, 0, pduMode ? LEAST_TPDU : 0, pduMode ? MOST_TPDU : 255);
	const given = textAt(parameters, 4, '') ?? '';
	const destination = addressIn(instance.profile, given, integerAt(parameters, 5, 128, 255, 129));
	if (first === undefined || (!pduMode && (destination === undefined || numbers.includes(undefined)))) {
		return failure(INVALID_PDU);
	}
	await pause(firmware.clock, TIMING.prompt);
	const data = await instance.prompt({ kind: 'text', max: MOST_OCTETS });
	if (data === undefined) return undefined;
	const octets = bytesOfHex(textOf(data).replace(/[\r\n ]/g, ''));
	if (octets === undefined) return failure(INVALID_PDU);
	if (!pduMode) {
		const [command = 0, protocol = 0, message = 0] = numbers;
		const head = { statusReport: (first & 0x20) !== 0, reference: 0, protocol, command, message };
		return success({ ...head, destination: destination!, data: octets });
	}
	// Behind the octets of the service centre's address.
	const tpdu = octets.subarray(1 + (octets[0] ?? 0));
	const decoded = decodeSmsCommand(tpdu);
	return decoded.ok && tpdu.length === first ? success(decoded.value) : failure(INVALID_PDU);
}

/** +CMGC (27.005 3.5.5, 4.4). */
async function sendCommand(context: CommandContext): Promise<Outcome> {
	const { firmware, instance } = context;
	const command = await commandOf(context);
	if (command === undefined) return OK;
	if (!command.ok) return cms(command.error);
	await pause(firmware.clock, firmware.messages.takeLink(instance));
	if (!firmware.messages.canExchange) return cms(NO_NETWORK);
	const reference = firmware.messages.command(command.value);
	if (reference === undefined) return cms(UNKNOWN);
	instance.print(`+CMGC: ${reference}`);
	firmware.messages.keepLink(instance);
	return OK;
}

function setAlphabet({ instance, parameters }: CommandContext): Outcome {
	const alphabet = textAt(parameters, 0)?.toUpperCase();
	if (alphabet === undefined || !ALPHABETS.includes(alphabet)) return BAD_PARAMETER;
	instance.profile.alphabet = alphabet;
	return OK;
}

/** Sending and composing (27.005 3.5), and the character set they use. */
export const SENDING_COMMANDS: CommandTable = Object.freeze({
	'+CMGS': Object.freeze({ set: send, test: () => OK, card: true }),
	'+CMGW': Object.freeze({ set: write, test: () => OK, card: true }),
	'+CMSS': Object.freeze({ set: sendStored, test: () => OK, card: true }),
	'+CMGC': Object.freeze({ set: sendCommand, test: () => OK, card: true }),
	'+CSCS': Object.freeze({
		set: setAlphabet,
		read: ({ instance }: CommandContext) => {
			instance.print(`+CSCS: "${instance.profile.alphabet}"`);
			return OK;
		},
		test: ({ instance }: CommandContext) => {
			instance.print(`+CSCS: (${ALPHABETS.map(name => `"${name}"`).join(',')})`);
			return OK;
		},
	}),
});
