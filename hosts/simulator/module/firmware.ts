import type { UartPort } from '../../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../../src/ports/clock.js';
import type { MessageCentre } from '../message-centre.js';
import type { MobileNetwork } from '../mobile-network.js';
import type { SimCard } from '../sim-card.js';
import type { SocketHost } from '../socket-host.js';
import type { Supply } from '../supply.js';
import { Call } from './call.js';
import type { CommandEntry, CommandTable } from './command.js';
import { COMMANDS, PYTHON_COMMANDS } from './command-table.js';
import { PacketContexts } from './contexts.js';
import type { FtpSession } from './ftp-commands.js';
import { Gpio } from './gpio.js';
import type { Hang, Hangs, Release } from './hangs.js';
import { hex4 } from './hex4.js';
import type { Identity } from './identity.js';
import { Instance } from './instance.js';
import { MessageService } from './message-service.js';
import { ModuleSockets } from './module-sockets.js';
import { LTE_COMMANDS } from './network-commands.js';
import type { Broadcast, NonVolatile } from './non-volatile.js';
import type { PositionOutput } from './position-commands.js';
import { copyProfile, factoryProfile } from './profile.js';
import type { Quirks } from './quirks.js';
import { Registration } from './registration.js';
import { RunClock } from './run-clock.js';
import { SerialGate } from './serial-gate.js';
import { SerialLine } from './serial-line.js';
import { ServiceSession } from './service-session.js';
import { TIMING } from './timing.js';

/** What the firmware finds around it: everything that outlives one run. */
export interface Board {
	readonly clock: Clock;
	readonly uart: UartPort;
	readonly sim: SimCard;
	readonly network: MobileNetwork;
	readonly centre: MessageCentre;
	readonly sockets: SocketHost;
	readonly nvm: NonVolatile;
	readonly identity: Identity;
	readonly quirks: Quirks;
	readonly hangs: Hangs;
	readonly supply: Supply;
	/** The rate at which the DTE sends, where it is known: automatic baud. */
	readonly lineRate?: (() => number) | undefined;
	/** Ends this run and starts the next. */
	reboot(): void;
	/** Ends this run; only the ON/OFF line starts the next. */
	shutDown(): void;
}

/** One run of the module's firmware, from boot to the loss of power: all that is forgotten then lives here. */
export class Firmware {
	readonly board: Board;
	readonly clock: RunClock;
	readonly instances: readonly Instance[];
	readonly registration: Registration;
	readonly contexts: PacketContexts;
	readonly sockets: ModuleSockets;
	readonly messages: MessageService;
	readonly gpio = new Gpio();
	readonly gate = new SerialGate();
	readonly line: SerialLine;
	readonly call: Call;
	readonly services: ServiceSession;
	/** +CFUN */
	functionality = 1;
	/** +IPR now; stored at once, since a module at another rate than it was told is out of reach. */
	rate: number;
	/** #SIMDET: 0 says that no card is there, 1 that one is, 2 looks. */
	simDetection: 0 | 1 | 2 = 2;
	/** +COPS=3: form in which the operator is printed. */
	operatorFormat = 0;
	/** What +CCLK added to the network's time [ms]. */
	clockOffset = 0;
	/** +CGCLASS */
	gprsClass = 'B';
	/** +CGATT */
	packetAttached = true;
	/** +CSCB: by default all kinds, of which none is ever sent here. */
	broadcast: Broadcast = { mode: 0, messages: '', schemes: '' };
	/** #FTPOPEN */
	ftp: FtpSession | undefined;
	/** $GPSNMUN */
	position: PositionOutput = { mode: 0, sentences: [0, 0, 0, 0, 0, 0] };
	/** #ENHRST */
	periodicReset: TimerHandle | undefined;
	#cardReady = false;
	readonly #commands: CommandTable;

	constructor(board: Board) {
		this.board = board;
		this.clock = new RunClock(board.clock);
		this.#commands = board.identity.python ? PYTHON_COMMANDS : COMMANDS;
		this.rate = board.nvm.settings.rate;
		this.instances = Array.from({ length: board.identity.instances }, (_, at) => {
			const stored = board.nvm.settings.profiles[at];
			const profile = stored === undefined || stored === null ? factoryProfile() : copyProfile(stored);
			return new Instance(this, at + 1, profile);
		});
		this.registration = new Registration(this.clock, board.network, board.identity.lte, {
			circuitChanged: () => this.#circuitChanged(),
			packetChanged: () => this.#packetChanged(),
		});
		this.contexts = new PacketContexts(this.clock, board.network, this.registration, board.nvm, {
			lost: cid => this.sockets.contextLost(cid),
			activatedAlone: (cid, address) => this.#activatedAlone(cid, address),
		});
		this.sockets = new ModuleSockets(this);
		this.messages = new MessageService(this);
		this.call = new Call(this);
		this.services = new ServiceSession(this);
		this.line = new SerialLine(this);
	}

