import { Lockout } from './access/lockout.js';
import { type CounterName, Counters } from './journal/counters.js';
import { Journal } from './journal/journal.js';
import { Cancellation } from './modem/cancellation.js';
import { Mailbox } from './modem/mailbox.js';
import { Modem } from './modem/modem.js';
import { ModuleNetwork } from './modem/module-network.js';
import { NetworkKeeper } from './modem/network-keeper.js';
import { profileNamed } from './modem/profiles.js';
import type { Rung } from './modem/rung.js';
import type { DtePort, UartPort } from './ports/byte-port.js';
import type { Clock } from './ports/clock.js';
import type { Digest } from './ports/digest.js';
import type { Entropy } from './ports/entropy.js';
import type { Network } from './ports/network.js';
import type { PowerControl } from './ports/power.js';
import type { Restart } from './ports/restart.js';
import type { Store } from './ports/store.js';
import type { Trace } from './ports/trace.js';
import type { Watchdog } from './ports/watchdog.js';
import type { Wifi } from './ports/wifi.js';
import { Audit } from './services/audit.js';
import type { About, Board } from './services/board.js';

import { BOARD_COMMANDS } from './services/board-commands.js';
import { BoardTime } from './services/board-time.js';
import { BootGuard } from './services/boot-guard.js';
import { Carriers } from './services/carriers.js';
import type { PortRate } from './services/console-line.js';
import { ConsolePort } from './services/console-port.js';
import { Consoles } from './services/consoles.js';
import { DteIntent } from './services/dte-intent.js';
import { Executor } from './services/executor.js';
import { Interpreter } from './services/interpreter.js';
import { LoopWatch } from './services/loop-watch.js';
import { maskTraffic } from './services/mask-traffic.js';
import { MODULE_COMMANDS } from './services/module-commands.js';
import { MOST_CRASHES } from './services/restart-record.js';
import { SCRIPT_COMMANDS } from './services/script-commands.js';
import { SERIAL_COMMANDS } from './services/serial-commands.js';
import { SerialLines } from './services/serial-lines.js';
import { settingsCommands } from './services/settings-commands.js';
import { SimKeeper } from './services/sim-keeper.js';
import { SmsAnswerer } from './services/sms-answerer.js';
import { attached, SmsAtrun } from './services/sms-atrun.js';
import { SMS_COMMANDS } from './services/sms-commands.js';
import { SmsStorage } from './services/sms-storage.js';
import { TcpClient } from './services/tcp-client.js';
import { TCP_COMMANDS } from './services/tcp-commands.js';
import { TcpServer } from './services/tcp-server.js';
import { TcpSessions } from './services/tcp-sessions.js';
import { UndoGuard } from './services/undo-guard.js';
import { UPDATE_COMMANDS } from './services/update-commands.js';
import { UpdateFetch } from './services/update-fetch.js';
import { type UpdatePorts, Updates } from './services/updates.js';
import { WIFI_COMMANDS } from './services/wifi-commands.js';
import { WifiKeeper } from './services/wifi-keeper.js';
import { WifiNetwork } from './services/wifi-network.js';
import { prepareStore } from './settings/prepare-store.js';
import type { PortProfile } from './settings/schema.js';
import { SettingsKeeper } from './settings/settings-keeper.js';
import { returnToKept } from './settings/trial-copy.js';
import { TwoCopies } from './settings/two-copies.js';
import { FileBox } from './update/file-box.js';

export type { UpdatePorts };

/** What a host gives the core. */
export interface CoprocessorPorts {
	readonly clock: Clock;
	/** The UART to the module. */
	readonly module: UartPort;
	/** Its rate [baud]; 115200. */
	readonly moduleRate?: number;
	/** The port of the DTE: the board's console UART. */
	readonly console: DtePort;
	/** Further ports with a DTE each; none where it is left out. They have no rate of their own. */
	readonly consoles?: readonly DtePort[];
	readonly store: Store;
	readonly digest: Digest;
	readonly entropy: Entropy;
	/** Undefined: the board cannot switch the module. */
	readonly power?: PowerControl;
	/** A further serial port of the board, for transparent mode; undefined: it has none. */
	readonly auxiliary?: UartPort;
	/** The host's own network (Ethernet, Wi-Fi); undefined: only the module's. */
	readonly network?: Network;
	/** The station that `network` hangs on; undefined: it has a wire, or there is none. */
	readonly wifi?: Wifi;
	/** What happened to the records of before, where the store lost them: it starts with none. Undefined: they are there. */
	readonly recordsLost?: string;
	/** The pin for the factory reset was held at boot. */
	readonly factoryReset?: boolean;
	/** Largest heap so far in octets; undefined: the host cannot tell. */
	heapPeak?(): number;
	/** Restarts the board; undefined: the host cannot. */
	restart?(): void;
	/** What the board says of itself. */
	readonly about?: Omit<About, 'restart'>;
	/** How the last run ended; undefined: the host does not know. */
	readonly start?: Restart;
	/** Restarts a board whose core does not get on any more; undefined: it has none. */
	readonly watchdog?: Watchdog;
	/** Undefined: nobody looks. */
	readonly trace?: Trace;
	/** Updates over the air; undefined: the board has no slots for them. */
	readonly update?: UpdatePorts;
}

