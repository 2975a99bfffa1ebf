/** What single models do otherwise; the numbers are those of field-failures.md. */
export interface Quirks {
	/** A SABM earlier than 400 ms after the OK of +CMUX makes the module deaf until it is reset (4). */
	readonly earlySabmDeadlocks: boolean;
	/** UIH frames with C/R = 0 are not heard (5). */
	readonly ignoresCommandBit0: boolean;
	/** Of a family that takes the long +CMUX: refuses it (6). */
	readonly refusesLongCmux: boolean;
	/** The prompt for data is `>` without a space (15). */
	readonly barePrompt: boolean;
	/** `RDY` when the boot is over (9). */
	readonly bootBanner: boolean;
	/** An unsolicited line between the OK of +CMUX and the first frame (14). */
	readonly urcDuringMux: boolean;
}

/** What a GE865 does. */
export const USUAL: Quirks = Object.freeze({
	earlySabmDeadlocks: false,
	ignoresCommandBit0: false,
	refusesLongCmux: false,
	barePrompt: false,
	bootBanner: false,
	urcDuringMux: false,
});
