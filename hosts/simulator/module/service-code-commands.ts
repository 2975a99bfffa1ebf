import { integerAt, isOmitted, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, cme, OK, type Outcome, testForm } from './command.js';
import type { Instance } from './instance.js';
import type { ServiceReply } from './service-session.js';
import { fromTerminal, toTerminal } from './text-alphabet.js';

const NO_NETWORK = 30;
const LONGEST = 182;
/** `<dcs>` (23.038 5): the default alphabet, or UCS2. */
const DEFAULT_ALPHABET = 15;
const UCS2 = 72;

/** The reply, where presentation is on. */
function present(instance: Instance, { m, text }: ServiceReply): void {
	if ((instance.profile.switches['+CUSD'] ?? 0) === 0) return;
	const { alphabet } = instance.profile;
	const said =
		text === undefined ? '' : `,"${toTerminal(text, alphabet)}",${alphabet === 'UCS2' ? UCS2 : DEFAULT_ALPHABET}`;
	instance.urc(`+CUSD: ${m}${said}`);
}

/** +CUSD=[<n>[,<str>[,<dcs>]]]: 0 and 1 switch the presentation, 2 ends the session. */
function exchange({ firmware, instance, parameters }: CommandContext): Outcome {
	const mode = integerAt(parameters, 0, 0, 2, 0);
	const scheme = integerAt(parameters, 2, 0, 255, DEFAULT_ALPHABET);
	if (mode === undefined || scheme === undefined) return BAD_PARAMETER;
	if (mode === 2) {
		firmware.services.cancel();
		return OK;
	}
	instance.profile.switches['+CUSD'] = mode;
	if (isOmitted(parameters, 1)) return OK;
	const text = fromTerminal(textAt(parameters, 1) ?? '', instance.profile.alphabet);
	if (!text.ok || text.value === '' || text.value.length > LONGEST) return BAD_PARAMETER;
	return firmware.services.send(text.value, reply => present(instance, reply)) ? OK : cme(NO_NETWORK);
}

/** Network services by their codes (27.007 7.15). */
export const SERVICE_CODE_COMMANDS: CommandTable = Object.freeze({
	'+CUSD': Object.freeze({
		set: exchange,
		read: ({ instance }: CommandContext) => {
			instance.print(`+CUSD: ${instance.profile.switches['+CUSD'] ?? 0}`);
			return OK;
		},
		test: testForm('(0-2)'),
		card: true,
		serial: Object.freeze(['set'] as const),
	}),
});
