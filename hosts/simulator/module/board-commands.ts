import { integerAt, isOmitted, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, OK, type Outcome, testForm } from './command.js';

const READ = 2;

/** #GPIO=<pin>,<mode>[,<direction>]: mode 0/1 sets level and direction, 2 reads `#GPIO: <direction>,<level>`. */
function gpio({ firmware, instance, parameters }: CommandContext): Outcome {
	const { pins } = firmware.board.identity;
	const pin = integerAt(parameters, 0, 1, pins);
	const mode = integerAt(parameters, 1, 0, READ);
	if (pin === undefined || mode === undefined || isOmitted(parameters, 1)) return BAD_PARAMETER;
	if (mode === READ) {
		const { level, direction } = firmware.gpio.state(pin);
		instance.print(`#GPIO: ${direction},${level}`);
		return OK;
	}
	const direction = integerAt(parameters, 2, 0, 2, 1);
	if (direction === undefined) return BAD_PARAMETER;
	firmware.gpio.configure(pin, mode as 0 | 1, direction);
	return OK;
}

function readAllPins({ firmware, instance }: CommandContext): Outcome {
	const lines: string[] = [];
	for (let pin = 1; pin <= firmware.board.identity.pins; pin++) {
		const { level, direction } = firmware.gpio.state(pin);
		lines.push(`#GPIO: ${direction},${level}`);
	}
	instance.print(...lines);
	return OK;
}

function readClock({ firmware, instance }: CommandContext): Outcome {
	const zone = firmware.board.network.time.zone;
	const local = new Date(firmware.localTime());
	const two = (value: number) => String(value).padStart(2, '0');
	const date = `${two(local.getUTCFullYear() % 100)}/${two(local.getUTCMonth() + 1)}/${two(local.getUTCDate())}`;
	const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
	instance.print(`+CCLK: "${date},${time}${zone < 0 ? '-' : '+'}${two(Math.abs(zone))}"`);
	return OK;
}

function setClock({ firmware, parameters }: CommandContext): Outcome {
	const text = textAt(parameters, 0) ?? '';
	const match = /^(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?$/.exec(text);
	if (match === null) return BAD_PARAMETER;
	const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return BAD_PARAMETER;
	const wanted = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
	firmware.clockOffset += wanted - firmware.localTime();
	return OK;
}

/** Pins and clock. */
export const BOARD_COMMANDS: CommandTable = Object.freeze({
	'#GPIO': Object.freeze({
		set: gpio,
		read: readAllPins,
		test: ({ firmware, instance }: CommandContext) => {
			instance.print(`#GPIO: (1-${firmware.board.identity.pins}),(0-2),(0-2)`);
			return OK;
		},
	}),
	'+CCLK': Object.freeze({ set: setClock, read: readClock, test: () => OK }),
	'#CAP': Object.freeze({ set: () => OK, test: testForm('(0-2)') }),
});
