import type { Random } from '../../hosts/simulator/random.js';
import { markByCase, markNumber } from './mark.js';

/** What the soak asks of a board. `probe` is the request that measures an outage. */
export type RequestClass =
	| 'read'
	| 'write'
	| 'own'
	| 'hidden'
	| 'long'
	| 'prompt'
	| 'unknown'
	| 'refused'
	| 'power'
	| 'detach'
	| 'probe';

export type Channel = 'sms' | 'tcp';

/** How a request ended. */
export type Outcome =
	/** One answer came. */
	| 'answered'
	/** Nobody wanted an answer, and it ran or was refused by the rules. */
	| 'silent'
	/** The board said that it does not know: it was restarted in the middle. */
	| 'outcome unknown'
	/** Written down with its reason. */
	| 'recorded'
	/** The connection ended before the answer. */
	| 'cut off'
	/** Octets on the line to the module were hit while it was under way. */
	| 'line noise';

export interface SoakRequest {
	readonly serial: number;
	readonly kind: RequestClass;
	readonly channel: Channel;
	/** The body as it goes to the module or the interpreter, `AT` in front. */
	readonly line: string;
	/** Of the sender; over TCP, of the client. */
	readonly from: string;
	readonly sentAt: number;
	/** Lines with it that the board has sent to the module, runs that the module has counted, and runs in the journal. */
	sent: number;
	ran: number;
	journalled: number;
	/** What the board has written down of it. */
	readonly records: string[];
	readonly answers: string[];
	answeredAt: number | undefined;
	/** Times of restarts of the board while it was open. */
	restarts: number;
	noisy: boolean;
	closed: string | undefined;
}

/** Classes that come at random, each as often as the next unless it is named again. */
const SMS_CLASSES: readonly RequestClass[] = [
	'read',
	'read',
	'write',
	'write',
	'own',
	'hidden',
	'prompt',
	'unknown',
	'refused',
	'long',
];
const TCP_CLASSES: readonly RequestClass[] = ['read', 'write', 'own', 'unknown', 'refused', 'long'];
const PROBE = '+CGMM;+CGMR;#CBC;+CSQ;+CREG?';

export function drawClass(channel: Channel, random: Random): RequestClass {
	return random.pick(channel === 'sms' ? SMS_CLASSES : TCP_CLASSES);
}

/** The command line of a request. */
export function lineOf(kind: RequestClass, serial: number): string {
	switch (kind) {
		case 'write':
			return `AT+CPBW=,"${markNumber(serial)}"`;
		case 'hidden':
			return `HAT+CPBW=,"${markNumber(serial)}"`;
		case 'own':
			return `AT#ATRUNLOG=1,"m${markNumber(serial)}"`;
		case 'prompt':
			return `AT+CMGW="${markNumber(serial)}"`;
		case 'unknown':
			return `AT+NOSUCH=${markNumber(serial)}`;
		case 'refused':
			return `AT+CMUX=0;+CPBW=,"${markNumber(serial)}"`;
		case 'long':
			return markByCase('+CGMM;+CGMR;+CREG?;+COPS=?', serial);
		case 'power':
			return markByCase('+CGMM;+CGMR;+CREG?;#REBOOT', serial);
		case 'detach':
			return markByCase('+CGMM;+CGMR;+CREG?;+CFUN=4', serial);
		case 'read':
			return markByCase('+CGMM;+CGMR;+CSQ;+CREG?', serial);
		case 'probe':
			return markByCase(PROBE, serial);
	}
}

export function newRequest(
	serial: number,
	kind: RequestClass,
	channel: Channel,
	from: string,
	sentAt: number,
): SoakRequest {
	return {
		serial,
		kind,
		channel,
		line: lineOf(kind, serial),
		from,
		sentAt,
		sent: 0,
		ran: 0,
		journalled: 0,
		records: [],
		answers: [],
		answeredAt: undefined,
		restarts: 0,
		noisy: false,
		closed: undefined,
	};
}
