import type { Instance } from './instance.js';

/** How it went: nothing to do, done, or why not. */
export type Unlocking =
	| 'not locked'
	| 'unlocked'
	| 'no PIN'
	| 'tried before'
	| 'one attempt left'
	| 'attempts unknown'
	| 'wrong PIN'
	| 'PUK'
	| 'no SIM';

/** The stored PIN; `tried` is set before it is used, and stays until another is stored. */
export interface StoredPin {
	readonly code: string;
	readonly tried: boolean;
}

const COMMAND = 5_000;

/**
 * Enters the SIM's PIN where it is asked for: once, and never with one attempt left (security.md, "Rules"). `onTry` stores whether
 * it was tried: true before it is used, and false once the card has taken it, for it is asked for again after each restart of the
 * module. False in answer: it cannot be stored, and so it is not tried.
 */
export async function unlockSim(
	control: Instance,
	pin: StoredPin | undefined,
	onTry: (tried: boolean) => boolean,
): Promise<Unlocking> {
	const asked = await control.ask('AT+CPIN?', COMMAND, ['+CPIN']);
	const state = /^\+CPIN: (.*)$/.exec(asked.lines[0] ?? '')?.[1];
	if (state === undefined) return 'no SIM';
	if (state === 'READY') return 'not locked';
	if (state !== 'SIM PIN') return 'PUK';
	if (pin === undefined) return 'no PIN';
	if (pin.tried) return 'tried before';
	const left = await control.ask('AT#PCT', COMMAND, ['#PCT']);
	const attempts = /^#PCT: ([0-9]+)/.exec(left.lines[0] ?? '')?.[1];
	// Unknown may be one: a SIM that wants its PUK needs somebody to go there.
	if (attempts === undefined) return 'attempts unknown';
	if (Number(attempts) <= 1) return 'one attempt left';
	if (!onTry(true)) return 'tried before';
	const entered = await control.ask(`AT+CPIN="${pin.code}"`, COMMAND);
	if (!entered.ok) return 'wrong PIN';
	onTry(false);
	return 'unlocked';
}
