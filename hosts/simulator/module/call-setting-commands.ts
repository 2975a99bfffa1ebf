import { integerAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandEntry, type CommandTable, OK, testForm } from './command.js';

/** Numbers that a parameter may have: single ones, or all between two. */
type Range = readonly number[] | { readonly from: number; readonly to: number };

interface SettingParameter {
	readonly range: Range;
	readonly factory: number;
}

function describeRange(range: Range): string {
	return 'from' in range ? `(${range.from}-${range.to})` : `(${range.join(',')})`;
}

function fits(value: number, range: Range): boolean {
	return 'from' in range ? value >= range.from && value <= range.to : range.includes(value);
}

/** A setting of each instance with one or more numbers; those that are left out go back to the factory's. */
function setting(name: string, ...parameters: readonly SettingParameter[]): CommandEntry {
	const key = (at: number) => (at === 0 ? name : `${name} ${at}`);
	return Object.freeze({
		set: ({ instance, parameters: given }: CommandContext) => {
			if (given.length > parameters.length) return BAD_PARAMETER;
			const values = parameters.map(({ factory }, at) => integerAt(given, at, 0, 255, factory));
			if (!values.every((value, at) => value !== undefined && fits(value, parameters[at]!.range))) return BAD_PARAMETER;
			for (const [at, value] of values.entries()) instance.profile.switches[key(at)] = value!;
			return OK;
		},
		read: ({ instance }: CommandContext) => {
			const values = parameters.map(({ factory }, at) => instance.profile.switches[key(at)] ?? factory);
			instance.print(`${name}: ${values.join(',')}`);
			return OK;
		},
		test: testForm(parameters.map(({ range }) => describeRange(range)).join(',')),
	});
}

const OFF_ON: SettingParameter = Object.freeze({ range: Object.freeze([0, 1]), factory: 0 });

/** How calls are set up and told of (27.007 6): +CRC alone has an effect here. */
export const CALL_SETTING_COMMANDS: CommandTable = Object.freeze({
	'+FCLASS': setting('+FCLASS', { range: [0, 1, 8], factory: 0 }),
	'+CRC': setting('+CRC', OFF_ON),
	'+CR': setting('+CR', OFF_ON),
	'+CMOD': setting('+CMOD', { range: [0], factory: 0 }),
	'+CVHU': setting('+CVHU', { range: { from: 0, to: 2 }, factory: 2 }),
	'+CBST': setting(
		'+CBST',
		{ range: [0, 1, 3, 4, 5, 6, 7, 65, 66, 68, 70, 71, 75], factory: 0 },
		{ range: [0], factory: 0 },
		{ range: [0, 1], factory: 1 },
	),
});
