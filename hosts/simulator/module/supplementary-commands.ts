import { integerAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandEntry, type CommandTable, OK, testForm } from './command.js';

const SERIAL: readonly ['set', 'read'] = Object.freeze(['set', 'read']);

/** A service that is only remembered and told. They run one at a time across all instances (module.md). */
function service(name: string): CommandEntry {
	return Object.freeze({
		set: ({ instance, parameters }: CommandContext) => {
			const mode = integerAt(parameters, 0, 0, 1, 0);
			if (mode === undefined) return BAD_PARAMETER;
			instance.profile.switches[name] = mode;
			return OK;
		},
		read: ({ instance }: CommandContext) => {
			instance.print(`${name}: ${instance.profile.switches[name] ?? 0},1`);
			return OK;
		},
		test: testForm('(0,1)'),
		serial: SERIAL,
	});
}

/** Supplementary services (27.007 7), as far as they are settings. */
export const SUPPLEMENTARY_COMMANDS: CommandTable = Object.freeze({
	'+CLIP': service('+CLIP'),
	'+CLIR': service('+CLIR'),
	'+COLP': service('+COLP'),
	'+CCWA': service('+CCWA'),
});
