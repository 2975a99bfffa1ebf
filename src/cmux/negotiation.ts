/** The commands by which a peer negotiates (27.010 5.4.6.3.1, 9, 10, 11). */
export type NegotiationName = 'PN' | 'RPN' | 'RLS' | 'SNC';

const PN_LENGTH = 8;
const RPN_LENGTH = 8;
const FRAME_SIZE = 4;
/** The smallest frame that 27.010 5.7.2 allows. */
const LEAST_N1 = 1;
/** 115,200 baud, 8N1, no flow control, XON, XOFF, and that all of it holds (27.010 5.4.6.3.9). */
const PORT_AS_IT_IS: readonly number[] = Object.freeze([7, 3, 0, 0x11, 0x13, 0xff, 0x3f]);
/** EA and service 1, data. */
const DATA_SERVICE = 0x03;

/**
 * The values that answer a command of the peer; undefined: it is malformed. PN: frames of UIH without convergence layer, and frames no
 * larger than `n1`. RPN: a DLCI has no line of its own, so every rate and format is as good as another; asked for, it tells 115,200
 * baud, 8N1. RLS: as it came. SNC: data, the one service there is.
 */
export function negotiated(name: NegotiationName, value: Uint8Array, n1: number): Uint8Array | undefined {
	const answer = value.slice();
	switch (name) {
		case 'PN': {
			if (value.length !== PN_LENGTH) return undefined;
			const size = Math.min(frameSizeOf(value), n1);
			answer[1] = 0;
			answer[FRAME_SIZE] = size & 0xff;
			answer[FRAME_SIZE + 1] = size >> 8;
			return answer;
		}
		case 'RPN':
			if (value.length === RPN_LENGTH) return answer;
			return value.length === 1 ? Uint8Array.of(value[0]!, ...PORT_AS_IT_IS) : undefined;
		case 'RLS':
			return value.length === 2 ? answer : undefined;
		case 'SNC':
			if (value.length < 2) return undefined;
			answer[1] = DATA_SERVICE;
			return answer.subarray(0, 2);
	}
}

/** The DLCI and the frame size in octets that a well-formed PN speaks of. */
export function parametersOf(value: Uint8Array): { readonly dlci: number; readonly n1: number } {
	return { dlci: value[0]! & 0x3f, n1: frameSizeOf(value) };
}

function frameSizeOf(value: Uint8Array): number {
	return Math.max(value[FRAME_SIZE]! | (value[FRAME_SIZE + 1]! << 8), LEAST_N1);
}
