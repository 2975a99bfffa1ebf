import type { Command } from '../at/command-line.js';
import { parseParameters } from '../at/parameters.js';
import type { TerminalSettings } from '../at/terminal-settings.js';
import { DteWishes } from '../modem/dte-wishes.js';
import { DEFAULTS, type PortProfile } from '../settings/schema.js';
import type { EscapeSequence } from './data-call.js';
import type { PortCommands } from './interpreter.js';
import type { Arrival } from './message-notices.js';
import { BAD_PARAMETERS, type CommandOutcome, done, refused } from './own-command.js';

type Register = 's0' | 's2' | 's3' | 's4' | 's5' | 's12' | 's25';

/** Ranges of `+CNMI=<mode>,<mt>,<bm>,<ds>,<bfr>`; of `<bm>` 1 is not there (module.md). */
const CNMI_MOST: readonly number[] = Object.freeze([3, 3, 2, 2, 1]);
const NO_MESSAGES: readonly number[] = Object.freeze([0, 0, 0, 0, 0]);
/**
 * The S-registers of the port itself. All others are the module's. S0 is the port's since a module that answers a call by itself would take
 * the instance into data mode in the middle of the co-processor's lines.
 */
const REGISTER: { readonly [name: string]: Register } = Object.freeze({
	S0: 's0',
	S2: 's2',
	S3: 's3',
	S4: 's4',
	S5: 's5',
	S12: 's12',
	S25: 's25',
});
const SWITCH: { readonly [name: string]: 'echo' | 'quiet' | 'verbose' } = Object.freeze({
	E: 'echo',
	Q: 'quiet',
	V: 'verbose',
});
const CHARACTER_MOST = 127;
const REGISTER_MOST = 255;
/** Unit of S12 [ms]. */
const S12_UNIT = 20;

/** Keeps what `&W` stores. */
export interface ProfileStore {
	read(): PortProfile;
	/** False: the store is full. */
	write(profile: PortProfile): boolean;
}

/**
 * What a DTE sets for its own port. The co-processor applies it to what the console sees and keeps the module's instance as it
 * needs it itself (architecture, decision 2).
 */
export class ConsoleSettings implements PortCommands {
	readonly terminal: TerminalSettings & { -readonly [Name in keyof PortProfile]: PortProfile[Name] };
	/** What it wants of the settings that the module has. */
	readonly wishes = new DteWishes();
	readonly #profile: ProfileStore | undefined;
	readonly #onNotification: () => void;
	#notification: readonly number[] = NO_MESSAGES;
	#stored: readonly number[] = NO_MESSAGES;
	#isAdopted = false;

	/** `profile`: without it the factory's is stored, and `&W` keeps nothing. `onNotification`: `+CNMI` is another one now. */
	constructor(profile?: ProfileStore, onNotification: () => void = () => {}) {
		this.#profile = profile;
		this.#onNotification = onNotification;
		this.terminal = { ...(profile?.read() ?? DEFAULTS.console) };
	}

