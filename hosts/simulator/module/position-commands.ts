import { integerAt, isOmitted } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, OK, type Outcome, testForm } from './command.js';
import type { Firmware } from './firmware.js';
import { TIMING } from './timing.js';

const STREAM = 3;
/** GGA, GLL, GSA, GSV, RMC, VTG. */
const SENTENCES = 6;
const RMC_AT = 4;

/** $GPSNMUN: which sentences go where. */
export interface PositionOutput {
	mode: number;
	readonly sentences: readonly number[];
}

/** A position sentence (NMEA 0183) of a place that stays where it is. */
function sentence(firmware: Firmware): string {
	const time = new Date(firmware.localTime());
	const two = (value: number) => String(value).padStart(2, '0');
	const clock = `${two(time.getUTCHours())}${two(time.getUTCMinutes())}${two(time.getUTCSeconds())}.000`;
	const date = `${two(time.getUTCDate())}${two(time.getUTCMonth() + 1)}${two(time.getUTCFullYear() % 100)}`;
	const body = `GPRMC,${clock},A,4542.8106,N,01344.2720,E,0.00,0.00,${date},,,A`;
	let check = 0;
	for (let at = 0; at < body.length; at++) check ^= body.charCodeAt(at);
	return `$${body}*${check.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Says `say` each second until it returns false. */
function eachSecond(firmware: Firmware, say: (text: string) => boolean): void {
	const { clock } = firmware;
	const next = () => {
		if (say(sentence(firmware))) clock.setTimer(clock.now() + TIMING.position, next);
	};
	clock.setTimer(clock.now() + TIMING.position, next);
}

/**
 * $GPSNMUN=<mode>[,<GGA>,…,<VTG>]: 0 off, 1 as unsolicited lines with the command's name, 2 bare, 3 a stream in place of the
 * command line, until a break or the escape sequence ends it.
 */
function output({ firmware, instance, parameters }: CommandContext): Outcome | Promise<Outcome> {
	const mode = integerAt(parameters, 0, 0, STREAM);
	if (mode === undefined || isOmitted(parameters, 0) || parameters.length > 1 + SENTENCES) return BAD_PARAMETER;
	const sentences: number[] = [];
	for (let at = 1; at <= SENTENCES; at++) {
		const chosen = integerAt(parameters, at, 0, 1, parameters.length === 1 && at === RMC_AT + 1 ? 1 : 0);
		if (chosen === undefined) return BAD_PARAMETER;
		sentences.push(chosen);
	}
	const chosen: PositionOutput = { mode, sentences };
	firmware.position = chosen;
	if (mode === STREAM) return stream(firmware, chosen, instance);
	if (mode > 0) {
		eachSecond(firmware, text => {
			if (firmware.position !== chosen) return false;
			instance.urc(mode === 1 ? `$GPSNMUN: ${text}` : text);
			return true;
		});
	}
	return OK;
}

function stream(firmware: Firmware, chosen: PositionOutput, instance: CommandContext['instance']): Promise<Outcome> {
	return new Promise(resolve => {
		let over = false;
		instance.goOnline({
			data: () => undefined,
			escaped: () => {
				over = true;
				chosen.mode = 0;
				resolve(OK);
			},
		});
		eachSecond(firmware, text => {
			if (over) return false;
			if (instance.space > text.length + 2) instance.raw(`${text}\r\n`);
			return true;
		});
	});
}

/** The receiver of a module with GPS. */
export const POSITION_COMMANDS: CommandTable = Object.freeze({
	$GPSNMUN: Object.freeze({
		set: output,
		read: ({ firmware, instance }: CommandContext) => {
			const { mode, sentences } = firmware.position;
			instance.print(`$GPSNMUN: ${[mode, ...sentences].join(',')}`);
			return OK;
		},
		test: testForm('(0-3),(0,1),(0,1),(0,1),(0,1),(0,1),(0,1)'),
	}),
	$GPSACP: Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			const [, clock, , latitude, north, longitude, east] = sentence(firmware).split(',');
			instance.print(`$GPSACP: ${clock},${latitude}${north},${longitude}${east},1.2,12.0,3,0.0,0.0,0.0,280508,07`);
			return OK;
		},
		test: () => OK,
	}),
});
