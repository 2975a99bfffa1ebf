import { failure, type Result, success } from '../base/result.js';
import { bytesOf } from '../base/text.js';
import type { Instance } from './instance.js';

/** `empty`: no message at that index; `refused`: the module said no; `no-answer`: not in time, or not attached. */
export type MailboxError = 'empty' | 'refused' | 'no-answer';
/** `refused`: clearly not sent, the module said no or never asked for it; `no-answer`: nobody knows. */
export type SendError = 'refused' | 'no-answer';

/** Longest times of the manual [ms]. */
const READ = 5_000;
const LIST = 20_000;
const REMOVE = 25_000;
/** To the prompt 1 s, 60 s after Ctrl-Z. */
const SEND = 61_000;
const CTRL_Z = '\x1a';
const MOST = 255;
/** +CMS 321, 27.005 3.2.5: invalid memory index. */
const INVALID_INDEX = 321;

/** The module's message store in PDU mode, over the control instance. */
export class Mailbox {
	readonly #control: () => Instance | undefined;

	constructor(control: () => Instance | undefined) {
		this.#control = control;
	}

	/** The PDU at `index`, in hexadecimal. */
	async read(index: number): Promise<Result<string, MailboxError>> {
		const answer = await this.#control()?.ask(`AT+CMGR=${index}`, READ, ['+CMGR']);
		if (answer?.result === undefined) return failure('no-answer');
		if (answer.result.kind === 'cms' && answer.result.code === INVALID_INDEX) return failure('empty');
		if (!answer.ok) return failure('refused');
		const pdu = answer.lines[answer.lines.findIndex(line => line.startsWith('+CMGR:')) + 1];
		return pdu === undefined ? failure('empty') : success(pdu);
	}

	/**
	 * Calls `visit` with the index and the PDU of each stored message, in the order the module lists them. False: it did not
	 * list them all, as while the SIM is busy.
	 */
	async each(visit: (index: number, hex: string) => void): Promise<boolean> {
		let index: number | undefined;
		let count = 0;
		const outcome = await this.#control()?.run('control', {
			line: 'AT+CMGL=4',
			time: LIST,
			prefixes: ['+CMGL'],
			onLine: text => {
				const found = /^\+CMGL: ([0-9]+),/.exec(text);
				if (found !== null) index = Number(found[1]);
				else if (index !== undefined && count < MOST) {
					count++;
					visit(index, text);
					index = undefined;
				}
			},
		});
		return outcome?.kind === 'final' && outcome.result.kind === 'ok';
	}

	/** Places of the store that are taken, and all; undefined: the module does not tell. */
	async usage(): Promise<{ readonly used: number; readonly total: number } | undefined> {
		const answer = await this.#control()?.ask('AT+CPMS?', READ, ['+CPMS']);
		const found = /^\+CPMS: "SM",([0-9]+),([0-9]+)/.exec(answer?.lines[0] ?? '');
		return found === null ? undefined : { used: Number(found[1]), total: Number(found[2]) };
	}

	/** True: there is no message at `index` any more. */
	async remove(index: number): Promise<boolean> {
		const answer = await this.#control()?.ask(`AT+CMGD=${index}`, REMOVE);
		return answer?.ok === true || (answer?.result?.kind === 'cms' && answer.result.code === INVALID_INDEX);
	}

	/** Sends one TPDU; `hex` has the service centre's octets in front, `tpduLength` does not count them. */
	async send(hex: string, tpduLength: number): Promise<Result<void, SendError>> {
		const control = this.#control();
		if (control === undefined) return failure('refused');
		let given = false;
		const outcome = await control.run('control', {
			line: `AT+CMGS=${tpduLength}`,
			time: SEND,
			prefixes: ['+CMGS'],
			onPrompt: () => {
				given = true;
				control.dialogue.send(bytesOf(hex + CTRL_Z));
			},
		});
		if (outcome.kind !== 'final') return failure(given ? 'no-answer' : 'refused');
		return outcome.result.kind === 'ok' ? success(undefined) : failure('refused');
	}
}
