import type { Modem } from '../modem/modem.js';
import type { ConsoleSettings } from './console-settings.js';

/** A message, or a status report of one that was sent. */
export type Arrival = 'message' | 'report';

/** Somebody who may want to hear of it. */
export interface Hearer {
	readonly settings: ConsoleSettings;
	urc(text: string): void;
}

/** By index, and with the message itself (27.005 3.4.1). */
const BY_INDEX: { readonly [arrival in Arrival]: string } = Object.freeze({ message: '+CMTI', report: '+CDSI' });
const WHOLE: { readonly [arrival in Arrival]: string } = Object.freeze({ message: '+CMT', report: '+CDS' });
/** Longest times of the manual [ms]. */
const READ = 5_000;
const REMOVE = 25_000;

/**
 * Tells DTEs of what arrived in the module's store and is no service's: each as its `+CNMI` asks. The board has everything stored, so
 * what goes to a DTE directly is read from there in the DTE's own format, and removed where nobody was told the index.
 */
export class MessageNotices {
	readonly #modem: Modem;
	readonly #hearers: () => readonly Hearer[];
	#last: Promise<void> = Promise.resolve();

	constructor(modem: Modem, hearers: () => readonly Hearer[]) {
		this.#modem = modem;
		this.#hearers = hearers;
	}

	arrived(index: number, arrival: Arrival): void {
		const hearers = this.#hearers();
		const byIndex = hearers.filter(({ settings }) => settings.notice(arrival) === 'index');
		const whole = hearers.filter(({ settings }) => settings.notice(arrival) === 'whole');
		for (const hearer of byIndex) hearer.urc(indexNotice(index, arrival));
		if (whole.length === 0) return;
		// One after the other, as they came.
		this.#last = this.#last.then(() => this.#deliver(index, arrival, whole, byIndex.length === 0));
	}

	async #deliver(index: number, arrival: Arrival, hearers: readonly Hearer[], isLast: boolean): Promise<void> {
		let isKept = !isLast;
		for (const hearer of hearers) {
			const text = await this.#read(index, arrival, hearer);
			hearer.urc(text ?? indexNotice(index, arrival));
			isKept ||= text === undefined;
		}
		if (!isKept) await this.#modem.control?.ask(`AT+CMGD=${index}`, REMOVE);
	}

	/** The code with the message, in the format of the DTE; undefined: the module does not give it. */
	async #read(index: number, arrival: Arrival, { settings }: Hearer): Promise<string | undefined> {
		const answer = await this.#modem.control?.ask(`AT+CMGR=${index}`, READ, ['+CMGR'], settings.wishes);
		const head = answer?.lines.findIndex(line => line.startsWith('+CMGR: ')) ?? -1;
		if (answer?.ok !== true || head < 0) return undefined;
		const values = answer.lines[head]!.slice('+CMGR: '.length);
		// Status, and in PDU mode a name and the length: of a report only the length is told (27.005 3.4.1).
		const isPdu = /^[0-9]/.test(values);
		const from = isPdu && arrival === 'report' ? values.lastIndexOf(',') : values.indexOf(',');
		return [`${WHOLE[arrival]}: ${values.slice(from + 1)}`, ...answer.lines.slice(head + 1)].join('\r\n');
	}
}

function indexNotice(index: number, arrival: Arrival): string {
	return `${BY_INDEX[arrival]}: "SM",${index}`;
}
