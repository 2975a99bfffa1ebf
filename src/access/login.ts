import type { Admission, AdmissionStep } from './admission.js';
import type { Identity } from './grants.js';

/** Asked with each complete pair; and, in mode 1, with the name alone. */
export interface LoginCheck {
	isKnown(name: string): boolean;
	/** Takes as long for an unknown name as for a wrong password: mode 0 must not tell which it was. */
	isValid(name: string, password: string): boolean;
	/** Of a user whose pair was valid. */
	identityOf(name: string): Identity;
}

const REFUSED: AdmissionStep = Object.freeze({ say: '', state: 'refused' });

/**
 * The login dialogue of TCP ATRUN (atrun.md 2). Mode 0: user and password right after connecting, not a word from us. Mode 1:
 * asks for both, the password only of a known user. Anything wrong is `refused` without a word.
 */
export class Login implements Admission {
	readonly #mode: number;
	readonly #check: LoginCheck;
	#name: string | undefined;
	#over = false;

	/** `mode`: 0 or 1, as `#TCPATRUNAUTH` counts. */
	constructor(mode: number, check: LoginCheck) {
		this.#mode = mode;
		this.#check = check;
	}

	/** The user's name once it was given. */
	get name(): string {
		return this.#name ?? '';
	}

	begin(): AdmissionStep {
		return { say: this.#mode === 1 ? 'Username:\r\n' : '', state: 'asking' };
	}

	line(text: string): AdmissionStep {
		if (this.#over) return REFUSED;
		if (this.#name === undefined) {
			this.#name = text;
			this.#over = this.#mode === 1 && !this.#check.isKnown(text);
			return this.#over ? REFUSED : { say: this.#mode === 1 ? 'Password:\r\n' : '', state: 'asking' };
		}
		this.#over = true;
		if (!this.#check.isValid(this.#name, text)) return REFUSED;
		return {
			say: this.#mode === 1 ? 'Login successful.\r\n' : '',
			state: 'admitted',
			identity: this.#check.identityOf(this.#name),
		};
	}
}
