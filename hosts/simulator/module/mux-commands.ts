import { integerAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, OK, type Outcome, SILENT } from './command.js';
import type { Firmware } from './firmware.js';

/** A parameter of +CMUX (27.007 5.7). */
interface MuxParameter {
	readonly least: number;
	readonly most: number;
	readonly standard: number;
}

/** Mode and subset: the basic option with UIH frames and nothing else (module.md, +CMUX). */
const SHORT: readonly MuxParameter[] = Object.freeze([
	Object.freeze({ least: 0, most: 0, standard: 0 }),
	Object.freeze({ least: 0, most: 0, standard: 0 }),
]);
/** Port speed, N1, T1 [10 ms], N2, T2 [10 ms], T3 [s], k. One length octet bounds N1. */
const LONG: readonly MuxParameter[] = Object.freeze([
	...SHORT,
	Object.freeze({ least: 1, most: 6, standard: 5 }),
	Object.freeze({ least: 1, most: 127, standard: 127 }),
	Object.freeze({ least: 1, most: 255, standard: 10 }),
	Object.freeze({ least: 0, most: 100, standard: 3 }),
	Object.freeze({ least: 2, most: 255, standard: 30 }),
	Object.freeze({ least: 1, most: 255, standard: 10 }),
	Object.freeze({ least: 1, most: 7, standard: 2 }),
]);
const PORT_SPEED = 2;
/** In baud, by port speed. */
const SPEEDS: readonly number[] = Object.freeze([0, 9600, 19_200, 38_400, 57_600, 115_200, 230_400]);

function takes({ board }: Firmware): readonly MuxParameter[] {
	return board.identity.longCmux && !board.quirks.refusesLongCmux ? LONG : SHORT;
}

/** A port speed that is stated holds from the OK on, whatever the line had. Inside the multiplexer the instance is lost. */
function enterMux({ firmware, instance, parameters, after }: CommandContext): Outcome {
	const known = takes(firmware);
	if (parameters.length === 0 || parameters.length > known.length) return BAD_PARAMETER;
	// All but the mode may be left out.
	const fits = ({ least, most, standard }: MuxParameter, at: number) =>
		integerAt(parameters, at, least, most, at === 0 ? undefined : standard) !== undefined;
	if (!known.every(fits)) return BAD_PARAMETER;
	const speed = integerAt(parameters, PORT_SPEED, 1, SPEEDS.length - 1);
	if (firmware.line.inMux) {
		after(() => firmware.hang({ what: 'instance', number: instance.number, until: 'reboot' }));
		return SILENT;
	}
	after(() => {
		firmware.line.enterMux();
		if (speed !== undefined) firmware.leave(() => firmware.board.uart.setBaud(SPEEDS[speed]!));
	});
	return OK;
}

/** +CMUX: the multiplexer. */
export const MUX_COMMANDS: CommandTable = Object.freeze({
	'+CMUX': Object.freeze({
		set: enterMux,
		read: ({ firmware, instance }: CommandContext) => {
			const values = takes(firmware).map(({ standard }) => standard);
			values[0] = firmware.line.inMux ? 1 : 0;
			instance.print(`+CMUX: ${values.join(',')}`);
			return OK;
		},
		test: ({ firmware, instance }: CommandContext) => {
			const ranges = takes(firmware).map(({ least, most }) => (least === most ? `(${least})` : `(${least}-${most})`));
			instance.print(`+CMUX: ${ranges.join(',')}`);
			return OK;
		},
	}),
});
