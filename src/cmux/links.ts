import { failure, type Result, success } from '../base/result.js';
import type { Channel } from './channel.js';
import { DataLink, type LinkCarrier } from './data-link.js';
import type { DlciCommands } from './dlci-commands.js';
import { FrameType, type FrameView } from './frame.js';
import type { ChannelClosed, MuxError } from './options.js';
import type { Sender } from './sender.js';

/** The highest DLCI that carries data: 62 is reserved because its address octet with C/R = 0 is the flag (27.010 5.6). */
const LAST_DLCI = 61;

/** What the links need of the multiplexer. */
export interface LinksCarrier extends LinkCarrier {
	/** DLCI 0 is open and not about to be closed. */
	readonly isOpen: boolean;
}

export interface LinksOptions {
	readonly initiator: boolean;
	readonly sender: Sender;
	readonly commands: DlciCommands;
	readonly carrier: LinksCarrier;
}

/** The DLCIs that carry data: how each is opened, used and closed from either side (27.010 5.4.1, 5.4.2). */
export class Links {
	readonly #options: LinksOptions;
	readonly #carrier: LinksCarrier;
	readonly #links = new Map<number, DataLink>();
	/** Frame sizes that the peer has asked for before it opens a DLCI. */
	readonly #sizes: { [dlci: number]: number } = {};

	constructor(options: LinksOptions) {
		this.#options = options;
		this.#carrier = options.carrier;
	}

	get(dlci: number): DataLink | undefined {
		return this.#links.get(dlci);
	}

	/** See `Multiplexer.open`. */
	async open(dlci: number): Promise<Result<Channel, MuxError>> {
		if (!isDataDlci(dlci)) return failure('invalid');
		const { commands } = this.#options;
		const carrier = this.#carrier;
		// A DISC of before may still wait for its answer.
		while (carrier.isOpen && commands.waiting(dlci) === FrameType.DISC) await commands.over(dlci);
		if (!carrier.isOpen) return failure('closed');
		if (this.#links.has(dlci)) return failure('busy');
		const link = this.attach(dlci);
		const outcome = await commands.ask(dlci, FrameType.SABM);
		if (outcome !== 'answered') {
			this.detach(link, 'closed');
			return failure(outcome);
		}
		if (link.isOpen) await link.status.begin();
		return link.isOpen ? success(link.channel) : failure('closed');
	}

	/** Sends DISC for all. Settles when no command waits any more. */
	async disconnectAll(): Promise<void> {
		for (const link of [...this.#links.values()]) {
			this.detach(link, 'closed');
			void this.#options.commands.ask(link.head.dlci, FrameType.DISC);
		}
		await this.#options.commands.allOver();
	}

	/** The owner closed a link. */
	disconnect(link: DataLink): void {
		this.detach(link, 'closed');
		if (this.#carrier.isOpen) void this.#options.commands.ask(link.head.dlci, FrameType.DISC);
	}

	/** Ends all without a frame. */
	endAll(reason: ChannelClosed): void {
		for (const link of [...this.#links.values()]) this.detach(link, reason);
	}

	/** The peer does not know MSC: none waits for its answer any more. */
	withoutStatus(): void {
		for (const link of this.#links.values()) link.status.answered();
	}

	receiveData({ dlci, payload, pollFinal }: FrameView): void {
		const link = this.#links.get(dlci);
		if (link !== undefined) {
			link.receive(payload);
			return;
		}
		this.#carrier.counters.stray++;
		const { initiator, commands } = this.#options;
		// An initiator that believes in a channel which is not there learns it; what still follows our own DISC is no reason.
		if (!initiator && commands.waiting(dlci) === undefined) this.respond(dlci, FrameType.DM, pollFinal);
	}

	/** The peer wants frames of a DLCI with no more than `n1` octets of payload, now and each time it is opened. */
	agreed(dlci: number, n1: number): void {
		if (!isDataDlci(dlci)) return;
		this.#sizes[dlci] = n1;
		const link = this.#links.get(dlci);
		if (link !== undefined) link.largest = n1;
	}

	/** SABM of the peer. */
	peerOpens(dlci: number, final: boolean): void {
		const open = this.#carrier.isOpen;
		const waiting = this.#options.commands.waiting(dlci);
		const link = this.#links.get(dlci);
		if (open && link !== undefined && (link.fresh || waiting === FrameType.SABM)) {
			// Our UA was lost, or both sides open it at once.
			this.respond(dlci, FrameType.UA, final);
			return;
		}
		if (link !== undefined) this.detach(link, 'restarted');
		const { accepts, requireMsc } = this.#carrier.settings;
		if (!open || waiting !== undefined || !isDataDlci(dlci) || !accepts(dlci)) {
			this.respond(dlci, FrameType.DM, final);
			return;
		}
		this.respond(dlci, FrameType.UA, final);
		const opened = this.attach(dlci);
		opened.opened(true);
		if (!requireMsc) void opened.status.begin();
	}

	/** DISC of the peer. */
	peerDisconnects(dlci: number, final: boolean): void {
		const waiting = this.#options.commands.waiting(dlci);
		const link = this.#links.get(dlci);
		if (waiting === FrameType.SABM || (link === undefined && waiting === undefined)) {
			this.respond(dlci, FrameType.DM, final);
			return;
		}
		this.respond(dlci, FrameType.UA, final);
		if (link !== undefined) this.detach(link, 'disconnected');
		this.#options.commands.settle(dlci, 'answered');
	}

	/** DM of the peer that answers no command. False: there is no such link. */
	peerLost(dlci: number): boolean {
		const link = this.#links.get(dlci);
		if (link !== undefined) this.detach(link, 'disconnected');
		return link !== undefined;
	}

	private respond(dlci: number, type: FrameType, final: boolean): void {
		this.#options.sender.response(dlci, type, final);
	}

	private attach(dlci: number): DataLink {
		const link = new DataLink(dlci, this.#carrier);
		link.largest = this.#sizes[dlci] ?? this.#carrier.settings.n1;
		this.#links.set(dlci, link);
		this.#options.sender.add(link);
		return link;
	}

	private detach(link: DataLink, reason: ChannelClosed): void {
		if (this.#links.get(link.head.dlci) === link) this.#links.delete(link.head.dlci);
		this.#options.sender.remove(link);
		link.end(reason);
	}
}

function isDataDlci(dlci: number): boolean {
	return Number.isInteger(dlci) && dlci >= 1 && dlci <= LAST_DLCI;
}
