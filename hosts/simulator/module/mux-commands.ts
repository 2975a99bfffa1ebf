import { integerAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, OK, type Outcome, testForm } from './command.js';

/** +CMUX=0[,0]: the basic option with UIH frames and nothing else (module.md, +CMUX). */
function enterMux({ firmware, parameters, after }: CommandContext): Outcome {
	if (parameters.length === 0 || parameters.length > 2) return BAD_PARAMETER;
	if (integerAt(parameters, 0, 0, 0) === undefined) return BAD_PARAMETER;
	if (integerAt(parameters, 1, 0, 0, 0) === undefined) return BAD_PARAMETER;
	if (!firmware.line.inMux) after(() => firmware.line.enterMux());
	return OK;
}

export const MUX_COMMANDS: CommandTable = Object.freeze({
	'+CMUX': Object.freeze({
		set: enterMux,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`+CMUX: ${firmware.line.inMux ? 1 : 0},0`);
			return OK;
		},
		test: testForm('(0),(0)'),
	}),
});
