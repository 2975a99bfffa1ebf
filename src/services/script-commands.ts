import { ERROR } from '../at/result-code.js';
import { bytesOf, textOf } from '../base/text.js';
import type { BeginError } from '../update/file-box.js';
import type { Board } from './board.js';
import {
	BAD_PARAMETERS,
	type Caller,
	type CallerData,
	type CommandOutcome,
	done,
	MEMORY_FAILURE,
	MEMORY_FULL,
	NOT_ALLOWED,
	type OwnCommand,
	type ParameterSpec,
	refused,
	type Value,
} from './own-command.js';
import { SCRIPT_PROMPT } from './prompt.js';

/** 27.007 9.2: not found. */
const NOT_FOUND = 22;
/** What a script's text begins with (module.md, scripts on modules with Python). */
const CONTENT = '<<<';
/** Octets of a text that goes out as a line: more than the longest SMS answer has, which says where it was cut. */
const LINE = 2400;
const NAME: ParameterSpec = Object.freeze({ kind: 'text', max: 16 });
const BEGIN_CODES: { readonly [error in BeginError]: number } = Object.freeze({
	full: MEMORY_FULL,
	'too-many': MEMORY_FULL,
	'bad-name': BAD_PARAMETERS,
	busy: NOT_ALLOWED,
});

/** A module with Python keeps its scripts itself. */
function applies(board: Board): boolean {
	return !board.modulePython();
}

const write: OwnCommand = Object.freeze({
	name: '#WSCRIPT',
	access: 'write',
	applies,
	parameters: Object.freeze([
		NAME,
		Object.freeze({ kind: 'integer', min: 1, max: 999_999 } as const),
		Object.freeze({ kind: 'integer', min: 0, max: 1, optional: true } as const),
	]),
	set: async (board: Board, [name, size, hidden]: readonly Value[], _caller: Caller, data?: CallerData) => {
		if (data === undefined) return refused(NOT_ALLOWED);
		const begun = board.files.begin(name as string, size as number, hidden === 1);
		if (!begun.ok) return refused(BEGIN_CODES[begun.error]);
		const writer = begun.value;
		let kept = true;
		try {
			const whole = await data.ask({
				prompt: `\r\n${SCRIPT_PROMPT} `,
				size: size as number,
				take: bytes => {
					kept = writer.write(bytes);
					return kept;
				},
			});
			if (whole && writer.finish().ok) return done();
			return whole || !kept ? refused(MEMORY_FAILURE) : FAILED;
		} finally {
			writer.abandon();
		}
	},
});

const choose: OwnCommand = Object.freeze({
	name: '#ESCRIPT',
	access: 'write',
	applies,
	parameters: Object.freeze([NAME]),
	read: (board: Board) => [`#ESCRIPT: "${board.files.chosen ?? ''}"`],
	set: (board: Board, [name]: readonly Value[]) => outcomeOf(board.files.choose((name as string) || undefined)),
});

const tell: OwnCommand = Object.freeze({
	name: '#RSCRIPT',
	access: 'read',
	applies,
	parameters: Object.freeze([NAME]),
	set: async (board: Board, [name]: readonly Value[], _caller: Caller, data?: CallerData) => {
		const file = board.files.find(name as string);
		if (file === undefined) return refused(NOT_FOUND);
		let line = CONTENT;
		const print = (bytes: Uint8Array) => {
			if (data !== undefined) return data.print(bytes);
			line += textOf(bytes.subarray(0, Math.max(0, LINE - line.length)));
		};
		if (data !== undefined) await data.print(bytesOf(`\r\n${CONTENT}`));
		// The module tells a hidden file as an empty one.
		const content = file.hidden ? undefined : await board.files.read(file.name, print);
		if (content?.ok === false) return refused(MEMORY_FAILURE);
		return data === undefined ? done(line) : done();
	},
});

const list: OwnCommand = Object.freeze({
	name: '#LSCRIPT',
	access: 'read',
	applies,
	parameters: Object.freeze([]),
	execute: (board: Board) => {
		const { strict } = board.settings.current;
		const sum = (crc: number) => (strict ? '' : `,${crc.toString(16).toUpperCase().padStart(8, '0')}`);
		const files = board.files.list().map(({ name, size, crc }) => `#LSCRIPT: "${name}",${size}${sum(crc)}`);
		return done(...files, `#LSCRIPT: free bytes: ${board.files.free}`);
	},
});

const remove: OwnCommand = Object.freeze({
	name: '#DSCRIPT',
	access: 'write',
	applies,
	parameters: Object.freeze([NAME]),
	set: (board: Board, [name]: readonly Value[]) => outcomeOf(board.files.remove(name as string)),
});

/** Scripts and firmware that come through a session, with the forms of a module with Python. */
export const SCRIPT_COMMANDS: readonly OwnCommand[] = Object.freeze([write, choose, tell, list, remove]);

/** As the module answers where the data did not come. */
const FAILED: CommandOutcome = Object.freeze({ lines: Object.freeze([]), result: ERROR });

function outcomeOf(changed: ReturnType<Board['files']['remove']>): CommandOutcome {
	if (changed.ok) return done();
	return refused(changed.error === 'missing' ? NOT_FOUND : MEMORY_FAILURE);
}
