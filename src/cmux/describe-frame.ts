import { textOf } from '../base/text.js';
import type { Signals } from '../ports/byte-port.js';
import { type ControlMessage, decodeControl } from './control-message.js';
import { FrameType, type FrameView } from './frame.js';

const NAMES: Readonly<Record<FrameType, string>> = Object.freeze({
	[FrameType.SABM]: 'SABM',
	[FrameType.UA]: 'UA',
	[FrameType.DM]: 'DM',
	[FrameType.DISC]: 'DISC',
	[FrameType.UIH]: 'UIH',
	[FrameType.UI]: 'UI',
});

/** Octets of a payload that are printed. */
const SHOWN = 128;

/**
 * One line about a frame, for a person to read: type, DLCI, `c` for C/R = 1, `p` for P/F = 1, and the length of a
 * payload with its text (`UIH dlci 1 c 9 "AT+COPS?\r"`), or the messages on DLCI 0
 * (`UIH dlci 0 c 4 MSC command dlci 1 rtc rtr`).
 * A payload can hold passwords: where the line may be kept or seen by others, `hidden` leaves data out.
 */
export function describeFrame(frame: FrameView, data: 'shown' | 'hidden' = 'shown'): string {
	const { payload } = frame;
	let line = `${NAMES[frame.type]} dlci ${frame.dlci}`;
	if (frame.commandBit === 1) line += ' c';
	if (frame.pollFinal) line += ' p';
	if (payload.length === 0) return line;
	line += ` ${payload.length}`;
	if (frame.dlci === 0) {
		const whole = decodeControl(payload, message => {
			line += ` ${describeMessage(message)}`;
		});
		return whole ? line : `${line} malformed`;
	}
	if (data === 'hidden') return line;
	return `${line} "${quoted(payload.subarray(0, SHOWN))}"${payload.length > SHOWN ? '...' : ''}`;
}

function describeMessage(message: ControlMessage): string {
	const head = `${message.name} ${message.command ? 'command' : 'response'}`;
	switch (message.name) {
		case 'MSC':
			return (
				`${head} dlci ${message.dlci}${namesOf(message.signals)}` +
				`${message.stopped ? ' stopped' : ''}${message.break === undefined ? '' : ` break ${message.break}`}`
			);
		case 'NSC':
		case 'unknown':
			return `${head} type ${message.type.toString(16)}`;
		default:
			return head;
	}
}

function namesOf({ rtc, rtr, ic, dv }: Signals): string {
	return `${rtc ? ' rtc' : ''}${rtr ? ' rtr' : ''}${ic ? ' ic' : ''}${dv ? ' dv' : ''}`;
}

function quoted(bytes: Uint8Array): string {
	return textOf(bytes).replace(/[^ -~]|["\\]/g, character => {
		if (character === '\r') return '\\r';
		if (character === '\n') return '\\n';
		if (character === '"' || character === '\\') return `\\${character}`;
		return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
	});
}
