import type { Settings } from '../settings/schema.js';

/** What `#ATRUNGUARD` has a policy for, in the order of its numbers. */
export const GUARDED = Object.freeze(['power', 'detach', 'lock', 'data', 'self'] as const);

export type Guarded = (typeof GUARDED)[number];

/** `module`: runs as on a module of its own; `guard`: runs, and what it took comes back; `refuse`: does not run. */
export type GuardPolicy = 'module' | 'guard' | 'refuse';

export interface Guard {
	readonly policy: GuardPolicy;
	/** Until what a command took comes back. */
	readonly minutes: number;
}

const POLICIES: readonly GuardPolicy[] = Object.freeze(['module', 'guard', 'refuse']);
const GUARD = 1;
const REFUSE = 2;
const MINUTES = 10;

/** The policy of a class as it is set; own-commands.md: guarded, except what would lock, which is refused. */
export function guardOf(settings: Settings, guarded: Guarded): Guard {
	const { policy, minutes } = ruleOf(settings, GUARDED.indexOf(guarded));
	return { policy: POLICIES[policy]!, minutes };
}

/** The same by its numbers, for the read form. */
export function ruleOf({ guards }: Settings, guarded: number): { readonly policy: number; readonly minutes: number } {
	const rule = guards.find(entry => entry.guarded === guarded);
	return rule ?? { policy: GUARDED[guarded] === 'lock' ? REFUSE : GUARD, minutes: MINUTES };
}

/** The class of `#ATRUNGUARD` that a hazard belongs to; undefined: it has none. */
export function isGuarded(hazard: string): hazard is Guarded {
	return (GUARDED as readonly string[]).includes(hazard);
}
