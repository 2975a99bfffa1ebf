import type { PortListener, UartPort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type { PowerControl } from '../../src/ports/power.js';
import type { Store } from '../../src/ports/store.js';
import { MemorySockets } from './memory-sockets.js';
import { MessageCentre, type MessageCentreOptions } from './message-centre.js';
import { MobileNetwork, type MobileNetworkOptions } from './mobile-network.js';
import type { ModelName } from './module/identity.js';
import type { Quirks } from './module/quirks.js';
import { VirtualModule } from './module/virtual-module.js';
import { PowerLines } from './power-lines.js';
import { SimCard, type SimOptions } from './sim-card.js';
import type { SocketHost } from './socket-host.js';
import { Wire, type WireEnd, type WireOptions } from './wire.js';

export interface SimulatedModuleOptions {
	readonly clock: Clock;
	/** Rate of the line; 0 = unpaced, and then no rate ever garbles. 115200. */
	readonly baud?: number;
	/** What else the line does: block size, disturbance. */
	readonly wire?: Omit<WireOptions, 'baud'>;
	/** Instead of a wire: the DCE end of another line. `dte` then has no meaning. */
	readonly uart?: UartPort;
	/** Clocks whose timers belong to the module's and to the DTE's side of the line. */
	readonly owners?: { readonly dte?: Clock; readonly dce?: Clock };
	readonly sim?: SimCard | SimOptions;
	readonly network?: MobileNetwork | MobileNetworkOptions;
	readonly centre?: MessageCentre | MessageCentreOptions;
	readonly sockets?: SocketHost;
	readonly model?: ModelName;
	readonly imei?: string;
	/** Whether the module has Python and keeps scripts; without it, as the model has. */
	readonly python?: boolean;
	readonly store?: Store;
	readonly quirks?: Partial<Quirks>;
	/** Boots at once, without a pulse of ON_OFF. False: the module is off. */
	readonly powered?: boolean;
}

export interface SimulatedModule {
	readonly module: VirtualModule;
	/** The line's end for the co-processor or a test. */
	readonly dte: UartPort;
	/** The line itself: what a fault disturbs. Without meaning where another line was given. */
	readonly wire: Wire;
	readonly power: PowerControl;
	readonly sim: SimCard;
	readonly network: MobileNetwork;
	readonly centre: MessageCentre;
	readonly sockets: SocketHost;
	/** The in-memory sockets, where no other host was given. */
	readonly memorySockets: MemorySockets;
}

const BAUD = 115_200;
/** Octets that the module's UART holds to send: they still come when its multiplexer is stopped. */
const UART_QUEUE = 1024;

/** A virtual module with everything around it, wired together. */
export function createSimulatedModule(options: SimulatedModuleOptions): SimulatedModule {
	const { clock } = options;
	const baud = options.baud ?? BAUD;
	const inner = options.owners?.dce ?? clock;
	const wire = new Wire(clock, { dceSending: UART_QUEUE, ...options.wire, baud }, options.owners);
	const sim = options.sim instanceof SimCard ? options.sim : new SimCard(options.sim);
	const network = options.network instanceof MobileNetwork ? options.network : new MobileNetwork(options.network);
	const centre = options.centre instanceof MessageCentre ? options.centre : new MessageCentre(inner, options.centre);
	const memorySockets = new MemorySockets(inner);
	const sockets = options.sockets ?? memorySockets;
	const module = new VirtualModule({
		uart: options.uart ?? (baud === 0 ? new UnpacedEnd(wire.dce) : wire.dce),
		clock: inner,
		sim,
		network,
		centre,
		sockets,
		...(options.model === undefined ? {} : { model: options.model }),
		...(options.imei === undefined ? {} : { imei: options.imei }),
		...(options.python === undefined ? {} : { python: options.python }),
		...(options.store === undefined ? {} : { store: options.store }),
		...(options.quirks === undefined ? {} : { quirks: options.quirks }),
		...(options.uart === undefined && baud !== 0 ? { lineRate: () => wire.dte.baud } : {}),
	});
	wire.dce.dtrChanged = on => module.dtrChanged(on);
	const dte = baud === 0 ? new UnpacedEnd(wire.dte) : new RatedEnd(wire.dte, () => module.lineRateChanged());
	if (options.powered === true) module.powerOn();
	return { module, dte, wire, power: new PowerLines(module), sim, network, centre, sockets, memorySockets };
}

/** The end of a wire, as the board sees it. */
class RatedEnd implements UartPort {
	readonly #end: WireEnd;
	readonly #rateChanged: () => void;

	constructor(end: WireEnd, rateChanged: () => void) {
		this.#end = end;
		this.#rateChanged = rateChanged;
	}

	get overruns(): number {
		return this.#end.overruns;
	}

	/** The rate now. */
	get baud(): number {
		return this.#end.baud;
	}

	setBaud(baud: number): boolean {
		const done = this.#end.setBaud(baud);
		this.#rateChanged();
		return done;
	}

	setDtr(on: boolean): void {
		this.#end.setDtr(on);
	}

	read(into: Uint8Array): number {
		return this.#end.read(into);
	}

	write(bytes: Uint8Array): number {
		return this.#end.write(bytes);
	}

	listen(listener: PortListener | undefined): void {
		this.#end.listen(listener);
	}

	close(): void {
		this.#end.close();
	}
}

/** The end of a wire without a rate: setting one changes nothing. */
class UnpacedEnd extends RatedEnd {
	constructor(end: WireEnd) {
		super(end, () => undefined);
	}

	override setBaud(): boolean {
		return true;
	}
}
