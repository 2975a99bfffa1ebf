import { textOf } from '../base/text.js';
import type { Channel } from '../cmux/channel.js';
import { Multiplexer } from '../cmux/multiplexer.js';
import type { DtePort } from '../ports/byte-port.js';
import type { TimerHandle } from '../ports/clock.js';
import { Console, type ConsoleSurroundings } from './console.js';
import type { ConsoleLine } from './console-line.js';
import type { ConsoleSettings } from './console-settings.js';
import { DtrWatch } from './dtr-watch.js';

export interface ConsoleMuxOptions extends ConsoleSurroundings {
	readonly port: DtePort;
	/** What the DLCIs' consoles answer of their line. */
	readonly line: ConsoleLine;
	/** What the DTE has set on an instance. */
	readonly settingsOf: (instance: number) => ConsoleSettings;
	/** Largest payload toward the DTE in octets. */
	readonly n1: number;
	readonly onOpened: (console: Console) => void;
	/** The port is in AT mode again. `line`: a command line that came outside of all frames, and ended it. */
	readonly onEnded: (line: string | undefined) => void;
}

/** Instances while no module tells how many it has. */
const INSTANCES = 3;
/** Queues of a DLCI in octets: a few frames, since memory is scarce and the DTE is at the other end of a short line. */
const RECEIVE_QUEUE = 512;
const SEND_QUEUE = 384;
const OUTPUT = 512;
/** A DTE that was silent for so long [ms] is asked whether it is there, by TEST. */
const SILENCE = 120_000;
/** Of octets outside of frames, so many can be a command line. */
const LINE = 80;

/**
 * CMUX toward the DTE (27.010, responder): DLCI n is a console for the module's instance n, with settings of its own. What a service
 * holds is refused with DM. Ends by CLD, DISC on DLCI 0, DTR, 5 s without the first SABM, a dead DTE; and by a command line outside
 * of all frames: a DTE that started anew and knows nothing of the multiplexer.
 */
export class ConsoleMux {
	readonly #options: ConsoleMuxOptions;
	readonly #mux: Multiplexer;
	readonly #open: Console[] = [];
	#stray = '';
	#heard = 0;
	#timer: TimerHandle | undefined;
	#isEnded = false;

	constructor(options: ConsoleMuxOptions) {
		const { clock, port, n1 } = options;
		this.#options = options;
		const mux = new Multiplexer({
			port: new DtrWatch(port, () => this.end(undefined)),
			clock,
			role: 'responder',
			n1,
			receiveQueue: RECEIVE_QUEUE,
			sendQueue: SEND_QUEUE,
			// As the module: nothing is sent on a DLCI before the DTE's first MSC.
			requireMsc: true,
			accepts: dlci => this.accepts(dlci),
			onOpen: channel => this.opened(channel),
			onClosed: () => this.end(undefined),
			onNoise: bytes => this.noise(bytes),
		});
		this.#mux = mux;
		void mux.start().then(started => {
			if (!started.ok) this.end(undefined);
		});
		this.watch();
	}

	/** Those that are open, the lowest instance first. */
	get consoles(): readonly Console[] {
		return this.#open;
	}

	/** Lets go of the port and sends nothing. `onEnded` is not called. */
	abandon(): void {
		this.#isEnded = true;
		this.#timer?.cancel();
		for (const console of this.#open.splice(0)) console.leave();
		this.#mux.abandon();
	}

	/** A service's instance is not the DTE's; before the module is attached there is nobody to say so, and own commands run all the same. */
	private accepts(dlci: number): boolean {
		const { modem } = this.#options;
		if (dlci > (modem.profile?.instances ?? INSTANCES)) return false;
		return !modem.isReserved(dlci);
	}

	private opened(channel: Channel): void {
		const console: Console = new Console({
			...this.#options,
			port: channel,
			settings: this.#options.settingsOf(channel.dlci),
			instance: channel.dlci,
			isChannel: true,
			outputCapacity: OUTPUT,
			onClosed: () => this.closed(console),
		});
		this.#open.push(console);
		this.#open.sort((one, other) => one.instance - other.instance);
		this.#options.onOpened(console);
	}

	private closed(console: Console): void {
		const place = this.#open.indexOf(console);
		if (place >= 0) this.#open.splice(place, 1);
		console.leave();
	}

	/** Octets that belong to no frame. Judged later: they are told from inside the multiplexer. */
	private noise(bytes: Uint8Array): void {
		this.#stray = (this.#stray + textOf(bytes)).slice(-LINE);
		const line = /(?:^|[\r\n\x00])(AT[\x20-\x7e]*)\r/i.exec(this.#stray)?.[1];
		if (line === undefined) return;
		this.#stray = '';
		const { clock } = this.#options;
		clock.setTimer(clock.now(), () => this.end(line));
	}

	private watch(): void {
		const { clock } = this.#options;
		this.#timer = clock.setTimer(clock.now() + SILENCE, () => {
			const { octetsReceived } = this.#mux.statistics;
			// One that is dead ends the multiplexer.
			if (octetsReceived === this.#heard) void this.#mux.test();
			this.#heard = octetsReceived;
			this.watch();
		});
	}

	private end(line: string | undefined): void {
		if (this.#isEnded) return;
		this.abandon();
		this.#options.onEnded(line);
	}
}
