import { Transform } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { StreamPort } from './stream-port.js';

const CTRL_C = 0x03;
const CTRL_CLOSE_BRACKET = 0x1d;
/** The backspace key sends DEL; Enter, typed before raw mode began, comes as LF, which ends no command line. */
const KEYS: ReadonlyMap<number, number> = new Map([
	[0x7f, 0x08],
	[0x0a, 0x0d],
]);

/**
 * The user's terminal as a byte port, in raw mode: every key goes to the other side, which echoes. Ctrl-] or Ctrl-C calls
 * `onLeave` instead. The backspace key sends BS, what S5 of V.250 expects. `close` brings the terminal back.
 */
export class TerminalPort extends StreamPort {
	constructor(input: ReadStream, output: WriteStream, onLeave: () => void) {
		const keys = new Transform({
			transform(chunk: Uint8Array, _encoding, done) {
				const leave = chunk.findIndex(octet => octet === CTRL_C || octet === CTRL_CLOSE_BRACKET);
				const typed = leave < 0 ? chunk : chunk.subarray(0, leave);
				done(
					null,
					typed.map(octet => KEYS.get(octet) ?? octet),
				);
				if (leave >= 0) onLeave();
			},
		});
		super(keys, output, {
			release: () => {
				input.unpipe(keys);
				input.setRawMode(false);
				input.pause();
			},
		});
		input.setRawMode(true);
		input.pipe(keys);
	}
}
