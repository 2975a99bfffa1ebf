import { integerAt, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, cms, OK, type Outcome, testForm } from './command.js';

const NOT_ALLOWED = 302;
const INVALID_INDEX = 321;
const NOTHING_TO_ACKNOWLEDGE = 340;
const MOST_PROFILE = 3;
/** Message identifiers or coding schemes of cell broadcast: numbers and ranges. */
const NUMBERS = /^(\d{1,5}(-\d{1,5})?(,|$))*$/;

/** +CSCB=[<mode>[,<mids>[,<dcss>]]]: 0 takes the kinds that are named, 1 all but them. */
function setBroadcast({ firmware, parameters }: CommandContext): Outcome {
	const mode = integerAt(parameters, 0, 0, 1, 0);
	const messages = textAt(parameters, 1, '');
	const schemes = textAt(parameters, 2, '');
	if (mode === undefined || messages === undefined || schemes === undefined) return cms(NOT_ALLOWED);
	const fits = (text: string) => text.length <= 100 && NUMBERS.test(text);
	if (!fits(messages) || !fits(schemes)) return cms(NOT_ALLOWED);
	firmware.broadcast = { mode, messages, schemes };
	return OK;
}

function profileNumber({ parameters }: CommandContext): number | undefined {
	return integerAt(parameters, 0, 0, MOST_PROFILE, 0);
}

/** +CSAS[=<n>]: keeps +CSCA, +CSMP and +CSCB without power. */
function save(context: CommandContext): Outcome {
	const { firmware, instance } = context;
	const number = profileNumber(context);
	if (number === undefined) return cms(INVALID_INDEX);
	const { nvm, sim } = firmware.board;
	nvm.settings.messageProfiles[String(number)] = {
		serviceCentre: sim.serviceCentre,
		textParameters: [...instance.profile.textParameters],
		broadcast: { ...firmware.broadcast },
	};
	nvm.save();
	return OK;
}

/** +CRES[=<n>]: brings back what +CSAS kept. */
function restore(context: CommandContext): Outcome {
	const { firmware, instance } = context;
	const number = profileNumber(context);
	const kept = firmware.board.nvm.settings.messageProfiles[String(number)];
	if (number === undefined || kept === undefined) return cms(INVALID_INDEX);
	firmware.board.sim.serviceCentre = kept.serviceCentre;
	instance.profile.textParameters = [...kept.textParameters];
	firmware.broadcast = { ...kept.broadcast };
	return OK;
}

/** +CNMA[=<n>]: 0 and 1 say that the message was taken, 2 that it could not be. */
function acknowledge({ firmware, parameters }: CommandContext): Outcome {
	if (integerAt(parameters, 0, 0, 2, 0) === undefined) return BAD_PARAMETER;
	return firmware.messages.acknowledge() ? OK : cms(NOTHING_TO_ACKNOWLEDGE);
}

/** Settings of messages that are kept apart from the profile, and acknowledgement (27.005 3.3.4–3.3.6, 3.4.4). */
export const MESSAGE_PROFILE_COMMANDS: CommandTable = Object.freeze({
	'+CSCB': Object.freeze({
		set: setBroadcast,
		read: ({ firmware, instance }: CommandContext) => {
			const { mode, messages, schemes } = firmware.broadcast;
			instance.print(`+CSCB: ${mode},"${messages}","${schemes}"`);
			return OK;
		},
		test: testForm('(0,1)'),
	}),
	'+CSAS': Object.freeze({ execute: save, set: save, test: testForm(`(0-${MOST_PROFILE})`), card: true }),
	'+CRES': Object.freeze({ execute: restore, set: restore, test: testForm(`(0-${MOST_PROFILE})`), card: true }),
	'+CNMA': Object.freeze({ execute: acknowledge, set: acknowledge, test: testForm('(0-2)') }),
});
