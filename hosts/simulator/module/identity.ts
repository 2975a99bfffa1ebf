import type { Quirks } from './quirks.js';

/** What a model says of itself, and what its family does differently. */
export interface Identity extends Traits {
	readonly manufacturer: string;
	readonly model: string;
	readonly revision: string;
	readonly imei: string;
	/** GPIO pins. */
	readonly pins: number;
	/** Has a Python interpreter, and with it the commands for scripts. */
	readonly python: boolean;
}

/** What a family of modules does differently. Times in ms. */
export interface Traits {
	/** AT instances over CMUX, DLCI 1 upward; others are answered with DM. */
	readonly instances: number;
	/** +CMUX takes the nine parameters of 27.007 5.7; else only mode and subset. */
	readonly longCmux: boolean;
	/** Shortest pulse of ON_OFF that switches it on. */
	readonly onOffPulse: number;
	/** Shortest pulse of ON_OFF that switches it off. */
	readonly offPulse: number;
	/** RESET is the pad HW_SHUTDOWN*: it switches off. */
	readonly resetSwitchesOff: boolean;
	/** From power to the first command that is heard. */
	readonly boot: number;
	/** Registers in LTE networks, and has +CEREG. */
	readonly lte: boolean;
	readonly quirks: Partial<Quirks>;
}

export type ModelName =
	| 'GE865'
	| 'GE864'
	| 'GE863'
	| 'GC864'
	| 'GM862'
	| 'GT864'
	| 'HE910'
	| 'LE910'
	| 'ME910'
	| 'ME310';

const NO_QUIRKS: Partial<Quirks> = Object.freeze({});

const GSM: Traits = Object.freeze({
	instances: 3,
	longCmux: false,
	onOffPulse: 1000,
	offPulse: 1000,
	resetSwitchesOff: false,
	boot: 4000,
	lte: false,
	quirks: NO_QUIRKS,
});

const XE910: Traits = Object.freeze({
	instances: 3,
	longCmux: true,
	onOffPulse: 5000,
	offPulse: 3000,
	resetSwitchesOff: true,
	boot: 10_000,
	lte: true,
	quirks: NO_QUIRKS,
});

/** Field-failures.md 4 and 5. */
const ME_QUIRKS: Partial<Quirks> = Object.freeze({ earlySabmDeadlocks: true, ignoresCommandBit0: true });

const MODELS: Readonly<Record<ModelName, Omit<Identity, 'imei' | 'manufacturer'>>> = Object.freeze({
	GE865: Object.freeze({ ...GSM, model: 'GE865-QUAD', revision: '10.00.152', pins: 10, python: true }),
	GE864: Object.freeze({ ...GSM, model: 'GE864-QUAD', revision: '10.00.022', pins: 22, python: false }),
	GE863: Object.freeze({ ...GSM, model: 'GE863-PY', revision: '7.03.02', pins: 13, python: true }),
	GC864: Object.freeze({ ...GSM, model: 'GC864-QUAD', revision: '10.00.022', pins: 11, python: false }),
	GM862: Object.freeze({ ...GSM, model: 'GM862-QUAD', revision: '7.03.02', pins: 13, python: false }),
	GT864: Object.freeze({ ...GSM, model: 'GT864-PY', revision: '10.00.022', pins: 11, python: true }),
	/** With a fourth AT instance: the case that a profile's spare DLCI is for. */
	HE910: Object.freeze({
		...XE910,
		instances: 4,
		lte: false,
		model: 'HE910-EUD',
		revision: '12.00.004',
		pins: 10,
		python: true,
	}),
	LE910: Object.freeze({
		...XE910,
		model: 'LE910-EU V2',
		revision: '20.00.402',
		pins: 10,
		python: false,
		offPulse: 2500,
		boot: 15_000,
	}),
	ME910: Object.freeze({
		...XE910,
		model: 'ME910G1-WW',
		revision: 'M0B.200006',
		pins: 10,
		python: false,
		quirks: ME_QUIRKS,
	}),
	/** The ME910's smaller sister, which refuses the long +CMUX besides (field-failures.md 6). */
	ME310: Object.freeze({
		...XE910,
		model: 'ME310G1-WW',
		revision: 'M0C.200006',
		pins: 10,
		python: false,
		quirks: Object.freeze({ ...ME_QUIRKS, refusesLongCmux: true }),
	}),
});

/** Every model that the virtual module can be. */
export const MODEL_NAMES: readonly ModelName[] = Object.freeze(Object.keys(MODELS) as ModelName[]);

/** `python`: other than what the model has. */
export function identityOf(model: ModelName, imei: string, python = MODELS[model].python): Identity {
	return { manufacturer: 'Telit', ...MODELS[model], imei, python };
}
