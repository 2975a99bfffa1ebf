import { Counters } from './journal/counters.js';
import { Journal } from './journal/journal.js';
import { Cancellation } from './modem/cancellation.js';
import { Mailbox } from './modem/mailbox.js';
import { Modem } from './modem/modem.js';
import { ModuleNetwork } from './modem/module-network.js';
import type { BytePort, UartPort } from './ports/byte-port.js';
import type { Clock } from './ports/clock.js';
import type { Digest } from './ports/digest.js';
import type { Entropy } from './ports/entropy.js';
import type { PowerControl } from './ports/power.js';
import type { Store } from './ports/store.js';
import type { Trace } from './ports/trace.js';
import { Audit } from './services/audit.js';
import type { Board } from './services/board.js';
import { BOARD_COMMANDS } from './services/board-commands.js';
import { BoardTime } from './services/board-time.js';
import { Console } from './services/console.js';
import { Executor } from './services/executor.js';
import { Interpreter } from './services/interpreter.js';
import { maskTraffic } from './services/mask-traffic.js';
import { SmsAnswerer } from './services/sms-answerer.js';
import { attached, SmsAtrun } from './services/sms-atrun.js';
import { SMS_COMMANDS } from './services/sms-commands.js';
import { SmsStorage } from './services/sms-storage.js';
import { TCP_COMMANDS } from './services/tcp-commands.js';
import { TcpServer } from './services/tcp-server.js';
import { SettingsKeeper } from './settings/settings-keeper.js';

/** What a host gives the core. */
export interface CoprocessorPorts {
	readonly clock: Clock;
	/** The UART to the module. */
	readonly module: UartPort;
	/** The port of the DTE. */
	readonly console: BytePort;
	readonly store: Store;
	readonly digest: Digest;
	readonly entropy: Entropy;
	/** Undefined: the board cannot switch the module. */
	readonly power?: PowerControl;
	/** Undefined: nobody looks. */
	readonly trace?: Trace;
}

/** The whole co-processor: wires the layers together, starts and stops them. */
export class Coprocessor {
	readonly modem: Modem;
	readonly settings: SettingsKeeper;
	readonly #console: Console;
	readonly #board: Board;
	readonly #tcpServer: TcpServer;
	readonly #journal: Journal;
	readonly #stopping = new Cancellation();

	constructor(ports: CoprocessorPorts) {
		const { clock, digest, entropy, trace } = ports;
		const start = clock.now();
		const { store } = ports;
		const stopping = this.#stopping;
		const settings = new SettingsKeeper(store);
		const modem = new Modem({ uart: ports.module, clock, power: ports.power, trace, mask: maskTraffic });
		const mailbox = new Mailbox(() => modem.control);
		const network = new ModuleNetwork(modem, clock, () => settings.current.tcpAtrun.connId);
		const interpreter = new Interpreter((): Board => board, BOARD_COMMANDS, SMS_COMMANDS, TCP_COMMANDS);
		const uptime = () => clock.now() - start;
		const journal = new Journal(store, clock);
		const counters = new Counters();
		const audit = new Audit(journal, counters, new BoardTime(clock), uptime, trace);
		const executor = new Executor(clock, modem, settings, interpreter, audit, stopping);
		const dte = new Console({ port: ports.console, clock, modem, interpreter });
		const onUrc = (text: string) => dte.urc(text);
		const onOther = (index: number) => dte.messageArrived(index);
		const tcpServer = new TcpServer({ clock, digest, settings, modem, network, executor, onUrc, trace });
		const storage = new SmsStorage({ settings, modem, mailbox, digest, audit });
		const answerer = new SmsAnswerer({
			clock,
			settings,
			store,
			digest,
			modem,
			mailbox,
			audit,
			stopping,
			attached: () => attached(modem, stopping),
		});
		const board: Board = {
			settings,
			digest,
			entropy,
			journal,
			counters,
			uptime,
			smsAtrun: new SmsAtrun({
				clock,
				stopping,
				settings,
				store,
				digest,
				modem,
				mailbox,
				storage,
				answerer,
				executor,
				audit,
				onUrc,
				onOther,
			}),
			tcpServer,
		};
		modem.onLost.push(() => counters.add('MODULE_LOST'));
		modem.hub.rest = (text, instance) => {
			if (instance === modem.dteInstance?.number) dte.urc(text);
		};
		this.modem = modem;
		this.settings = settings;
		this.#console = dte;
		this.#board = board;
		this.#tcpServer = tcpServer;
		this.#journal = journal;
	}

	/** The module is attached and every service that is switched on does its work. */
	get isUp(): boolean {
		const { smsAtrun, tcpServer } = this.settings.current;
		if (this.modem.state !== 'ready' || (smsAtrun.on && this.#board.smsAtrun.status !== 1)) return false;
		return !tcpServer || this.#board.tcpServer.status === 1;
	}

	/** Begins to attach to the module. The console answers at once. */
	start(): void {
		this.modem.start();
	}

	/** Leaves CMUX and lets go of all ports, which stay the host's. */
	async stop(): Promise<void> {
		this.#stopping.cancel();
		this.#console.close();
		this.#tcpServer.close();
		await this.modem.stop();
		this.#journal.close();
	}
}
