import type { Command } from '../at/command-line.js';
import { parseParameters } from '../at/parameters.js';
import { type MultiplexerRequest, multiplexerRequest } from './console-mux-command.js';
import type { PortCommands } from './interpreter.js';
import { BAD_PARAMETERS, type CommandOutcome, done, NOT_ALLOWED, refused } from './own-command.js';
import { RATES } from './serial-lines.js';

/** The rate of a console's port. */
export interface PortRate {
	/** In baud. */
	read(): number;
	/** Stores it and changes it once the answer has had time to leave. False: it cannot be stored. */
	set(baud: number): boolean;
}

export interface ConsoleLineOptions {
	/** Undefined: octets come as fast as they come, and any rate is as good as another. */
	readonly rate: PortRate | undefined;
	/** The port is a DLCI: in there the rate is told and not changed, as on a module, and no multiplexer can begin. */
	readonly isChannel: boolean;
}

/** What belongs to the line of a console: its rate (`+IPR`), and that it can carry several ports (`+CMUX`). */
export class ConsoleLine implements PortCommands {
	readonly #rate: PortRate | undefined;
	readonly #isChannel: boolean;
	/** What a port without a rate was told. */
	#told = 0;
	#asked: MultiplexerRequest | undefined;

	constructor({ rate, isChannel }: ConsoleLineOptions) {
		this.#rate = rate;
		this.#isChannel = isChannel;
	}

	/** The multiplexer that the line which has just run asked for. */
	takeMultiplexer(): MultiplexerRequest | undefined {
		const asked = this.#asked;
		this.#asked = undefined;
		return asked;
	}

	answers({ name }: Command): boolean {
		return name === '+IPR' || name === '+CMUX';
	}

	run(command: Command): CommandOutcome {
		return command.name === '+IPR' ? this.setRate(command) : this.multiplex(command);
	}

	private setRate({ form, args }: Command): CommandOutcome {
		const rates = RATES.join(',');
		// Which rates are found by themselves, and which have to be set (V.250 6.2.10). A UART here finds none.
		const found = this.#rate === undefined ? `0,${rates}` : '';
		if (form === 'test') return done(`+IPR: (${found}),(${rates})`);
		if (form === 'read') return done(`+IPR: ${this.#rate?.read() ?? this.#told}`);
		const given = form === 'set' ? parseParameters(args, 1) : undefined;
		const baud = given?.ok && given.value[0]?.kind === 'number' ? given.value[0].value : undefined;
		if (baud === undefined) return refused(BAD_PARAMETERS);
		if (this.#isChannel) return RATES.includes(baud) ? done() : refused(BAD_PARAMETERS);
		if (this.#rate !== undefined)
			return RATES.includes(baud) && this.#rate.set(baud) ? done() : refused(BAD_PARAMETERS);
		if (baud !== 0 && !RATES.includes(baud)) return refused(BAD_PARAMETERS);
		this.#told = baud;
		return done();
	}

	private multiplex({ form, args }: Command): CommandOutcome {
		if (form === 'test') return done('+CMUX: (0),(0)');
		if (form === 'read') return done(`+CMUX: ${this.#isChannel ? 1 : 0},0`);
		if (this.#isChannel) return refused(NOT_ALLOWED);
		const request = form === 'set' ? multiplexerRequest(args, this.#rate?.read()) : undefined;
		if (request === undefined) return refused(BAD_PARAMETERS);
		this.#asked = request;
		return done();
	}
}
