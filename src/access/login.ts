/** What a login step wants: text for the client, and whether the dialogue goes on. */
export interface LoginStep {
	/** To send; '' = nothing. */
	readonly say: string;
	readonly state: 'asking' | 'admitted' | 'refused';
}

/** Asked with each complete pair; and, in mode 1, with the name alone. */
export interface LoginCheck {
	isKnown(name: string): boolean;
	isValid(name: string, password: string): boolean;
}

/**
 * The login dialogue of TCP ATRUN (atrun.md 2). Mode 0: user and password right after connecting, not a word from us. Mode 1:
 * asks for both, the password only of a known user. Anything wrong is `refused` without a word.
 */
export class Login {
	readonly #mode: number;
	readonly #check: LoginCheck;
	#name: string | undefined;

	constructor(mode: number, check: LoginCheck) {
		this.#mode = mode;
		this.#check = check;
	}

	/** The user's name once it was given. */
	get name(): string {
		return this.#name ?? '';
	}

	begin(): LoginStep {
		return { say: this.#mode === 1 ? 'Username:\r\n' : '', state: 'asking' };
	}

	/** The next line from the client. */
	line(text: string): LoginStep {
		if (this.#name === undefined) {
			this.#name = text;
			if (this.#mode === 1 && !this.#check.isKnown(text)) return { say: '', state: 'refused' };
			return { say: this.#mode === 1 ? 'Password:\r\n' : '', state: 'asking' };
		}
		if (!this.#check.isValid(this.#name, text)) return { say: '', state: 'refused' };
		return { say: this.#mode === 1 ? 'Login successful.\r\n' : '', state: 'admitted' };
	}
}
