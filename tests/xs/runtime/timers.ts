/** The packages of vitest take their timers from the global object, once, while they load: imported before them. */
import { clearTimeout, queueMicrotask, setTimeout } from './injected.js';

const lent: Record<string, unknown> = { setTimeout, clearTimeout, queueMicrotask };

Object.assign(globalThis, lent);

/** Gives the global object back as the device has it. */
export function takeBack(): void {
	const globals = globalThis as unknown as Record<string, unknown>;
	for (const name of Object.keys(lent)) delete globals[name];
}