	/** The boot is over: the UART is served and the radio starts. */
	start(): void {
		this.line.start();
		this.cardChanged();
		const periodic = /^2,(\d+)$/.exec(this.board.nvm.settings.services['#ENHRST'] ?? '');
		if (periodic !== null && Number(periodic[1]) > 0) this.scheduleReset(Number(periodic[1]));
	}

	/** #ENHRST: restarts in so many minutes. */
	scheduleReset(minutes: number): void {
		this.periodicReset = this.clock.setTimer(this.clock.now() + minutes * 60_000, () => this.board.reboot());
	}

	/** Something hangs from now on. */
	hang(hang: Hang): void {
		this.board.hangs.add(hang);
		if (hang.what === 'all') this.line.hang();
		else this.instances[hang.number - 1]?.hang();
	}

	/** +CFUN=0 and 2: no instance hears anything; the control channel of the multiplexer goes on. */
	deafen(): void {
		for (const { number } of this.instances) this.hang({ what: 'instance', number, until: 'reset' });
	}

	/** `event` happened, to one instance or to all: what it frees hears commands again. */
	free(event: Release, number?: number): void {
		for (const freed of this.board.hangs.release(event, number)) this.instances[freed - 1]?.resume();
	}

	/** Runs `task` when the line has had time to carry the last answer. */
	leave(task: () => void): void {
		this.clock.setTimer(this.clock.now() + TIMING.farewell, task);
	}

	/** The power is gone, or the firmware restarts. */
	end(): void {
		this.clock.end();
		this.registration.end();
		this.call.end();
		this.messages.end();
		this.sockets.end();
		this.contexts.dropAll();
		this.line.end();
		this.board.sim.reset();
	}

	/** Every command of this module. */
	get commandNames(): readonly string[] {
		return Object.keys(this.#commands);
	}

	entry(name: string): CommandEntry | undefined {
		const entry = this.#commands[name] ?? (this.board.identity.lte ? LTE_COMMANDS[name] : undefined);
		if (entry !== undefined) return entry;
		return /^S\d+$/.test(name) ? this.#commands.S : undefined;
	}

	/** The +CME code of what is wrong with the card; undefined = ready. */
	cardError(): number | undefined {
		const { sim } = this.board;
		if (this.simDetection === 0 || !sim.inserted) return 10;
		const state = sim.pinState;
		if (state === 'ready') return undefined;
		return state === 'pin' ? 11 : state === 'puk' ? 12 : 13;
	}

	/** The card was put in, taken out, unlocked, or the radio was switched: registration follows. */
	cardChanged(): void {
		const ready = this.cardError() === undefined;
		if (ready !== this.#cardReady) {
			this.#cardReady = ready;
			for (const instance of this.instances) {
				if (instance.profile.simStatus > 0) instance.urc(`#QSS: ${this.simStatus(instance)}`);
			}
		}
		this.registration.setRadio(ready && (this.functionality === 1 || this.functionality === 5));
	}

	/** #QSS: 0 no card, 1 card, 2 and 3 as mode 2 has it: unlocked and ready. */
	simStatus(instance: Instance): number {
		const error = this.cardError();
		if (error === 10) return 0;
		if (instance.profile.simStatus < 2) return 1;
		return error === undefined ? 3 : 1;
	}

	/** Local time as Unix milliseconds, from the network and +CCLK. */
	localTime(): number {
		return this.board.network.time.unixMs + this.clock.now() + this.clockOffset;
	}

	#circuitChanged(): void {
		for (const instance of this.instances) {
			const mode = instance.profile.creg;
			if (mode > 0) instance.urc(`+CREG: ${this.describeRegistration(mode, this.registration.circuit)}`);
		}
		this.call.changed();
		this.messages.changed();
	}

	#packetChanged(): void {
		for (const instance of this.instances) {
			const mode = instance.profile.cgreg;
			if (mode > 0) instance.urc(`+CGREG: ${this.describeRegistration(mode, this.registration.packet)}`);
		}
		if (this.registration.hasPacketService) this.contexts.activateConfigured();
		else this.contexts.dropAll();
		this.messages.changed();
	}

	/** `<stat>[,"<lac>","<ci>"]`: the place in mode 2, while registered. */
	describeRegistration(mode: number, state: number): string {
		const cell = this.board.network.cells[0];
		if (mode < 2 || cell === undefined || (state !== 1 && state !== 5)) return String(state);
		return `${state},"${hex4(cell.lac)}","${hex4(cell.cellId)}"`;
	}

	#activatedAlone(cid: number, address: string): void {
		const settings = this.board.nvm.settings.activation[cid - 1]!;
		if (settings.urc === 1) for (const instance of this.instances) instance.urc(`#SGACT: ${address}`);
	}
}
