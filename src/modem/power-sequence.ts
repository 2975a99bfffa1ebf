import type { Clock } from '../ports/clock.js';
import type { PowerControl } from '../ports/power.js';
import type { Cancellation } from './cancellation.js';
import { type ModuleProfile, ON_OFF_PULSES, PROFILES } from './profiles.js';

/** What the lines to the module's power are used for, and by when it ends. */
export interface PowerSequenceOptions {
	readonly power: PowerControl;
	readonly clock: Clock;
	readonly cancellation: Cancellation;
	/** The module's family, where it is known. */
	readonly profile: ModuleProfile | undefined;
}

/** How long the supply is cut, and until it stands again [ms]. */
const SUPPLY_OFF = 2_000;
const SUPPLY_ON = 200;
/** PWRMON follows the ON_OFF line within so long [ms]. */
const PWRMON = 1_500;
const LOOK = 100;
function longest(times: readonly number[]): number {
	return times.reduce((most, time) => Math.max(most, time), 0);
}

/** From power-on or reset to the first answer, at most [ms]; of an unknown family the slowest of all. */
export function bootTimeOf(profile: ModuleProfile | undefined): number {
	return profile?.bootTime ?? longest(PROFILES.map(({ bootTime }) => bootTime));
}

/** Switches a module on that PWRMON tells is off: with the pulse of its family, else with each that is known. */
export async function switchOn(options: PowerSequenceOptions): Promise<void> {
	const { power, profile } = options;
	for (const pulse of profile === undefined ? ON_OFF_PULSES : [profile.onOffPulse]) {
		if (power.isOn() !== false || options.cancellation.isCancelled) return;
		await toggle(pulse, options);
		await until(() => power.isOn() !== false, PWRMON, options);
	}
}

/** Holds the reset line; some families are off afterwards. */
export async function reset(options: PowerSequenceOptions): Promise<void> {
	const { power, clock, cancellation, profile = PROFILES[0]! } = options;
	power.setReset(true);
	await cancellation.pause(clock, profile.resetPulse);
	power.setReset(false);
	await until(() => power.isOn() === false, LOOK, options);
	if (power.isOn() === undefined && profile.resetLeaves === 'off') await toggle(profile.onOffPulse, options);
	else await switchOn(options);
}

/** Off and on again: by the supply where the board can cut it, else by ON_OFF, which needs PWRMON to be sure. */
export async function cycle(options: PowerSequenceOptions): Promise<void> {
	const { power, clock, cancellation, profile = PROFILES[0]! } = options;
	if (power.setSupply !== undefined) {
		power.setSupply(false);
		await cancellation.pause(clock, SUPPLY_OFF);
		power.setSupply(true);
		await cancellation.pause(clock, SUPPLY_ON);
	} else if (power.isOn() === true) {
		await toggle(profile.offPulse, options);
		await until(() => power.isOn() === false, profile.offTime, options);
	}
	await switchOn(options);
}

/** A pulse of ON_OFF: on a board without PWRMON nobody knows which way it switches. */
export async function toggle(pulse: number, { power, clock, cancellation }: PowerSequenceOptions): Promise<void> {
	power.setOnOff(true);
	await cancellation.pause(clock, pulse);
	power.setOnOff(false);
}

async function until(
	holds: () => boolean,
	limit: number,
	{ clock, cancellation }: PowerSequenceOptions,
): Promise<void> {
	const end = clock.now() + limit;
	while (!holds() && clock.now() < end && !cancellation.isCancelled) await cancellation.pause(clock, LOOK);
}
