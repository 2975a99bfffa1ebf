import { lookUp } from '../at/catalogue.js';
import type { Command } from '../at/command-line.js';
import { parseParameters } from '../at/parameters.js';

/** What a module prompts with before it takes a script (atrun.md 2). */
export const SCRIPT_PROMPT = '>>>';

/** The prompt of this command as the module prints it. */
export function promptOf({ name }: Command): string {
	return name === '#WSCRIPT' ? `\r\n${SCRIPT_PROMPT} ` : '\r\n> ';
}

/** How many raw octets the prompt of this command takes (`#SSENDEXT=1,15` → 15); undefined: text that Ctrl-Z ends. */
export function promptSize(command: Command): number | undefined {
	if (lookUp(command).prompt !== 'octets') return undefined;
	const parameters = parseParameters(command.args);
	const size = parameters.ok ? parameters.value[1] : undefined;
	return size?.kind === 'number' ? size.value : undefined;
}
