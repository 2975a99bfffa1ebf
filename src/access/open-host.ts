import type { Admission, AdmissionStep } from './admission.js';

/**
 * Client mode as the module's firmware has it (atrun.md 2): the host that the board itself dialled is let in without a word,
 * and nothing proves that it is the right one.
 */
export class OpenHost implements Admission {
	readonly #admitted: AdmissionStep;

	/** The host and the TCP port that were dialled. */
	constructor(host: string, port: number) {
		this.#admitted = { say: '', state: 'admitted', identity: { kind: 'dialled-host', name: `${host}:${port}` } };
	}

	begin(): AdmissionStep {
		return this.#admitted;
	}

	/** There is nothing to ask: never needed after `begin`. */
	line(): AdmissionStep {
		return { say: '', state: 'refused' };
	}
}
