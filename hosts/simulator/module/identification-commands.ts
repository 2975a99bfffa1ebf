import { BAD_PARAMETER, type CommandContext, type CommandTable, type Handler, OK } from './command.js';
import type { Identity } from './identity.js';

/** A line of the module's identity, bare as +CGMI prints it or behind a prefix as #CGMI does. */
function say(of: (identity: Identity) => string, prefix = ''): { execute: Handler; test: Handler } {
	return Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			instance.print(prefix + of(firmware.board.identity));
			return OK;
		},
		test: () => OK,
	});
}

const CAPABILITIES = '+CGSM,+DS,+FCLASS,+MS,+ES';

const information: Handler = ({ firmware, instance, command }) => {
	const { identity } = firmware.board;
	switch (command.args) {
		case '':
		case '0':
			instance.print(identity.model.split('-')[0]!);
			return OK;
		case '1':
			instance.print('6A38');
			return OK;
		case '2':
			return OK;
		case '3':
			instance.print(identity.manufacturer);
			return OK;
		case '4':
			instance.print(identity.model);
			return OK;
		case '5':
			instance.print('0');
			return OK;
		default:
			return BAD_PARAMETER;
	}
};

/** Who made it, what it is, which revision, which numbers. */
export const IDENTIFICATION_COMMANDS: CommandTable = Object.freeze({
	I: Object.freeze({ execute: information, set: information }),
	'+CGMI': say(identity => identity.manufacturer),
	'+GMI': say(identity => identity.manufacturer),
	'#CGMI': say(identity => identity.manufacturer, '#CGMI: '),
	'+CGMM': say(identity => identity.model),
	'+GMM': say(identity => identity.model),
	'#CGMM': say(identity => identity.model, '#CGMM: '),
	'+CGMR': say(identity => identity.revision),
	'+GMR': say(identity => identity.revision),
	'#CGMR': say(identity => identity.revision, '#CGMR: '),
	'+CGSN': say(identity => identity.imei),
	'+GSN': say(identity => identity.imei),
	'#CGSN': say(identity => identity.imei, '#CGSN: '),
	'+CLAC': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			instance.print(...firmware.commandNames);
			return OK;
		},
		test: () => OK,
	}),
	'+GCAP': Object.freeze({
		execute: ({ instance }: CommandContext) => {
			instance.print(`+GCAP: ${CAPABILITIES}`);
			return OK;
		},
		test: () => OK,
	}),
});
