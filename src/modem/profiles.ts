/**
 * What differs from family to family of modules. Times in ms.
 *
 * Where no source is named beside a value of a family, it is the cautious one: what suits all families that are known.
 */
export interface ModuleProfile {
	readonly name: string;
	/** What `+CGMM` begins with for this family, in capitals. */
	readonly models: readonly string[];
	/** AT instances over CMUX, DLCI 1 upward, that the family has for certain. */
	readonly instances: number;
	/**
	 * A further DLCI that may be an AT instance. A DM, or no answer to `AT`, is no failure: the module does without it.
	 * Undefined: it is known to be something else.
	 */
	readonly spareDlci: number | undefined;
	/** Largest payload of a frame. 127: what one length octet states. */
	readonly n1: number;
	/** `+CMUX` forms, best first; the next is tried where one is refused (zephyr #82339). See `muxCommandsAt`. */
	readonly muxCommands: readonly string[];
	/** From the `OK` of `+CMUX` to the first SABM: earlier deadlocks some modules (zephyr #63410), 5 s is too late. */
	readonly muxWait: number;
	/**
	 * C/R of the UIH frames we send. `standard`: as 27.010 5.4.3.1 has it, 1 from the initiator. `always set`: 1 in either
	 * role, for modules that ignore UIH frames with C/R = 0 (zephyr #63577).
	 */
	readonly commandBit: 'standard' | 'always set';
	/** Between a final result and the next line. */
	readonly gap: number;
	/** Longest command line in characters, without `AT` and CR. */
	readonly lineMax: number;
	/** ON_OFF held for so long switches a module on that is off. */
	readonly onOffPulse: number;
	/** ON_OFF held for so long switches a module off that is on; it logs off from the network first. */
	readonly offPulse: number;
	/** From `#SHDN` or the end of `offPulse` until PWRMON falls, at most. */
	readonly offTime: number;
	readonly resetPulse: number;
	/**
	 * What the RESET line leaves behind. `off`: the pad is HW_SHUTDOWN*, and the module wants ON_OFF afterwards. Taken from the
	 * name of the pad, so PWRMON is asked first where the board has it.
	 */
	readonly resetLeaves: 'booting' | 'off';
	/** From power-on or reset to the first answer, at most. */
	readonly bootTime: number;
	/** Who tells that a network serves the module; registered with one of them is enough for messages and packets. */
	readonly registration: readonly string[];
	/** Rates in baud at which a module that does not answer is looked for, most likely first. */
	readonly rates: readonly number[];
	/** Whether it keeps scripts: `+CGMM` does not tell in any family, so `#WSCRIPT=?` is asked. */
	readonly python: 'as asked';
}

/** The rate in baud that `LONG_CMUX` sets: port speed 5 (27.007 5.7). */
const LONG_CMUX_RATE = 115_200;
/** UIH only, port speed 5, N1 127, T1 100 ms, N2 3, T2 300 ms, T3 10 s, k 2: our multiplexer's own values (27.007 5.7). */
const LONG_CMUX = 'AT+CMUX=0,0,5,127,10,3,30,10,2';
const SHORT_CMUX = 'AT+CMUX=0';

/** Fixed rates of `+IPR`; a module at `+IPR=0` follows the first. */
const GSM_RATES: readonly number[] = Object.freeze([115_200, 9600, 57_600, 38_400, 19_200]);
const FAST_RATES: readonly number[] = Object.freeze([...GSM_RATES, 230_400, 460_800, 921_600]);

const CIRCUIT: readonly string[] = Object.freeze(['+CREG']);
/** In LTE `+CREG` tells only of a registration for circuit service too (27.007 7.2, 10.1.22). */
const EVOLVED: readonly string[] = Object.freeze(['+CREG', '+CEREG']);

/**
 * GE863, GE864, GE865, GE866, GC864, GL86x, GM862 and the terminals GT863, GT864, with SELINT 2: `+CMUX` takes two parameters
 * at most, N1 is 128 with one length octet, DLCI 4 is the script debug port, a line has 80 characters (module.md). ON# is
 * to be held 1 s in either direction (GM862 Hardware User Guide 1vv0300748, 5.1 and 5.2.1); 2.5 s serve a module that wants
 * the 2 s of the HC864 to switch off. Logging off takes up to 10 s (GE866 Hardware User Guide, 5.3). RESET at least 200 ms
 * (Janus Terminus driver).
 */
