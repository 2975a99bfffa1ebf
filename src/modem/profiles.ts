/** What differs from family to family of modules. Times in ms. */
export interface ModuleProfile {
	readonly name: string;
	/** What `+CGMM` begins with for this family. */
	readonly models: readonly string[];
	/** AT instances over CMUX, DLCI 1 upward. */
	readonly instances: number;
	/** Largest payload of a frame. */
	readonly n1: number;
	/** `+CMUX` forms, best first; the next is tried where one is refused (zephyr #82339). */
	readonly muxCommands: readonly string[];
	/** From the `OK` of `+CMUX` to the first SABM: earlier deadlocks some modules (zephyr #63410), 5 s is too late. */
	readonly muxWait: number;
	/** Between a final result and the next line. */
	readonly gap: number;
	/** ON_OFF held for so long toggles the power. */
	readonly onOffPulse: number;
	readonly resetPulse: number;
	/** From power-on or reset to the first answer, at most. */
	readonly bootTime: number;
}

const GE865: ModuleProfile = Object.freeze({
	name: 'GE865',
	models: Object.freeze(['GE86', 'GC86', 'GM86', 'GL86', 'GT86']),
	instances: 3,
	n1: 127,
	muxCommands: Object.freeze(['AT+CMUX=0']),
	muxWait: 500,
	gap: 20,
	onOffPulse: 1500,
	resetPulse: 300,
	bootTime: 15_000,
});

/** Known families; the first one also serves a model that nobody knows. */
export const PROFILES: readonly ModuleProfile[] = Object.freeze([GE865]);

/** The profile for what `+CGMM` answered. */
export function profileFor(model: string): ModuleProfile {
	return PROFILES.find(profile => profile.models.some(start => model.startsWith(start))) ?? PROFILES[0]!;
}