const RECOVERED: Readonly<Record<Rung, CounterName>> = Object.freeze({
	wait: 'RECOVERED_WAIT',
	abort: 'RECOVERED_ABORT',
	reopen: 'RECOVERED_REOPEN',
	mux: 'RECOVERED_MUX',
	reboot: 'RECOVERED_REBOOT',
	reset: 'RECOVERED_RESET',
	power: 'RECOVERED_POWER',
});
/** From the answer to a restart [ms]. */
const RESTART = 2_000;
const NOBODY = Object.freeze({ firmware: 'unknown', target: 'unknown' });
const UNKNOWN: Restart = Object.freeze({ reason: 'unknown' });
/** The module's socket for images by URL, unless TCP ATRUN has it; up to 3 they belong to context 1 unless somebody set them. */
const UPDATE_SOCKET = 3;
/** The modem may rest for so long [ms]: an attempt to attach with everything that can be wrong takes a part of it. */
const MODEM_REST = 600_000;

/** The whole co-processor: wires the layers together, starts and stops them. */
export class Coprocessor {
	readonly modem: Modem;
	readonly settings: SettingsKeeper;
	readonly #consoles: Consoles;
	readonly #board: Board;
	readonly #tcpServer: TcpServer;
	readonly #tcpClient: TcpClient;
	readonly #wifi: WifiKeeper | undefined;
	readonly #lines: SerialLines;
	readonly #keeper: NetworkKeeper;
	readonly #journal: Journal;
	readonly #boot: BootGuard;
	readonly #watch: LoopWatch | undefined;
	readonly #updates: Updates | undefined;
	readonly #apply: () => Promise<void>;
	readonly #stopping = new Cancellation();

