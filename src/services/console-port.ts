import { ERROR, OK } from '../at/result-code.js';
import type { DtePort, Signals } from '../ports/byte-port.js';
import { Console, type ConsoleSurroundings } from './console.js';
import { ConsoleLine, type PortRate } from './console-line.js';
import { ConsoleMux } from './console-mux.js';
import type { MultiplexerRequest } from './console-mux-command.js';
import { ConsoleSettings, type ProfileStore } from './console-settings.js';
import type { Hearer } from './message-notices.js';
import type { PortLender } from './serial-lines.js';

export interface ConsolePortOptions extends ConsoleSurroundings {
	readonly port: DtePort;
	/** Undefined: the port has no rate. */
	readonly rate?: PortRate | undefined;
	/** What `&W` stores, for all consoles; undefined: nothing is. */
	readonly profile?: ProfileStore | undefined;
	/** `+CNMI` of one of its consoles is another one now. */
	readonly onNotification?: () => void;
}

/** The instance of a console in AT mode. */
const FIRST = 1;
/** Unsolicited result codes that wait while nobody is there to hear them. */
const HELD = 16;

/**
 * A port of the board with a DTE at its other end. It is one console, for the module's first instance; or, after `+CMUX`, a
 * multiplexer with a console for each of them; or it is lent to somebody else, unless a data call or a multiplexer is up. While nobody
 * listens the last 16 unsolicited result codes wait.
 */
export class ConsolePort implements PortLender {
	readonly #options: ConsolePortOptions;
	readonly #line: ConsoleLine;
	/** By instances, as a module keeps a profile for each: what was set is there again when the DTE comes back to it. */
	readonly #settings: ConsoleSettings[] = [];
	readonly #waiting: string[] = [];
	#console: Console | undefined;
	#mux: ConsoleMux | undefined;
	#isClosed = false;

	constructor(options: ConsolePortOptions) {
		this.#options = options;
		this.#line = new ConsoleLine({ rate: options.rate, isChannel: false });
		this.#console = this.open();
		options.modem.onReady.push(() => {
			const stored = options.modem.dteNotification;
			if (stored !== undefined) for (const settings of this.#settings) settings?.adoptNotification(stored);
		});
	}

	get port(): DtePort {
		return this.#options.port;
	}

	/** What the board itself says: to the console, and over a multiplexer to the one of the lowest instance. */
	urc(text: string): void {
		const console = this.consoles[0];
		if (console !== undefined) console.urc(text);
		else if (this.#waiting.push(text) > HELD) this.#waiting.shift();
	}

	/** What an instance of the module says. */
	instanceUrc(text: string, instance: number): void {
		if (this.consoles.length === 0 && instance === FIRST) this.urc(text);
		for (const console of this.consoles) if (console.instance === instance) console.urc(text);
	}

	/** Who may be told of new messages: the consoles, or nobody yet in the first one's name. */
	get hearers(): readonly Hearer[] {
		if (this.consoles.length > 0) return this.consoles;
		return [{ settings: this.settingsOf(FIRST), urc: text => this.urc(text) }];
	}

	moduleSignals(instance: number, signals: Signals): void {
		for (const console of this.consoles) if (console.instance === instance) console.moduleSignals(signals);
	}

	lend(): boolean {
		if (this.#console === undefined || this.#console.isOnline) return false;
		this.#console.leave();
		this.#console = undefined;
		return true;
	}

	takeBack(): void {
		if (this.#console !== undefined || this.#mux !== undefined || this.#isClosed) return;
		this.toCommands();
	}

	close(): void {
		this.#isClosed = true;
		this.#console?.leave();
		this.#mux?.abandon();
	}

	private get consoles(): readonly Console[] {
		return this.#console === undefined ? (this.#mux?.consoles ?? []) : [this.#console];
	}

	private open(): Console {
		return new Console({
			...this.#options,
			settings: this.settingsOf(FIRST),
			line: this.#line,
			instance: FIRST,
			isChannel: false,
			onMultiplexer: request => this.multiplex(request),
		});
	}

	private toCommands(): Console {
		const console = this.open();
		this.#console = console;
		for (const text of this.#waiting.splice(0)) console.urc(text);
		return console;
	}

	private multiplex({ n1 }: MultiplexerRequest): void {
		this.#console?.leave();
		this.#console = undefined;
		this.#mux = new ConsoleMux({
			...this.#options,
			n1,
			line: new ConsoleLine({ rate: this.#options.rate, isChannel: true }),
			settingsOf: instance => this.settingsOf(instance),
			onOpened: console => {
				for (const text of this.#waiting.splice(0)) console.urc(text);
			},
			onEnded: line => {
				this.#mux = undefined;
				if (this.#isClosed) return;
				const console = this.toCommands();
				// Whoever asks whether somebody is there gets an answer; what else it was is lost.
				if (line !== undefined) console.answer(/^AT$/i.test(line) ? OK : ERROR);
			},
		});
	}

	private settingsOf(instance: number): ConsoleSettings {
		const { profile, modem, onNotification } = this.#options;
		const known = this.#settings[instance];
		if (known !== undefined) return known;
		const settings = new ConsoleSettings(profile, onNotification);
		this.#settings[instance] = settings;
		if (modem.dteNotification !== undefined) settings.adoptNotification(modem.dteNotification);
		return settings;
	}
}
