import type { BytePort } from '../../../src/ports/byte-port.js';

const BLOCK = 256;

/** Takes what comes on a port and answers nothing: an instance that hangs. */
export function takeInSilence(
	port: BytePort,
	events: { readonly closed: () => void; readonly broke: () => void },
): void {
	const block = new Uint8Array(BLOCK);
	port.listen({
		readable: () => {
			while (port.read(block) > 0);
		},
		...events,
	});
}