	constructor(ports: CoprocessorPorts) {
		const { clock, digest, entropy, trace } = ports;
		const start = clock.now();
		const { store } = ports;
		const stopping = this.#stopping;
		const isReset = ports.factoryReset === true;
		prepareStore(store, isReset);
		const isReturned = ports.update?.updater.isOnTrial === false && returnToKept(store);
		const settings = new SettingsKeeper(store);
		const modem = new Modem({
			uart: ports.module,
			clock,
			power: ports.power,
			trace,
			mask: maskTraffic,
			...(ports.moduleRate !== undefined && { rate: ports.moduleRate }),
			named: () => profileNamed(settings.current.module),
		});
		const mailbox = new Mailbox(() => modem.control);
		const network = new ModuleNetwork(modem, clock, () => settings.current.tcpAtrun.connId);
		const interpreter = new Interpreter(
			(): Board => board,
			BOARD_COMMANDS,
			SMS_COMMANDS,
			TCP_COMMANDS,
			SERIAL_COMMANDS,
			SCRIPT_COMMANDS,
			UPDATE_COMMANDS,
			MODULE_COMMANDS,
			WIFI_COMMANDS,
			settingsCommands(BOARD_COMMANDS, SMS_COMMANDS, TCP_COMMANDS, SERIAL_COMMANDS, MODULE_COMMANDS, WIFI_COMMANDS),
		);
		const uptime = () => clock.now() - start;
		const journal = new Journal(store, clock);
		const counters = new Counters();
		const audit = new Audit(journal, counters, new BoardTime(clock), uptime, trace);
		const apply = async () => {
			wifi?.apply();
			for (const service of [board.smsAtrun, board.tcpServer, board.tcpClient]) await service.apply();
		};
		if (isReset || settings.origin === 'older copy' || settings.origin === 'defaults') {
			const result = isReset ? 'factory reset by pin' : `settings: ${settings.origin}`;
			audit.note({ channel: 'board', identity: 'settings', verdict: 'recovered', result });
		}
		if (isReturned) {
			const result = 'settings: from before the trial';
			audit.note({ channel: 'board', identity: 'settings', verdict: 'recovered', result });
		}
		if (ports.recordsLost !== undefined) {
			const result = `records: ${ports.recordsLost}`;
			audit.note({ channel: 'board', identity: 'settings', verdict: 'recovered', result });
		}
		const boot = new BootGuard({ store, clock, restart: ports.start ?? UNKNOWN });
		const isHeld = () => boot.isSafe;
		const watch =
			ports.watchdog &&
			new LoopWatch({
				clock,
				watchdog: ports.watchdog,
				parts: [{ name: 'modem', limit: MODEM_REST, lastMoved: () => modem.movedAt }],
				onStuck: why => {
					boot.expect(why);
					audit.note({ channel: 'board', identity: 'watchdog', verdict: 'stuck', result: why });
					journal.flush();
				},
			});
		const intent = new DteIntent(clock);
		const isLeft = () => intent.isLeft;
		const undo = new UndoGuard({ clock, modem, settings, store, audit, stopping, apply, isLeft });
		const executor = new Executor(clock, modem, settings, interpreter, audit, undo, stopping);
		const profile = {
			read: () => settings.current.console,
			write: (console: PortProfile) => settings.change({ console }),
		};
		const onNotification = () => consoles.follow();
		const around = { clock, modem, interpreter, intent, profile, onNotification, onChange: () => undo.forget() };
		const rate = 'setBaud' in ports.console ? consoleRate(() => lines, settings) : undefined;
		const dte = new ConsolePort({ ...around, port: ports.console, rate });
		const further = (ports.consoles ?? []).map(port => new ConsolePort({ ...around, port }));
		const consoles: Consoles = new Consoles([dte, ...further], modem);
		const onUrc = (text: string) => consoles.urc(text);
		const onOther = (index: number) => consoles.messageArrived(index);
		const imei = () => modem.identity?.imei ?? settings.current.imei;
		const about: About = { ...(ports.about ?? NOBODY), restart: boot.restart.reason };
		const wifiNetwork = ports.wifi && ports.network && new WifiNetwork(ports.network, clock);
		const hostNetwork = wifiNetwork ?? ports.network;
		const carriers = new Carriers(network, hostNetwork, modem, settings);
		const wifi =
			ports.wifi &&
			new WifiKeeper({
				clock,
				wifi: ports.wifi,
				settings,
				audit,
				isHeld,
				onUp: () => {
					wifiNetwork?.raise();
					carriers.hostUp();
				},
				onDown: () => wifiNetwork?.drop(),
			});
		// A socket of its own: the session that asks for an update, and those meanwhile, go on.
		const updateSocket = () => (settings.current.tcpAtrun.connId === UPDATE_SOCKET ? UPDATE_SOCKET - 1 : UPDATE_SOCKET);
		let updateCarriers: Carriers | undefined;
		const carriersOfUpdates = () => {
			updateCarriers ??= new Carriers(new ModuleNetwork(modem, clock, updateSocket), hostNetwork, modem, settings);
			return updateCarriers;
		};
		const tcpSessions = new TcpSessions({ clock, settings, modem, executor, audit, onUrc, trace });
		const lockout = new Lockout();
		const tcp = { clock, isHeld, digest, entropy, settings, modem, carriers, sessions: tcpSessions, audit, imei };
		const tcpServer = new TcpServer({ ...tcp, lockout, trace });
		const hello = () => `#ATRUN: HELLO,"${imei()}","${about.firmware}","${about.restart}"\r\n`;
		const tcpClient = new TcpClient({ ...tcp, hello });
		const lines = new SerialLines({ clock, console: dte, auxiliary: ports.auxiliary, settings });
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
		const wantsContext = (): boolean => {
			const { tcpServer, tcpClient, tcpRules } = settings.current;
			return (tcpServer || tcpClient || updates?.isFetching === true) && !tcpRules.hostNetwork;
		};
		const updates: Updates | undefined =
			ports.update &&
			new Updates({
				ports: ports.update,
				store,
				clock,
				digest,
				about,
				audit,
				flush: () => journal.flush(),
				isHeld,
				trial: {
					hasSettings: () => settings.origin === 'stored' || settings.origin === 'older copy',
					isAttached: () => modem.state === 'ready',
					isCovered: () => {
						const { registration, context } = keeper.health;
						return (registration === 1 || registration === 5) && (context || !wantsContext());
					},
					isUp: () => {
						const { smsAtrun, tcpServer, tcpRules } = settings.current;
						if (smsAtrun.on && board.smsAtrun.status !== 1) return false;
						// Whether the host's own network is there is not the firmware's to answer for.
						return !tcpServer || tcpRules.hostNetwork || board.tcpServer.status === 1;
					},
				},
				fetch: new UpdateFetch({
					clock,
					network: () => carriersOfUpdates().current,
				}),
			});
		const board: Board = {
			updates,
			settings,
			digest,
			entropy,
			journal,
			counters,
			uptime,
			smsAtrun: new SmsAtrun({
				clock,
				isHeld,
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
			tcpClient,
			tcpSessions,
			lockout,
			hasHostNetwork: ports.network !== undefined,
			wifi,
			lines,
			files: new FileBox(store, new TwoCopies(store, 'files')),
			// Unknown before the first attach: then the module is asked, and nothing gets into the wrong place.
			modulePython: () => modem.identity?.python ?? true,
			about,
			boot,
			loopDelay: () => watch?.worstDelay ?? 0,
			module: () => ({
				model: modem.identity?.model ?? '',
				firmware: modem.identity?.firmware ?? '',
				imei: imei(),
				profile: modem.profile?.name ?? '',
			}),
			network: () => keeper.health,
			line: () => modem.line,
			heapPeak: () => ports.heapPeak?.(),
			unlock: () => simKeeper.unlock(),
			forget: async () => {
				undo.forget();
				if (!settings.forget()) return false;
				await apply();
				// The answer goes out before.
				clock.setTimer(clock.now() + RESTART, () => ports.restart?.());
				return true;
			},
		};
		const simKeeper = new SimKeeper({ clock, modem, settings, audit, stopping });
		const keeper = new NetworkKeeper({
			modem,
			clock,
			wantsContext,
			isLeft: () => intent.isLeft || boot.isSafe,
			accessPoint: () => settings.current.accessPoints.find(({ cid }) => cid === 1),
			onActed: (what, isDone) => {
				const result = `${what}: ${isDone ? 'done' : 'failed'}`;
				audit.noteSeldom({ channel: 'board', identity: 'network', verdict: 'recovered', result, rung: 'network' });
			},
		});
		modem.onReady.push(() => {
			const told = modem.identity?.imei ?? '';
			if (/^[0-9]{15}$/.test(told) && told !== settings.current.imei) settings.change({ imei: told });
		});
		modem.onLost.push(() => counters.add('MODULE_LOST'));
		modem.onRecovered.push(({ rung, reason, seconds }) => {
			audit.count(RECOVERED[rung]);
			const result = `${reason}; back after ${Math.round(seconds)} s`;
			audit.note({ channel: 'board', identity: 'module', verdict: 'recovered', result, rung });
		});
		if (boot.restart.reason !== 'unknown') {
			const { reason, why = '' } = boot.restart;
			const result = `${boot.isSafe ? 'safe mode: ' : ''}${reason}${why && `: ${why}`}`;
			audit.note({ channel: 'board', identity: 'board', verdict: 'started', result });
			// A board that crashes again has no minute to write this.
			if (boot.crashes > 0 && boot.crashes < MOST_CRASHES) journal.flush();
		}
		this.#boot = boot;
		this.#updates = updates;
		this.#watch = watch;
		this.#apply = apply;
		this.modem = modem;
		this.settings = settings;
		this.#consoles = consoles;
		this.#board = board;
		this.#tcpServer = tcpServer;
		this.#tcpClient = tcpClient;
		this.#wifi = wifi;
		this.#lines = lines;
		this.#keeper = keeper;
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
		this.#boot.start(() => {
			void this.#apply();
			this.#updates?.goOn();
		});
		this.#watch?.start();
		this.#updates?.start();
		this.modem.start();
		// The host's own network needs no module.
		this.#wifi?.apply();
		void this.#tcpServer.apply();
		void this.#tcpClient.apply();
	}

	/** Leaves CMUX and lets go of all ports, which stay the host's. */
	async stop(): Promise<void> {
		this.#stopping.cancel();
		this.#boot.close();
		this.#watch?.close();
		this.#updates?.close();
		this.#consoles.close();
		this.#tcpServer.close();
		this.#tcpClient.close();
		this.#wifi?.close();
		this.#lines.close();
		this.#keeper.close();
		await this.modem.stop();
		this.#journal.close();
	}
}

/** The rate of the console UART, which `+IPR` and `#ATRUNCONS` set alike. */
function consoleRate(lines: () => SerialLines, settings: SettingsKeeper): PortRate {
	return {
		read: () => lines().rate(CONSOLE) ?? 0,
		set: console =>
			settings.change({ rates: { ...settings.current.rates, console } }) && lines().setRate(CONSOLE, console),
	};
}

/** Its number among the board's serial lines. */
const CONSOLE = 0;
