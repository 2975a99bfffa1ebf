import { textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandEntry, type CommandTable, OK, testForm } from './command.js';

/** A stored setting of the module's own services: nothing here runs them, it only remembers and reports. */
function stored(name: string, factory: string, ranges: readonly (readonly [number, number] | 'text')[]): CommandEntry {
	return Object.freeze({
		set: ({ firmware, parameters }: CommandContext) => {
			const { nvm } = firmware.board;
			const former = (nvm.settings.services[name] ?? factory).split(',');
			if (parameters.length === 0 || parameters.length > ranges.length) return BAD_PARAMETER;
			const values: string[] = [];
			for (const [at, range] of ranges.entries()) {
				const text = textAt(parameters, at, former[at] ?? '');
				if (text === undefined || !fits(text, range)) return BAD_PARAMETER;
				values.push(text);
			}
			nvm.settings.services[name] = values.join(',');
			nvm.save();
			return OK;
		},
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`${name}: ${firmware.board.nvm.settings.services[name] ?? factory}`);
			return OK;
		},
		test: testForm(ranges.map(range => (range === 'text' ? '' : `(${range[0]}-${range[1]})`)).join(',')),
	});
}

/** The same with a second, computed field in the answer: whether the service is active. */
function service(name: string): CommandEntry {
	const plain = stored(name, '0', [[0, 1]]);
	return Object.freeze({
		...plain,
		read: ({ firmware, instance }: CommandContext) => {
			const mode = firmware.board.nvm.settings.services[name] ?? '0';
			instance.print(`${name}: ${mode},${mode}`);
			return OK;
		},
	});
}

function fits(text: string, range: readonly [number, number] | 'text'): boolean {
	if (range === 'text') return !/[",]/.test(text) && text.length <= 64;
	return /^\d{1,6}$/.test(text) && Number(text) >= range[0] && Number(text) <= range[1];
}

/** The module's own SMS and TCP ATRUN and event monitor: off when they leave the factory. */
export const SERVICE_COMMANDS: CommandTable = Object.freeze({
	'#SMSATRUN': service('#SMSATRUN'),
	'#SMSATRUNCFG': stored('#SMSATRUNCFG', '3,1,5', [
		[1, 3],
		[0, 1],
		[1, 60],
	]),
	'#TCPATRUNL': service('#TCPATRUNL'),
	'#TCPATRUND': service('#TCPATRUND'),
	'#TCPATCMDSEQ': stored('#TCPATCMDSEQ', '0', [[0, 1]]),
	'#TCPATRUNCFG': stored('#TCPATRUNCFG', '1,2,1024,1024,,1,5,0,0,2', [
		[1, 6],
		[1, 3],
		[1, 65_535],
		[1, 65_535],
		'text',
		[0, 1],
		[1, 5],
		[0, 1],
		[0, 5],
		[1, 3600],
	]),
	'#ENAEVMONI': service('#ENAEVMONI'),
	'#ENAEVMONICFG': stored('#ENAEVMONICFG', '3,1,5', [
		[1, 3],
		[0, 1],
		[1, 5],
	]),
});