const GE865: ModuleProfile = Object.freeze({
	name: 'GE865',
	models: Object.freeze(['GE86', 'GC86', 'GM86', 'GL86', 'GT86']),
	instances: 3,
	spareDlci: undefined,
	n1: 127,
	muxCommands: Object.freeze([SHORT_CMUX]),
	muxWait: 500,
	commandBit: 'standard',
	gap: 20,
	lineMax: 80,
	onOffPulse: 1500,
	offPulse: 2500,
	offTime: 15_000,
	resetPulse: 300,
	resetLeaves: 'booting',
	bootTime: 15_000,
	registration: CIRCUIT,
	rates: GSM_RATES,
	python: 'as asked',
});

/**
 * HE910, UE910, UL865: one software, ports arranged alike (HE910/UE910/UL865 Families Ports Arrangements User Guide).
 * ON_OFF* 5 s on and 3.3 s off (Janus Terminus driver, `TELIT_TIME_ON`, `TELIT_TIME_OFF`), more than 10 s until PWRMON
 * falls (HE910 V2 Hardware User Guide, software shutdown), 20 ms between lines (mbed-os `TELIT_HE910.h`). That `+CMUX` takes
 * the long form, and that DLCI 4 may be an instance, is not known for certain: both are tried and may be refused.
 */
const HE910: ModuleProfile = Object.freeze({
	...GE865,
	name: 'HE910',
	models: Object.freeze(['HE910', 'UE910', 'UL865']),
	spareDlci: 4,
	muxCommands: Object.freeze([LONG_CMUX, SHORT_CMUX]),
	onOffPulse: 5200,
	offPulse: 3500,
	offTime: 20_000,
	resetLeaves: 'off',
	bootTime: 25_000,
	rates: FAST_RATES,
});

/**
 * LE910, V2 and Cx. Long `+CMUX`, 1 s until SABM, ON_OFF 5.05 s, up to 20 s to boot, DLCIs 1–3 (Zephyr's driver for the
 * LE910C1). ON/OFF# at least 2.5 s to switch off, more than 15 s until PWRMON falls (LE910Cx Hardware User Guide
 * 1VV0301298 rev. 1.05, page 51). 20 ms between lines (LE910 V2 AT Commands 80446ST10707A, 3.2.5).
 */
const LE910: ModuleProfile = Object.freeze({
	...HE910,
	name: 'LE910',
	models: Object.freeze(['LE910']),
	muxWait: 1000,
	offTime: 25_000,
	bootTime: 30_000,
	registration: EVOLVED,
});

/**
 * ME910, ME310, ML865, NE910. Deaf until the next reset after a SABM within 400 ms (zephyr #63410), ignores UIH with
 * C/R = 0 (zephyr #63577); an ME310 refuses the long `+CMUX` (zephyr #82339). ON_OFF 5.05 s, RESET 250 ms, up to 15 s to
 * boot, DLCIs 1–3 (Zephyr's driver for ME910G1 and ME310G1); 5 s on and more than 3 s off, up to 20 s to boot, 20 ms
 * between lines (mbed-os `ONBOARD_TELIT_ME910`, `TELIT_ME910.h`).
 */
const ME910: ModuleProfile = Object.freeze({
	...HE910,
	name: 'ME910',
	models: Object.freeze(['ME910', 'ME310', 'ML865', 'NE910']),
	commandBit: 'always set',
	registration: EVOLVED,
});

/** Known families; the first one also serves a model that nobody knows. */
export const PROFILES: readonly ModuleProfile[] = Object.freeze([GE865, HE910, LE910, ME910]);

/**
 * How long to hold ON_OFF in ms, one after the other, while the family is not known and PWRMON stays low. Longer ones do not
 * come first, since nobody says how an 86x takes them.
 */
export const ON_OFF_PULSES: readonly number[] = Object.freeze([GE865.onOffPulse, HE910.onOffPulse]);

/** The profile for what `+CGMM` answered. */
export function profileFor(model: string): ModuleProfile {
	return ofModel(model) ?? PROFILES[0]!;
}

/** The profile that somebody names, by its own name or by a model; undefined: no family has it. */
export function profileNamed(name: string): ModuleProfile | undefined {
	const wanted = name.trim().toUpperCase();
	return PROFILES.find(profile => profile.name === wanted) ?? ofModel(wanted);
}

/**
 * The forms of `+CMUX` for a line at `rate` baud. The long form names a port speed and would move the module to it: on a line
 * at another rate only the short one is left.
 */
export function muxCommandsAt(profile: ModuleProfile, rate: number): readonly string[] {
	if (rate === LONG_CMUX_RATE) return profile.muxCommands;
	return profile.muxCommands.filter(command => command !== LONG_CMUX);
}

function ofModel(model: string): ModuleProfile | undefined {
	const wanted = model.trim().toUpperCase();
	return PROFILES.find(profile => profile.models.some(start => wanted.startsWith(start)));
}
