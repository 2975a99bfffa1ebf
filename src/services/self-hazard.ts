import type { SelfCondition } from '../at/catalogue/entry.js';
import { lookUp } from '../at/catalogue.js';
import type { Command } from '../at/command-line.js';
import { parseParameters } from '../at/parameters.js';
import type { Settings } from '../settings/schema.js';

/** Sockets 1 to this are bound to context 1, the others to context 2 (module.md). */
const FIRST_CONTEXT = 3;

/** Whether a 'self' hazard over TCP is real as the service stands: some commands touch its socket only in some cases. */
export function touchesItself(command: Command, settings: Settings): boolean {
	const { selfWhen } = lookUp(command);
	if (selfWhen.length === 0) return true;
	// The host's own network has none of the module's sockets.
	if (settings.tcpRules.hostNetwork) return false;
	return selfWhen.some(condition => holds(condition, command, settings.tcpAtrun));
}

function holds(
	condition: SelfCondition,
	command: Command,
	{ connId, instance }: { readonly connId: number; readonly instance: number },
): boolean {
	switch (condition) {
		case 'own-socket':
			return socketOf(command, instance) === connId;
		case 'first-instance':
			return instance === 1;
		case 'other-context':
			return connId > FIRST_CONTEXT;
		case 'not-socket-1':
			return connId !== 1;
	}
}

/** The socket that a command names; the older ones have none, and use that of their instance's number. */
function socketOf({ name, args }: Command, instance: number): number | undefined {
	if (!/^#S[A-Z]{1,6}$/.test(name) || name.startsWith('#SKT')) return instance;
	const parameters = parseParameters(args);
	const first = parameters.ok ? parameters.value[0] : undefined;
	return first?.kind === 'number' ? first.value : undefined;
}
