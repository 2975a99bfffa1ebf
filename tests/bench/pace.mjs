/**
 * The pace at which a board's XS has to run, in bytecodes a second, reckoned from what the bench measures. No device was measured: what is
 * known is what it would need.
 */

/** Bits that a serial line (8N1) takes for an octet. */
export const BITS = 10;

/** The most that computing may be of the time from reset to ready, for each of which the pace is told [%]. */
const SHARES = [1, 10, 50];

/** @typedef {import('./case.js').Pace} Pace */
/** @typedef {{ name: string, bytecodes: number, octets: number | undefined, latency: number | undefined, pace: Pace | undefined }} Measured */
/** @typedef {{ baud: number, receive: number, send: number, lex: number, all: number }} LinePace all in bytecodes a second */
/** @typedef {{ bytecodes: number, waiting: number, shares: { percent: number, pace: number }[] }} BootPace waiting in ms */

/**
 * What a line needs that is busy both ways with full frames, and lines of AT in all that arrives.
 * @param {readonly Measured[]} cases
 * @param {readonly number[]} rates baud
 * @returns {LinePace[] | undefined} undefined: not all of it was measured
 */
export function linePace(cases, rates) {
	const [receive, send, lex] = [part(cases, 'receive'), part(cases, 'send'), part(cases, 'lex')];
	const payload = receive?.pace?.payload;
	if (receive?.octets === undefined || send?.octets === undefined || lex?.octets === undefined || payload === undefined)
		return undefined;
	const { octets } = receive;
	const perOctet = {
		receive: receive.bytecodes / octets,
		send: send.bytecodes / send.octets,
		lex: ((lex.bytecodes / lex.octets) * payload) / octets,
	};
	return rates.map(baud => {
		const each = baud / BITS;
		const needed = { receive: perOctet.receive * each, send: perOctet.send * each, lex: perOctet.lex * each };
		return { baud, ...needed, all: needed.receive + needed.send + needed.lex };
	});
}

/**
 * What a boot takes. Nothing that it computes is taken to happen while it waits, which is the worst case.
 * @param {readonly Measured[]} cases
 * @returns {BootPace | undefined} undefined: not all of it was measured
 */
export function bootPace(cases) {
	const [make, boot] = [part(cases, 'make'), part(cases, 'boot')];
	if (make === undefined || boot?.latency === undefined) return undefined;
	const bytecodes = make.bytecodes + boot.bytecodes;
	const waiting = boot.latency;
	const shares = SHARES.map(percent => ({ percent, pace: bytecodes / computing(waiting, percent) }));
	return { bytecodes, waiting, shares };
}

/**
 * @param {number} waiting ms
 * @param {number} percent
 * @returns {number} of computing that is so much of both together [s]
 */
function computing(waiting, percent) {
	return ((waiting / 1000) * percent) / (100 - percent);
}

/**
 * Time and share of the computing of a boot at a pace.
 * @param {BootPace} boot
 * @param {number} pace bytecodes a second
 */
export function bootAt({ bytecodes, waiting }, pace) {
	const ms = (bytecodes / pace) * 1000;
	return { ms, percent: (ms * 100) / (ms + waiting) };
}

/** @param {readonly Measured[]} cases @param {Pace['part']} name */
function part(cases, name) {
	return cases.find(({ pace }) => pace?.part === name);
}
