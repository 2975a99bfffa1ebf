import { lookUp } from '../at/catalogue.js';
import type { Command } from '../at/command-line.js';

/** Commands after which an instance has none of the settings that it was given. */
export function isReset({ name }: Command): boolean {
	return name === 'Z' || name === '&F';
}

/** Commands that store or show an instance's profile: it must be the DTE's, not what the co-processor needs. */
export function isProfile({ name }: Command): boolean {
	return name === '&W' || name === '&V';
}

/** Commands that restart the module at once. */
export function isRestart({ name, form, args }: Command): boolean {
	if (name === '#REBOOT') return form === 'execute' || form === 'set';
	return name === '+CFUN' && form === 'set' && /^([01] *, *1|6|15|16)$/.test(args);
}

/** Commands after which the instance may be in data mode. */
export function startsCall(command: Command): boolean {
	const { name, args } = command;
	if ((name === 'D' || name === 'A') && !args.endsWith(';')) return true;
	return lookUp(command).hazards.console.includes('data');
}
