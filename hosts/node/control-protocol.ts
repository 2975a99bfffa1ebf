import { failure, type Result, success } from '../../src/base/result.js';

/**
 * The simulator's local control protocol: one JSON document a line, over TCP on loopback. Each request gets one answer,
 * in order. `{"do":"sms","from":"+39…","text":"AT+COPS?","timeout":60}` (and `"to"`, another mobile's number) is
 * answered `{"ok":true,"result":{…}}` or `{"ok":false,"error":"…"}`. `{"do":"pdu","from":"+39…","pdu":"0011…"}` sends one
 * SMS-SUBMIT as AT+CMGS takes it, a digest request above all.
 */
export const CONTROL_PORT = 1025;

/** Octets of one line, without its line end. */
export const LONGEST_LINE = 16384;

/** A mobile of the simulated network sends an SMS and waits for what comes back from the number it wrote to. */
export type SmsOrder = TextOrder | PduOrder;

interface Order {
	readonly from: string;
	/** The simulated board where it is left out. */
	readonly to?: string;
	/** How long to wait for an answer, with all its SMS [ms]; 0: not at all. */
	readonly timeoutMs: number;
}

export interface TextOrder extends Order {
	readonly text: string;
	readonly pdu?: never;
}

/** A digest request waits for all SMS of the digest answer with its ids; nothing else that comes is its answer. */
export interface PduOrder extends Order {
	/** An SMS-SUBMIT as hexadecimal; `to` replaces its destination. */
	readonly pdu: string;
	readonly text?: never;
}

export interface SmsExchange {
	/** The number it went to. */
	readonly to: string;
	/** The SUBMITs as hexadecimal, in the form of AT+CMGS. */
	readonly sent: readonly string[];
	readonly answer: SmsAnswer | null;
	/** From sending to the last part of the answer, or to giving up [ms]. */
	readonly ms: number;
}

export interface SmsAnswer {
	/** As a display shows it; of a digest answer with its headers in it. */
	readonly text: string;
	/** How many SMS it came in. */
	readonly parts: number;
	/** The DELIVERs as hexadecimal; of a digest answer as they came, and some may be missing. */
	readonly pdus: readonly string[];
}

/** What the control server drives. */
export interface SimulatedNetwork {
	sendSms(order: SmsOrder): Promise<Result<SmsExchange>>;
}

const NUMBER = /^\+?[0-9]{3,20}$/;
/** 255 parts of 153 characters, the most a concatenated SMS can have. */
const LONGEST_TEXT = 39015;
/** Hexadecimal octets of service centre and TPDU, with room to spare. */
const PDU = /^(?:[0-9A-Fa-f]{2}){1,200}$/;
/** Seconds. */
const LONGEST_WAIT = 3600;

/** A number of the simulated network: digits, with or without `+`. */
export function isNumber(text: string): boolean {
	return NUMBER.test(text);
}

/** Reads a request. The error is one line for whoever sent it. */
export function parseRequest(line: string): Result<SmsOrder> {
	let request: unknown;
	try {
		request = JSON.parse(line);
	} catch {
		return failure('a request is one JSON object on a line');
	}
	if (typeof request !== 'object' || request === null || Array.isArray(request)) {
		return failure('a request is one JSON object on a line');
	}
	const { do: verb, from, to, text, pdu, timeout } = request as Record<string, unknown>;
	if (verb !== 'sms' && verb !== 'pdu') return failure('"do" must be "sms" or "pdu"');
	if (typeof from !== 'string' || !isNumber(from)) return failure('"from" must be a number such as "+393297308677"');
	if (to !== undefined && (typeof to !== 'string' || !isNumber(to)))
		return failure('"to" must be a number such as "+393297308677"');
	if (timeout !== undefined && (typeof timeout !== 'number' || !(timeout >= 0 && timeout <= LONGEST_WAIT))) {
		return failure(`"timeout" must be 0 to ${LONGEST_WAIT} seconds`);
	}
	const order = { from, ...(to !== undefined && { to }), timeoutMs: (timeout ?? 60) * 1000 };
	if (verb === 'pdu') {
		if (typeof pdu !== 'string' || !PDU.test(pdu)) return failure('"pdu" must be one SMS-SUBMIT in hexadecimal');
		return success({ ...order, pdu });
	}
	if (typeof text !== 'string' || text === '' || text.length > LONGEST_TEXT) {
		return failure(`"text" must be a text of 1 to ${LONGEST_TEXT} characters`);
	}
	return success({ ...order, text });
}

/** The line of a request, without line end. */
export function formatRequest(order: SmsOrder): string {
	const { from, to, text, pdu, timeoutMs } = order;
	return JSON.stringify({ do: pdu === undefined ? 'sms' : 'pdu', from, to, text, pdu, timeout: timeoutMs / 1000 });
}

/** The line of an answer, without line end. */
export function formatAnswer(answer: Result<SmsExchange>): string {
	return JSON.stringify(answer.ok ? { ok: true, result: answer.value } : { ok: false, error: answer.error });
}

/** Reads the answer to an SMS request; what is not one is an error. */
export function parseAnswer(line: string): Result<SmsExchange> {
	let answer: unknown;
	try {
		answer = JSON.parse(line);
	} catch {
		return failure('what answered is no simulator');
	}
	if (typeof answer === 'object' && answer !== null) {
		const { ok, result, error } = answer as Record<string, unknown>;
		if (ok === true && isExchange(result)) return success(result);
		if (ok === false && typeof error === 'string') return failure(error);
	}
	return failure('what answered is no simulator');
}

function isExchange(value: unknown): value is SmsExchange {
	if (typeof value !== 'object' || value === null) return false;
	const { to, sent, answer, ms } = value as Record<string, unknown>;
	return typeof to === 'string' && isTexts(sent) && typeof ms === 'number' && (answer === null || isAnswer(answer));
}

function isAnswer(value: unknown): value is SmsAnswer {
	if (typeof value !== 'object' || value === null) return false;
	const { text, parts, pdus } = value as Record<string, unknown>;
	return typeof text === 'string' && typeof parts === 'number' && isTexts(pdus);
}

function isTexts(value: unknown): value is string[] {
	return Array.isArray(value) && value.every(item => typeof item === 'string');
}
