import type { Parameter } from '../../../src/at/parameters.js';
import { pause } from '../../../src/base/deadline.js';
import { integerAt, isOmitted, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, ERROR, OK, type Outcome, testForm } from './command.js';
import { TIMING } from './timing.js';

/** As the module prints it; what comes then is the script. */
const PROMPT = '\r\n>>> ';
/** How long the DTE may be silent while a script comes, or may leave one unread [ms]. */
const SILENCE = 30_000;
const LONGEST_NAME = 16;
const MOST_OCTETS = 2_000_000;
const READ_AGAIN = 50;
const START_MODE = '#STARTMODESCR';
const CHOSEN = '#ESCRIPT';
/** #STARTMODESCR: looks at DTR, for 10 s. */
const FACTORY_MODE = '0,10';

/** The name of a script, quoted or not: 1–16 characters. */
function nameAt(parameters: readonly Parameter[]): string | undefined {
	const name = textAt(parameters, 0);
	return name !== undefined && name.length > 0 && name.length <= LONGEST_NAME ? name : undefined;
}

async function write({ firmware, instance, parameters }: CommandContext): Promise<Outcome> {
	const { scripts } = firmware.board.nvm;
	const name = nameAt(parameters);
	const count = integerAt(parameters, 1, 1, MOST_OCTETS);
	const hidden = integerAt(parameters, 2, 0, 1, 0);
	if (name === undefined || count === undefined || hidden === undefined || parameters.length > 3) return BAD_PARAMETER;
	if (!scripts.fits(name, count)) return ERROR;
	await pause(firmware.clock, TIMING.prompt);
	const content = await instance.prompt({ kind: 'octets', count }, { text: PROMPT, silence: SILENCE });
	if (content === undefined) return ERROR;
	scripts.write(name, { content: content.slice(), hidden: hidden === 1 });
	return OK;
}

async function read({ firmware, instance, parameters }: CommandContext): Promise<Outcome> {
	const name = nameAt(parameters);
	const script = name === undefined ? undefined : firmware.board.nvm.scripts.read(name);
	if (script === undefined) return ERROR;
	instance.raw('\r\n<<<');
	let rest = script.hidden ? new Uint8Array(0) : script.content;
	let given = firmware.clock.now();
	while (rest.length > 0) {
		const count = Math.min(instance.space, rest.length);
		if (count > 0) {
			instance.raw(rest.subarray(0, count));
			rest = rest.subarray(count);
			given = firmware.clock.now();
		} else if (firmware.clock.now() - given >= SILENCE) return ERROR;
		else await pause(firmware.clock, READ_AGAIN);
	}
	return OK;
}

function list({ firmware, instance }: CommandContext): Outcome {
	const { scripts } = firmware.board.nvm;
	const lines = scripts.list().map(({ name, size }) => `#LSCRIPT: "${name}",${size}`);
	instance.print(...lines, `#LSCRIPT: free bytes: ${scripts.free}`);
	return OK;
}

/** #ESCRIPT="name": the script need not be there yet; "" chooses none. */
function choose({ firmware, parameters }: CommandContext): Outcome {
	const { nvm } = firmware.board;
	const name = textAt(parameters, 0);
	if (name === undefined || name.length > LONGEST_NAME || parameters.length > 1) return BAD_PARAMETER;
	nvm.settings.services[CHOSEN] = name;
	nvm.save();
	return OK;
}

/** #EXECSCR: runs the chosen script now. Nothing here runs it, but there must be one. */
function run({ firmware }: CommandContext): Outcome {
	const { settings, scripts } = firmware.board.nvm;
	return scripts.read(settings.services[CHOSEN] ?? '') === undefined ? ERROR : OK;
}

function setStartMode({ firmware, parameters }: CommandContext): Outcome {
	const { nvm } = firmware.board;
	const mode = integerAt(parameters, 0, 0, 2);
	const seconds = integerAt(parameters, 1, 10, 60, 10);
	if (mode === undefined || seconds === undefined || isOmitted(parameters, 0) || parameters.length > 2)
		return BAD_PARAMETER;
	nvm.settings.services[START_MODE] = `${mode},${seconds}`;
	nvm.save();
	return OK;
}

/** Scripts on a module with Python (module.md). They are kept and told, not run. */
export const SCRIPT_COMMANDS: CommandTable = Object.freeze({
	'#WSCRIPT': Object.freeze({ set: write, test: () => OK }),
	'#RSCRIPT': Object.freeze({ set: read, test: () => OK }),
	'#LSCRIPT': Object.freeze({ execute: list, test: () => OK }),
	'#DSCRIPT': Object.freeze({
		set: ({ firmware, parameters }: CommandContext) => {
			const name = nameAt(parameters);
			return name !== undefined && firmware.board.nvm.scripts.remove(name) ? OK : ERROR;
		},
		test: () => OK,
	}),
	'#ESCRIPT': Object.freeze({
		set: choose,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#ESCRIPT: "${firmware.board.nvm.settings.services[CHOSEN] ?? ''}"`);
			return OK;
		},
		test: () => OK,
	}),
	'#EXECSCR': Object.freeze({ execute: run, test: () => OK }),
	'#STARTMODESCR': Object.freeze({
		set: setStartMode,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#STARTMODESCR: ${firmware.board.nvm.settings.services[START_MODE] ?? FACTORY_MODE}`);
			return OK;
		},
		test: testForm('(0-2),(10-60)'),
	}),
});