	/** Takes over `+CNMI` from a stored profile (`2,1,0,0,0`), once. */
	adoptNotification(values: string): void {
		const given = values.split(',').map(Number);
		if (this.#isAdopted || given.length !== CNMI_MOST.length) return;
		this.#isAdopted = true;
		this.#stored = given;
		this.#notification = given;
		this.#onNotification();
	}

	/** As after power-on, or (`&F`) as made in the factory. */
	reset(toStored: boolean): void {
		this.#notification = toStored ? this.#stored : NO_MESSAGES;
		this.#onNotification();
		Object.assign(this.terminal, (toStored ? this.#profile?.read() : undefined) ?? DEFAULTS.console);
	}

	/** `&W`. False: the board could not keep it. */
	store(): boolean {
		this.#stored = this.#notification;
		return this.#profile?.write({ ...this.terminal }) ?? true;
	}

	/**
	 * What to put around a command that stores or shows the instance's profile, in one line with it, so that the profile is the DTE's and
	 * nothing comes between. `ours`: the instance's `+CNMI` as the co-processor needs it. S3 to S5 stay: the board keeps them.
	 */
	aroundProfile(ours: string): readonly [before: string, after: string] {
		const { echo, quiet, verbose, cmee } = this.terminal;
		const notification = this.#notification.join(',');
		const before = [`${echo ? 'E1' : ''}${verbose ? '' : 'V0'}${quiet ? 'Q1' : ''}`];
		const after = [before[0] === '' ? '' : 'E0V1Q0'];
		if (cmee !== OUR_CMEE) {
			before.push(`+CMEE=${cmee};`);
			after.push(`+CMEE=${OUR_CMEE};`);
		}
		if (notification !== ours) {
			before.push(`+CNMI=${notification};`);
			after.push(`+CNMI=${ours}`);
		}
		return [before.join(''), after.join('').replace(/;$/, '')];
	}

	/** How the DTE wants to be told what arrives: not at all, by its index in the store, or as it is. */
	notice(arrival: Arrival): 'none' | 'index' | 'whole' {
		const [mode = 0, messages, , reports] = this.#notification;
		if (mode === 0) return 'none';
		if (arrival === 'report') return reports === 0 ? 'none' : reports === 1 ? 'whole' : 'index';
		// 3 is 1 for all but class 3.
		return messages === 0 ? 'none' : messages === 2 ? 'whole' : 'index';
	}

	/** The DTE wants to hear cell broadcasts. */
	get wantsBroadcasts(): boolean {
		return this.#notification[0]! > 0 && this.#notification[2]! > 0;
	}

	/** Undefined: S2 is above 127, and nothing escapes (V.250 has it so for S3 to S5). */
	get escape(): EscapeSequence | undefined {
		const { s2, s12 } = this.terminal;
		return s2 > CHARACTER_MOST ? undefined : { character: s2, guard: s12 * S12_UNIT };
	}

	answers({ name, form }: Command): boolean {
		if (name in SWITCH || name in REGISTER) return true;
		return (name === '+CMEE' || name === '+CNMI') && form !== 'test';
	}

	run(command: Command): CommandOutcome {
		const { name } = command;
		if (name in SWITCH) return this.switch(command);
		if (name in REGISTER) return this.register(command);
		return name === '+CMEE' ? this.errors(command) : this.messages(command);
	}

	private switch({ name, form, args }: Command): CommandOutcome {
		const value = form === 'execute' ? '0' : args;
		if ((form !== 'execute' && form !== 'set') || (value !== '0' && value !== '1')) return refused(BAD_PARAMETERS);
		this.terminal[SWITCH[name]!] = value === '1';
		return done();
	}

	private register({ name, form, args }: Command): CommandOutcome {
		const register = REGISTER[name]!;
		if (form === 'read') return done(String(this.terminal[register]).padStart(3, '0'));
		const most = /^S[345]$/.test(name) ? CHARACTER_MOST : REGISTER_MOST;
		if (form !== 'set' || !/^[0-9]{1,3}$/.test(args) || Number(args) > most) return refused(BAD_PARAMETERS);
		this.terminal[register] = Number(args);
		return done();
	}

	private errors({ form, args }: Command): CommandOutcome {
		if (form === 'read') return done(`+CMEE: ${this.terminal.cmee}`);
		const value = Number(args);
		if (form !== 'set' || (args !== '0' && args !== '1' && args !== '2')) return refused(BAD_PARAMETERS);
		this.terminal.cmee = value as 0 | 1 | 2;
		return done();
	}

	private messages({ form, args }: Command): CommandOutcome {
		if (form === 'read') return done(`+CNMI: ${this.#notification.join(',')}`);
		const given = form === 'set' ? parseParameters(args, CNMI_MOST.length) : undefined;
		if (!given?.ok) return refused(BAD_PARAMETERS);
		const values = [...this.#notification];
		for (let place = 0; place < given.value.length; place++) {
			const parameter = given.value[place]!;
			if (parameter.kind === 'omitted') continue;
			if (parameter.kind !== 'number' || parameter.value > CNMI_MOST[place]!) return refused(BAD_PARAMETERS);
			if (place === 2 && parameter.value === 1) return refused(BAD_PARAMETERS);
			values[place] = parameter.value;
		}
		this.#notification = values;
		this.#onNotification();
		return done();
	}
}

/** What each instance of the module has (attach). */
const OUR_CMEE = 1;
