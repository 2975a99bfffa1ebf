import type { Board } from './board.js';
import {
	type CallerData,
	type CommandOutcome,
	done,
	MEMORY_FAILURE,
	NOT_ALLOWED,
	type OwnCommand,
	type ParameterSpec,
	refused,
	type Value,
} from './own-command.js';
import { RATES } from './serial-lines.js';

/** 0 console, 1 auxiliary. */
const PORT: ParameterSpec = Object.freeze({ kind: 'integer', min: 0, max: 1 });
const RATE: ParameterSpec = Object.freeze({ kind: 'integer', min: 300, max: 115_200, values: RATES });

const join: OwnCommand = Object.freeze({
	name: '#TCPATCONSER',
	access: 'write',
	parameters: Object.freeze([PORT, RATE]),
	set: (board: Board, [port, rate]: readonly Value[], _caller: unknown, data?: CallerData): CommandOutcome => {
		// Only a TCP session can be joined.
		if (data?.join === undefined) return refused(NOT_ALLOWED);
		const borrowed = board.lines.borrow(port as number, rate as number);
		if (!borrowed.ok) return refused(NOT_ALLOWED);
		data.join(borrowed.value, () => board.lines.giveBack(port as number));
		return { lines: [], result: { kind: 'connect' } };
	},
});

const rates: OwnCommand = Object.freeze({
	name: '#ATRUNCONS',
	access: 'admin',
	parameters: Object.freeze([PORT, RATE]),
	read: (board: Board) => {
		const { console, auxiliary } = board.settings.current.rates;
		const lines = [`#ATRUNCONS: 0,${console}`];
		if (board.lines.has(1)) lines.push(`#ATRUNCONS: 1,${auxiliary}`);
		return lines;
	},
	set: (board: Board, [port, rate]: readonly Value[]): CommandOutcome => {
		if (!board.lines.has(port as number)) return refused(NOT_ALLOWED);
		const { rates: old } = board.settings.current;
		const changed = port === 0 ? { ...old, console: rate as number } : { ...old, auxiliary: rate as number };
		if (!board.settings.change({ rates: changed })) return refused(MEMORY_FAILURE);
		board.lines.setRate(port as number, rate as number);
		return done();
	},
});

export const SERIAL_COMMANDS: readonly OwnCommand[] = Object.freeze([join, rates]);
