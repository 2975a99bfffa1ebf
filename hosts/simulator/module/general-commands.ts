import { integerAt } from './arguments.js';
import {
	BAD_PARAMETER,
	type CommandContext,
	type CommandEntry,
	type CommandTable,
	ERROR,
	type Handler,
	OK,
	testForm,
} from './command.js';
import { copyProfile, factoryProfile, type Profile } from './profile.js';

/** A basic command with one digit that changes the profile; without it, 0 (V.250 5.3.1). */
function basic(most: number, change: (profile: Profile, value: number) => void): { execute: Handler; set: Handler } {
	const run: Handler = ({ instance, command }) => {
		const value = command.args === '' ? 0 : Number(command.args);
		if (!Number.isInteger(value) || value < 0 || value > most) return BAD_PARAMETER;
		change(instance.profile, value);
		return OK;
	};
	return { execute: run, set: run };
}

/** S-registers that the profile keeps as fields of their own, and their ranges. */
const OWN_REGISTERS = Object.freeze({ 3: 's3', 4: 's4', 5: 's5' } as const);

function registerOf(context: CommandContext): number {
	return Number(context.command.name.slice(1));
}

const readRegister: Handler = context => {
	const { instance } = context;
	const register = registerOf(context);
	const own = OWN_REGISTERS[register as keyof typeof OWN_REGISTERS];
	const value = own === undefined ? instance.profile.registers[String(register)] : instance.profile[own];
	if (value === undefined) return BAD_PARAMETER;
	instance.print(String(value).padStart(3, '0'));
	return OK;
};

const setRegister: Handler = context => {
	const { firmware, instance, command } = context;
	const register = registerOf(context);
	const value = Number(command.args);
	if (!/^\d{1,3}$/.test(command.args) || value > 255) return BAD_PARAMETER;
	const own = OWN_REGISTERS[register as keyof typeof OWN_REGISTERS];
	if (own !== undefined) {
		if (value > 127) return BAD_PARAMETER;
		instance.profile[own] = value;
		return OK;
	}
	if (instance.profile.registers[String(register)] === undefined) return BAD_PARAMETER;
	// The escape sequence has no meaning inside the multiplexer (module.md, +CMUX).
	if (firmware.line.inMux && (register === 2 || register === 12 || register === 25)) return OK;
	instance.profile.registers[String(register)] = value;
	return OK;
};

/** Puts another profile into the place of the instance's: the terminal holds the object itself. */
function adopt(target: Profile, source: Profile): void {
	Object.assign(target, copyProfile(source));
}

/** During a data call, whichever instance has it, Z answers ERROR (atrun.md 4). */
const reset: Handler = ({ firmware, instance }) => {
	if (firmware.call.owner !== undefined) return ERROR;
	if (firmware.line.inMux) return OK;
	adopt(instance.profile, firmware.board.nvm.settings.profiles[instance.number - 1] ?? factoryProfile());
	return OK;
};

const factory: Handler = ({ firmware, instance }) => {
	if (!firmware.line.inMux) adopt(instance.profile, factoryProfile());
	return OK;
};

const store: Handler = ({ firmware, instance }) => {
	const { nvm } = firmware.board;
	nvm.settings.profiles[instance.number - 1] = copyProfile(instance.profile);
	nvm.save();
	return OK;
};

const accept: Handler = () => OK;
const either = (handler: Handler) => ({ execute: handler, set: handler });

const RATES: readonly number[] = Object.freeze([0, 300, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200]);

/** The rate of the UART, stored at once. Inside the multiplexer nothing changes (module.md, +CMUX). */
const RATE: CommandEntry = Object.freeze({
	set: ({ firmware, parameters, after }: CommandContext) => {
		const rate = integerAt(parameters, 0, 0, 115_200);
		if (rate === undefined || !RATES.includes(rate)) return BAD_PARAMETER;
		if (firmware.line.inMux) return OK;
		firmware.rate = rate;
		firmware.board.nvm.settings.rate = rate;
		firmware.board.nvm.save();
		after(() => firmware.leave(() => firmware.line.applyRate()));
		return OK;
	},
	read: ({ firmware, instance, command }: CommandContext) => {
		instance.print(`${command.name}: ${firmware.rate}`);
		return OK;
	},
	test: ({ instance, command }: CommandContext) => {
		const fixed = RATES.slice(1).join(',');
		instance.print(`${command.name}: (0,${fixed}),(${fixed})`);
		return OK;
	},
});

/** V.250 settings, +CMEE, the serial line and the profiles. */
export const GENERAL_COMMANDS: CommandTable = Object.freeze({
	E: basic(1, (profile, value) => {
		profile.echo = value === 1;
	}),
	Q: basic(2, (profile, value) => {
		profile.quiet = value > 0;
	}),
	V: basic(1, (profile, value) => {
		profile.verbose = value === 1;
	}),
	X: basic(4, (profile, value) => {
		profile.extended = value;
	}),
	'&K': basic(6, (profile, value) => {
		profile.flow = value;
	}),
	'&D': basic(5, (profile, value) => {
		profile.dtr = value;
	}),
	'&C': basic(2, (profile, value) => {
		profile.carrier = value;
	}),
	'&S': basic(3, (profile, value) => {
		profile.dataSetReady = value;
	}),
	'&F': either(factory),
	Z: either(reset),
	'&Z': either(accept),
	'&W': either(store),
	'&P': either(accept),
	'&Y': either(accept),
	'&N': either(accept),
	'\\Q': either(accept),
	'\\R': either(accept),
	'\\V': either(accept),
	L: either(accept),
	M: either(accept),
	T: either(accept),
	P: either(accept),
	S: Object.freeze({ read: readRegister, set: setRegister }),
	'+CMEE': Object.freeze({
		set: ({ instance, parameters }: CommandContext) => {
			const mode = integerAt(parameters, 0, 0, 2, 0);
			if (mode === undefined) return BAD_PARAMETER;
			instance.profile.cmee = mode as 0 | 1 | 2;
			return OK;
		},
		read: ({ instance }: CommandContext) => {
			instance.print(`+CMEE: ${instance.profile.cmee}`);
			return OK;
		},
		test: testForm('(0,1,2)'),
	}),
	'+IPR': RATE,
	'#IPR': RATE,
	'+IFC': Object.freeze({ set: accept, read: accept, test: testForm('(0,1,2),(0,1,2)') }),
	'+ICF': Object.freeze({ set: accept, read: accept, test: testForm('(0-5),(0,1)') }),
	'#SELINT': Object.freeze({
		set: ({ firmware, parameters }: CommandContext) => {
			const style = integerAt(parameters, 0, 0, 2);
			if (style === undefined) return BAD_PARAMETER;
			if (firmware.line.inMux) return OK;
			firmware.board.nvm.settings.interfaceStyle = style;
			firmware.board.nvm.save();
			return OK;
		},
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#SELINT: ${firmware.board.nvm.settings.interfaceStyle}`);
			return OK;
		},
		test: testForm('(0-2)'),
	}),
	'#SKIPESC': Object.freeze({
		set: ({ instance, parameters }: CommandContext) => {
			const mode = integerAt(parameters, 0, 0, 1);
			if (mode === undefined) return BAD_PARAMETER;
			instance.profile.skipEscape = mode as 0 | 1;
			return OK;
		},
		read: ({ instance }: CommandContext) => {
			instance.print(`#SKIPESC: ${instance.profile.skipEscape}`);
			return OK;
		},
		test: testForm('(0,1)'),
	}),
});
