import { integerAt, textAt } from './arguments.js';
import {
	BAD_PARAMETER,
	type CommandContext,
	type CommandTable,
	NO_CARRIER,
	type Outcome,
	testForm,
} from './command.js';
import { TIMING } from './timing.js';

const CONTEXTS = 5;
const FLAG = 0x7e;
const ESCAPE = 0x7d;
/** Address, control, protocol LCP (RFC 1661, RFC 1662). */
const LCP: readonly number[] = Object.freeze([0xff, 0x03, 0xc0, 0x21]);
const CONFIGURE_REQUEST = 1;
/** Asynchronous control character map 0, magic number. */
const OPTIONS: readonly number[] = Object.freeze([2, 6, 0, 0, 0, 0, 5, 6, 0x12, 0x34, 0x56, 0x78]);
const GOOD_FCS = 0xffff;

/** An LCP Configure-Request in HDLC-like framing. */
export function configureRequest(identifier: number): Uint8Array {
	const packet = [...LCP, CONFIGURE_REQUEST, identifier & 255, 0, OPTIONS.length + 4, ...OPTIONS];
	const fcs = checkOf(packet);
	const framed = [FLAG];
	for (const octet of [...packet, fcs & 255, fcs >> 8]) {
		if (octet < 0x20 || octet === FLAG || octet === ESCAPE) framed.push(ESCAPE, octet ^ 0x20);
		else framed.push(octet);
	}
	framed.push(FLAG);
	return Uint8Array.from(framed);
}

/** The 16-bit FCS of RFC 1662 C.2, as it is sent. */
function checkOf(octets: readonly number[]): number {
	let fcs = GOOD_FCS;
	for (const octet of octets) {
		fcs ^= octet;
		for (let bit = 0; bit < 8; bit++) fcs = fcs & 1 ? (fcs >> 1) ^ 0x8408 : fcs >> 1;
	}
	return fcs ^ GOOD_FCS;
}

/** CONNECT, then the network's Configure-Requests, until a break, the escape sequence or DTR ends it. What the DTE sends is not understood. */
export function speakPpp({ firmware, instance }: CommandContext): Outcome | Promise<Outcome> {
	if (!firmware.registration.hasPacketService) return NO_CARRIER;
	return new Promise(resolve => {
		let over = false;
		let identifier = 0;
		const { clock } = firmware;
		const ask = () => {
			if (over) return;
			const frame = configureRequest(++identifier);
			if (instance.space >= frame.length) instance.raw(frame);
			clock.setTimer(clock.now() + TIMING.configureRequest, ask);
		};
		instance.goOnline({
			data: () => undefined,
			escaped: () => {
				over = true;
				resolve(NO_CARRIER);
			},
		});
		ask();
	});
}

/** +CGDATA="PPP",<cid>. */
function enterData(context: CommandContext): Outcome | Promise<Outcome> {
	const { parameters } = context;
	if (textAt(parameters, 0)?.toUpperCase() !== 'PPP') return BAD_PARAMETER;
	if (integerAt(parameters, 1, 1, CONTEXTS, 1) === undefined) return BAD_PARAMETER;
	return speakPpp(context);
}

/** Packet data by PPP (27.007 10.1.12). */
export const PPP_COMMANDS: CommandTable = Object.freeze({
	'+CGDATA': Object.freeze({ set: enterData, test: testForm('("PPP")'), card: true }),
});
