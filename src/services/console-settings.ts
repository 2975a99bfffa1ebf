import type { Command } from '../at/command-line.js';
import type { TerminalSettings } from '../at/dce-terminal.js';
import { parseParameters } from '../at/parameters.js';
import type { PortCommands } from './interpreter.js';
import { BAD_PARAMETERS, type CommandOutcome, done, refused } from './own-command.js';

/** Ranges of `+CNMI=<mode>,<mt>,<bm>,<ds>,<bfr>`; of `<bm>` 1 is not there (module.md). */
const CNMI_MOST: readonly number[] = Object.freeze([3, 3, 2, 2, 1]);
const NO_MESSAGES: readonly number[] = Object.freeze([0, 0, 0, 0, 0]);
const REGISTER: { readonly [name: string]: 's3' | 's4' | 's5' } = Object.freeze({ S3: 's3', S4: 's4', S5: 's5' });
const SWITCH: { readonly [name: string]: 'echo' | 'quiet' | 'verbose' } = Object.freeze({
	E: 'echo',
	Q: 'quiet',
	V: 'verbose',
});

/**
 * What the DTE sets for its own port. The co-processor applies it to what the console sees and keeps the module's instance as it
 * needs it itself (architecture, decision 2).
 */
export class ConsoleSettings implements PortCommands {
	readonly terminal: TerminalSettings = {
		echo: true,
		quiet: false,
		verbose: true,
		s3: 13,
		s4: 10,
		s5: 8,
		cmee: 0,
	};
	#notification: readonly number[] = NO_MESSAGES;
	#stored: readonly number[] = NO_MESSAGES;

	/** Takes over `+CNMI` from a stored profile (`2,1,0,0,0`). */
	adoptNotification(values: string): void {
		const given = values.split(',').map(Number);
		if (given.length !== CNMI_MOST.length) return;
		this.#stored = given;
		this.#notification = given;
	}

	/** As after power-on, or (`&F`) as made in the factory: only `+CNMI` differs. */
	reset(toStored: boolean): void {
		this.#notification = toStored ? this.#stored : NO_MESSAGES;
		Object.assign(this.terminal, { echo: true, quiet: false, verbose: true, s3: 13, s4: 10, s5: 8, cmee: 0 });
	}

	/** The DTE wants to hear of new messages. */
	get wantsMessages(): boolean {
		return this.#notification[0]! > 0 && this.#notification[1]! > 0;
	}

	answers({ name, form }: Command): boolean {
		if (name in SWITCH || name in REGISTER) return true;
		return (name === '+CMEE' || name === '+CNMI') && form !== 'test';
	}

	run(command: Command): CommandOutcome {
		const { name } = command;
		if (name in SWITCH) return this.#switch(command);
		if (name in REGISTER) return this.#register(command);
		return name === '+CMEE' ? this.#errors(command) : this.#messages(command);
	}

	#switch({ name, form, args }: Command): CommandOutcome {
		const value = form === 'execute' ? '0' : args;
		if ((form !== 'execute' && form !== 'set') || (value !== '0' && value !== '1')) return refused(BAD_PARAMETERS);
		this.terminal[SWITCH[name]!] = value === '1';
		return done();
	}

	#register({ name, form, args }: Command): CommandOutcome {
		const register = REGISTER[name]!;
		if (form === 'read') return done(String(this.terminal[register]).padStart(3, '0'));
		if (form !== 'set' || !/^[0-9]{1,3}$/.test(args) || Number(args) > 127) return refused(BAD_PARAMETERS);
		this.terminal[register] = Number(args);
		return done();
	}

	#errors({ form, args }: Command): CommandOutcome {
		if (form === 'read') return done(`+CMEE: ${this.terminal.cmee}`);
		const value = Number(args);
		if (form !== 'set' || (args !== '0' && args !== '1' && args !== '2')) return refused(BAD_PARAMETERS);
		this.terminal.cmee = value as 0 | 1 | 2;
		return done();
	}

	#messages({ form, args }: Command): CommandOutcome {
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
		return done();
	}
}
