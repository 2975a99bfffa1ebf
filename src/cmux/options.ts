import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { Channel } from './channel.js';
import type { FrameView } from './frame.js';
import type { ReaderCounters } from './frame-reader.js';

/** What a multiplexer needs and what may be tuned. Times in milliseconds, sizes in octets. */
export interface MultiplexerOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	/** The initiator sends the first SABM and its commands carry C/R = 1 (27.010 5.2.1.2). */
	readonly role: 'initiator' | 'responder';
	/** N1: the largest payload this side sends, 8–32767. 127: what one length octet states. */
	readonly n1?: number;
	/**
	 * The largest payload that is believed from the peer, 8–32767; a longer one is line noise. Twice N1 and at least 256:
	 * room for a peer that takes N1 as 128, yet a damaged length octet holds the reader for a moment only.
	 */
	readonly receiveLimit?: number;
	/** T1: the wait for UA or DM. 100 (27.010 5.7.1). */
	readonly t1?: number;
	/** T2: the wait for an answer on the control channel. 300 (27.010 5.7.5). */
	readonly t2?: number;
	/** N2: how often SABM, DISC and control commands are repeated. 3 (27.010 5.7.3). */
	readonly n2?: number;
	/** The longest silence inside a frame; 200. After it the reader looks for the next flag. */
	readonly octetGap?: number;
	/** Responder: how long `start` waits for SABM on DLCI 0. 5000, as Telit modules do. */
	readonly startWithin?: number;
	/** How long the peer may hold waiting data, or the port a begun frame, before it is a fault. 60000. */
	readonly stall?: number;
	/**
	 * Queue of received octets per DLCI: 2048, at least four times N1. The peer is stopped at one half and released at one
	 * quarter; the upper half must hold what it and the ports between have on their way by then.
	 */
	readonly receiveQueue?: number;
	/** Queue of octets to send per DLCI. 1024. */
	readonly sendQueue?: number;
	/** Which DLCIs the peer may open; others are answered with DM. A responder takes all of 1–61, an initiator none. */
	readonly accepts?: (dlci: number) => boolean;
	/** The peer opened a DLCI. */
	readonly onOpen?: (channel: Channel) => void;
	/** A multiplexer that was started has ended and released the port. Called once. */
	readonly onClosed?: (reason: MuxClosed) => void;
	/** Something hangs. The multiplexer goes on; its owner decides what to do. */
	readonly onFault?: (fault: MuxFault) => void;
	/** Sees each frame, for the trace, during the call only; must not call back. */
	readonly onFrame?: (direction: 'sent' | 'received', frame: FrameView) => void;
	/** Gets octets that belong to no frame, during the call only; must not call back. */
	readonly onNoise?: (bytes: Uint8Array) => void;
	/**
	 * The C/R bit of the UIH frames this side sends. As 27.010 5.4.3.1 wants: 1 from the initiator, 0 from the responder.
	 * For peers that want another: a Telit ME910 ignores UIH with C/R = 0.
	 */
	readonly uihCommandBit?: 0 | 1;
	/** Responder: nothing is sent on a DLCI before the peer's first MSC for it, as Telit modules do. False. */
	readonly requireMsc?: boolean;
}

/**
 * Why something was not done: the peer answered DM or NSC (`refused`), never answered (`timeout`), the multiplexer is
 * not open or ended meanwhile (`closed`), the port ended (`port`), the DLCI or command is in use (`busy`), an argument
 * is out of range (`invalid`).
 */
export type MuxError = 'refused' | 'timeout' | 'closed' | 'port' | 'busy' | 'invalid';

/** Why a multiplexer ended: by the peer's CLD, or DISC or DM on DLCI 0; by `close`; with its port; because the peer is dead. */
export type MuxClosed = 'asked' | 'closed' | 'port' | 'silent';

/** Why a channel ended: with its multiplexer, by the peer's DISC or DM, or because the peer opened it anew. */
export type ChannelClosed = MuxClosed | 'disconnected' | 'restarted';

/**
 * Something that hangs, told once each time it begins to. `dlci` 0 means all.
 * - `flow-stopped`: the peer has held data back by MSC or FCoff for longer than `stall`.
 * - `line-stalled`: the port has not taken a whole frame for longer than `stall`.
 * - `unanswered`: a peer that answered MSC before does not any more.
 * - `echo`: our own frames come back: the peer is not in multiplexer mode.
 */
export interface MuxFault {
	readonly kind: 'flow-stopped' | 'line-stalled' | 'unanswered' | 'echo';
	readonly dlci: number;
}

/** What passed since the start. */
export interface MuxStatistics extends LinkCounters, ReaderCounters {
	/** Octets on the line, with flags and headers. */
	readonly octetsReceived: number;
}

export interface LinkCounters {
	readonly framesSent: number;
	readonly framesReceived: number;
	/** Octets on the line, with flags and headers. */
	readonly octetsSent: number;
	/** Repeated SABM, DISC and control commands. */
	readonly retries: number;
	/** Exchanges given up without an answer. */
	readonly unanswered: number;
	/** Frames and messages that fit to nothing: closed DLCI, unexpected answer, malformed message. */
	readonly stray: number;
	/** Octets of payloads dropped because the receive queue of their DLCI was full. */
	readonly lostOctets: number;
	/** Control frames not sent because too many waited for the line. */
	readonly discarded: number;
}

/** The counters as their owners see them. */
export type Counting = { -readonly [Key in keyof LinkCounters]: LinkCounters[Key] };

export function noCounts(): Counting {
	return {
		framesSent: 0,
		framesReceived: 0,
		octetsSent: 0,
		retries: 0,
		unanswered: 0,
		stray: 0,
		lostOctets: 0,
		discarded: 0,
	};
}

/** Options with every default filled in. */
export type Settled = Required<
	Omit<MultiplexerOptions, 'port' | 'clock' | 'role' | 'onOpen' | 'onClosed' | 'onFault' | 'onFrame' | 'onNoise'>
>;

/** Throws RangeError, naming the option, where a size or time makes no sense. */
export function settle(options: MultiplexerOptions): Settled {
	const n1 = inRange('n1', options.n1 ?? 127, 8, 0x7fff);
	const initiator = options.role === 'initiator';
	return {
		n1,
		receiveLimit: inRange('receiveLimit', options.receiveLimit ?? Math.min(Math.max(2 * n1, 256), 0x7fff), 8, 0x7fff),
		t1: inRange('t1', options.t1 ?? 100, 1, 600_000),
		t2: inRange('t2', options.t2 ?? 300, 1, 600_000),
		n2: inRange('n2', options.n2 ?? 3, 0, 255),
		octetGap: inRange('octetGap', options.octetGap ?? 200, 1, 600_000),
		startWithin: inRange('startWithin', options.startWithin ?? 5000, 1, 3_600_000),
		stall: inRange('stall', options.stall ?? 60_000, 1, 3_600_000),
		receiveQueue: Math.max(inRange('receiveQueue', options.receiveQueue ?? 2048, 1, 0x100000), 4 * n1),
		sendQueue: inRange('sendQueue', options.sendQueue ?? 1024, 1, 0x100000),
		accepts: options.accepts ?? (() => !initiator),
		uihCommandBit: options.uihCommandBit ?? (initiator ? 1 : 0),
		requireMsc: options.requireMsc ?? false,
	};
}

function inRange(name: string, value: number, least: number, most: number): number {
	if (value >= least && value <= most) return value;
	throw new RangeError(`${name} must be ${least}-${most}, not ${value}`);
}
