import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire, type WireOptions } from '../../hosts/simulator/wire.js';
import { bytesOfHex } from '../../src/base/hex.js';
import type { Channel } from '../../src/cmux/channel.js';
import { encodeHeader, encodeTrailer, type FrameHead, FrameType, type FrameView } from '../../src/cmux/frame.js';
import { FrameReader } from '../../src/cmux/frame-reader.js';
import { Multiplexer, type MultiplexerOptions } from '../../src/cmux/multiplexer.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';

/** Octets of a spaced hexadecimal text. */
export function hex(text: string): Uint8Array {
	return bytesOfHex(text.replaceAll(' ', ''))!;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}

/** A whole frame; `commandBit` 1 and `pollFinal` false where not told. */
export function frameOf(
	dlci: number,
	type: FrameType,
	payload: Uint8Array = new Uint8Array(0),
	head: Partial<FrameHead> = {},
): Uint8Array {
	const into = new Uint8Array(payload.length + 7);
	const at = encodeHeader(into, 0, { dlci, type, commandBit: 1, pollFinal: false, ...head }, payload.length);
	into.set(payload, at);
	return into.slice(0, encodeTrailer(into, 0, at, at + payload.length));
}

export interface Seen {
	readonly dlci: number;
	readonly type: FrameType;
	readonly commandBit: 0 | 1;
	readonly pollFinal: boolean;
	readonly payload: number[];
}

export function seen(frame: FrameView): Seen {
	const { dlci, type, commandBit, pollFinal, payload } = frame;
	return { dlci, type, commandBit, pollFinal, payload: [...payload] };
}

/** Every frame that a reader gives of `blocks`, with silence at the end. */
export function framesIn(blocks: readonly Uint8Array[], limit = 256): Seen[] {
	const frames: Seen[] = [];
	const reader = new FrameReader(limit, frame => frames.push(seen(frame)));
	for (const block of blocks) reader.push(block);
	reader.reset();
	return frames;
}

/** `bytes` in blocks of `size`. */
export function inBlocks(bytes: Uint8Array, size: number): Uint8Array[] {
	const blocks: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; at += size) blocks.push(bytes.slice(at, at + size));
	return blocks;
}

/** A port whose other side is the test. */
export class TestPort implements BytePort {
	/** Octets that one `write` takes at the most. */
	takes = 1000;
	/** Octets that the port takes in all before it is full. */
	room = Number.POSITIVE_INFINITY;
	listener: PortListener | undefined;
	closed = false;
	#sent: number[] = [];
	#waiting: number[] = [];

	read(into: Uint8Array): number {
		const part = this.#waiting.splice(0, into.length);
		into.set(part);
		return part.length;
	}

	write(bytes: Uint8Array): number {
		const count = Math.min(bytes.length, this.takes, this.room);
		this.#sent.push(...bytes.subarray(0, count));
		this.room -= count;
		return count;
	}

	close(): void {
		this.closed = true;
	}

	listen(listener: PortListener | undefined): void {
		this.listener = listener;
	}

	/** Octets come from the other side. */
	give(...parts: readonly Uint8Array[]): void {
		for (const part of parts) this.#waiting.push(...part);
		this.listener?.readable();
	}

	/** The frames sent since the last call. */
	frames(): Seen[] {
		return framesIn([this.octets()], 2000);
	}

	/** The octets sent since the last call. */
	octets(): Uint8Array {
		return Uint8Array.from(this.#sent.splice(0));
	}
}

/** A multiplexer on a test port. */
export function bench(options: Partial<MultiplexerOptions> = {}): {
	clock: VirtualClock;
	port: TestPort;
	mux: Multiplexer;
} {
	const clock = new VirtualClock();
	const port = new TestPort();
	const mux = new Multiplexer({ port, clock, role: 'initiator', ...options });
	return { clock, port, mux };
}

/** What a Telit module answers: UA to SABM and DISC, a response to MSC and TEST. */
export function agreeable(port: TestPort): number {
	const frames = port.frames();
	for (const { dlci, type, payload } of frames) {
		if (type === FrameType.SABM || type === FrameType.DISC) {
			port.give(frameOf(dlci, FrameType.UA, undefined, { pollFinal: true }));
		} else if (type === FrameType.UIH && dlci === 0 && (payload[0]! & 2) !== 0) {
			port.give(frameOf(0, FrameType.UIH, Uint8Array.from([payload[0]! & ~2, ...payload.slice(1)]), { commandBit: 0 }));
		}
	}
	return frames.length;
}

/** An initiator that is open on DLCI 0 and the given DLCIs; what was sent so far is forgotten. */
export async function opened(dlcis: readonly number[], options: Partial<MultiplexerOptions> = {}) {
	const { clock, port, mux } = bench(options);
	const channels: Channel[] = [];
	const started = mux.start();
	agreeable(port);
	await started;
	for (const dlci of dlcis) {
		const opening = mux.open(dlci);
		for (let round = 0; round < 4; round++) {
			await clock.advance(0);
			agreeable(port);
		}
		const result = await opening;
		if (!result.ok) throw new Error(result.error);
		channels.push(result.value);
	}
	port.octets();
	return { clock, port, mux, channels, channel: channels[0]! };
}

/** Two multiplexers back to back. */
export function pair(
	wire: Partial<WireOptions> = {},
	initiator: Partial<MultiplexerOptions> = {},
	responder: Partial<MultiplexerOptions> = {},
) {
	const clock = new VirtualClock();
	const line = new Wire(clock, { baud: 115_200, ...wire });
	const accepted: Channel[] = [];
	const a = new Multiplexer({ port: line.dte, clock, role: 'initiator', ...initiator });
	const b = new Multiplexer({
		port: line.dce,
		clock,
		role: 'responder',
		onOpen: channel => accepted.push(channel),
		...responder,
	});
	return { clock, line, a, b, accepted };
}

/** A pair with one open DLCI: the channel of either end. */
export async function connected(
	wire: Partial<WireOptions> = {},
	initiator: Partial<MultiplexerOptions> = {},
	responder: Partial<MultiplexerOptions> = {},
) {
	const { clock, line, a, b, accepted } = pair(wire, initiator, responder);
	const start = await clock.settled(a.start(), 5000, 'the start');
	if (!start.ok) throw new Error(start.error);
	const open = await clock.settled(a.open(1), 5000, 'the channel');
	if (!open.ok) throw new Error(open.error);
	await clock.until(() => accepted.length > 0, 1000, 'the other end');
	return { clock, line, a, b, near: open.value, far: accepted[0]!, accepted };
}

/** What a listener was told, in order. */
export function recorded(channel: Channel): string[] {
	const told: string[] = [];
	channel.listen({
		readable: () => told.push('readable'),
		writable: () => told.push('writable'),
		closed: reason => told.push(`closed ${reason}`),
		signals: signals => told.push(`signals ${Object.entries(signals).flatMap(([name, on]) => (on ? [name] : []))}`),
		broke: length => told.push(`broke ${length}`),
	});
	return told;
}

/** Octets that tell their place: a period that no block size divides. */
export function pattern(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => at % 251);
}

/** All that a channel has to read now. */
export function drained(channel: Channel): Uint8Array {
	const into = new Uint8Array(8192);
	return into.slice(0, channel.read(into));
}
