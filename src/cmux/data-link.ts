import { ByteQueue } from '../base/byte-queue.js';
import type { PortListener } from '../ports/byte-port.js';
import { Channel } from './channel.js';
import type { ModemStatusMessage } from './control-message.js';
import { type FrameHead, FrameType } from './frame.js';
import { ModemStatus, type StatusCarrier } from './modem-status.js';
import type { Notice } from './notifier.js';
import type { ChannelClosed, Settled } from './options.js';
import type { SendSource } from './sender.js';
import { type StallOwner, StallWatch } from './stall-watch.js';

/** What the multiplexer does for its links. */
export interface LinkCarrier extends StatusCarrier {
	readonly settings: Settled;
	/** There may be something to send. */
	pump(): void;
	post(notice: Notice): void;
	/** The owner closed the link: it is to be disconnected. */
	disconnect(link: DataLink): void;
	/** The peer opened the link: its owner is to be told. */
	announce(channel: Channel): void;
	flowStopped(dlci: number): void;
}

/** What the owner has not been told yet, a set of bits. */
const OPENED = 1;
const READABLE = 2;
const SIGNALS = 4;
const BROKE = 8;
const WRITABLE = 16;
const CLOSED = 32;

/**
 * The multiplexer's side of a channel: its queues, its flow control and what is to be told to its owner. The peer is
 * stopped when the receive queue is half full and released at a quarter; the upper half takes what was on its way.
 * A frame beyond that is dropped whole and counted.
 */
export class DataLink implements SendSource, Notice, StallOwner {
	readonly head: FrameHead;
	readonly sending: ByteQueue;
	readonly status: ModemStatus;
	readonly channel: Channel;
	readonly #carrier: LinkCarrier;
	readonly #received: ByteQueue;
	readonly #stall: StallWatch;
	#listener: PortListener | undefined;
	#notices = 0;
	#state: 'opening' | 'open' | 'ended' = 'opening';
	#reason: ChannelClosed | undefined;
	#wantsSpace = false;
	#breakLength = 1;
	/** Octets of the largest payload to send. */
	largest = 0;
	/** Nothing but SABM has come on this DLCI: another SABM is a repeated one, not a peer that starts anew. */
	fresh = true;

	constructor(dlci: number, carrier: LinkCarrier) {
		const { settings } = carrier;
		this.head = Object.freeze({
			dlci,
			type: FrameType.UIH,
			commandBit: settings.uihCommandBit,
			pollFinal: false,
		});
		this.#carrier = carrier;
		this.sending = new ByteQueue(settings.sendQueue);
		this.#received = new ByteQueue(settings.receiveQueue);
		this.status = new ModemStatus(dlci, carrier);
		this.#stall = new StallWatch(carrier.clock, settings.stall, this);
		this.channel = new Channel(this);
	}

	get isOpen(): boolean {
		return this.#state === 'open';
	}

	get sendable(): boolean {
		return this.sending.length > 0 && this.#state === 'open' && !this.status.peerStopped && !this.waitsForMsc;
	}

	// For the owner, through its channel.

	read(into: Uint8Array): number {
		const count = this.#received.read(into);
		if (this.status.stopping && this.#received.length <= this.#received.capacity >> 2) this.status.stop(false);
		return count;
	}

	write(bytes: Uint8Array): number {
		if (this.#state !== 'open') return 0;
		let count = 0;
		// The line may take what the queue holds, which makes space for the rest.
		for (;;) {
			const taken = this.sending.write(count === 0 ? bytes : bytes.subarray(count));
			count += taken;
			if (taken > 0) this.#carrier.pump();
			if (count === bytes.length || taken === 0 || this.sending.space === 0) break;
		}
		this.#wantsSpace = count < bytes.length;
		this.watch();
		return count;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (listener === undefined) return;
		if (this.#received.length > 0) this.tell(READABLE);
		if (this.#reason !== undefined) this.tell(CLOSED);
	}

	close(): void {
		this.#listener = undefined;
		this.#reason = undefined;
		this.#received.clear();
		if (this.#state === 'ended') return;
		this.stopAll();
		this.#carrier.disconnect(this);
	}

	// For the multiplexer.

	/** UA came, or was sent. `byPeer`: the owner does not know the channel yet. */
	opened(byPeer: boolean): void {
		this.#state = 'open';
		if (byPeer) this.tell(OPENED);
	}

	receive(payload: Uint8Array): void {
		this.fresh = false;
		if (payload.length > this.#received.space) this.#carrier.counters.lostOctets += payload.length;
		else if (this.#received.write(payload) > 0) this.tell(READABLE);
		if (this.#received.length >= this.#received.capacity >> 1) this.status.stop(true);
	}

	/** The peer's MSC. */
	receiveStatus(message: ModemStatusMessage): void {
		this.fresh = false;
		const first = !this.status.heard;
		if (this.status.received(message)) this.tell(SIGNALS);
		if (message.break !== undefined) {
			this.#breakLength = Math.max(message.break, 1);
			this.tell(BROKE);
		}
		if (first && this.#state === 'open' && this.#carrier.settings.requireMsc) void this.status.begin();
		this.watch();
	}

	sent(): void {
		if (this.#wantsSpace) this.tell(WRITABLE);
		this.watch();
	}

	/** The link is gone; its owner is told. */
	end(reason: ChannelClosed): void {
		if (this.#state === 'ended') return;
		this.stopAll();
		this.#reason = reason;
		this.tell(CLOSED);
	}

	stalled(): void {
		this.#carrier.flowStopped(this.head.dlci);
	}

	deliver(): void {
		const notices = this.#notices;
		this.#notices = 0;
		if (notices & OPENED) this.#carrier.announce(this.channel);
		if (notices & READABLE && this.#received.length > 0) this.#listener?.readable();
		if (notices & SIGNALS) this.#listener?.signals?.(this.status.peer);
		if (notices & BROKE) this.#listener?.broke?.(this.#breakLength);
		if (notices & WRITABLE && this.#wantsSpace && this.sending.space > 0) {
			this.#wantsSpace = false;
			this.#listener?.writable?.();
		}
		if (notices & CLOSED && this.#reason !== undefined && this.#listener !== undefined) {
			const reason = this.#reason;
			this.#reason = undefined;
			this.#listener.closed?.(reason);
		}
	}

	private get waitsForMsc(): boolean {
		return this.#carrier.settings.requireMsc && !this.status.heard;
	}

	private tell(notice: number): void {
		const idle = this.#notices === 0;
		this.#notices |= notice;
		if (idle) this.#carrier.post(this);
	}

	private watch(): void {
		this.#stall.set(this.#state === 'open' && this.status.peerStopped && this.sending.length > 0);
	}

	private stopAll(): void {
		this.#state = 'ended';
		this.#wantsSpace = false;
		this.sending.clear();
		this.#stall.stop();
		this.status.end();
	}
}
