import { failure, type Result, success } from '../base/result.js';

/** One parameter of a command: V.250 5.4.2, with what modules accept beyond it. */
export type Parameter =
	/** Decimal digits, at most 15; `text` keeps leading zeros (a PIN). */
	| { readonly kind: 'number'; readonly value: number; readonly text: string }
	/** A quoted string without its quotes, escapes `\hh` resolved. */
	| { readonly kind: 'string'; readonly value: string }
	/** Any other text without quotes, as typed: `1.2.3.4`, `+39*`, `AABB`, an ICCID. */
	| { readonly kind: 'bare'; readonly value: string }
	| { readonly kind: 'omitted' };

/** `string`: quotes are not balanced, or text stands beside them; `count`: more parameters than the limit. */
export type ParameterError = 'string' | 'count';

/** Parameters of one command, at most, where the caller gives no limit. */
export const MAX_PARAMETERS = 32;

/** The most digits that a number holds exactly. */
const MAX_DIGITS = 15;

const OMITTED: Parameter = Object.freeze({ kind: 'omitted' });

/** Splits the text behind `=` at its commas. An empty text has no parameters; a trailing comma is an omitted one. */
export function parseParameters(args: string, limit = MAX_PARAMETERS): Result<readonly Parameter[], ParameterError> {
	const parameters: Parameter[] = [];
	if (trim(args) === '') return success(parameters);
	let at = 0;
	while (at <= args.length) {
		if (parameters.length === limit) return failure('count');
		while (args.charAt(at) === ' ') at++;
		const quoted = args.charAt(at) === '"';
		const from = quoted ? at + 1 : at;
		const close = quoted ? args.indexOf('"', from) : from;
		if (close < 0) return failure('string');
		const comma = args.indexOf(',', close);
		const end = comma < 0 ? args.length : comma;
		if (quoted) {
			if (trim(args.slice(close + 1, end)) !== '') return failure('string');
			parameters.push({ kind: 'string', value: resolveEscapes(args.slice(from, close)) });
		} else {
			const text = trim(args.slice(from, end));
			if (text.includes('"')) return failure('string');
			parameters.push(plain(text));
		}
		at = end + 1;
	}
	return success(parameters);
}

/** The text as a quoted string; quotes, backslashes and control characters become `\hh` (V.250 5.4.2.2). */
export function quote(text: string): string {
	return `"${text.replace(/["\\\x00-\x1f\x7f]/g, escapeCharacter)}"`;
}

function plain(text: string): Parameter {
	if (text === '') return OMITTED;
	if (text.length <= MAX_DIGITS && /^[0-9]+$/.test(text)) return { kind: 'number', value: Number(text), text };
	return { kind: 'bare', value: text };
}

/** A backslash without two hexadecimal digits behind it stands for itself, as modules have it. */
function resolveEscapes(text: string): string {
	if (!text.includes('\\')) return text;
	return text.replace(/\\([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function escapeCharacter(character: string): string {
	const digits = character.charCodeAt(0).toString(16).toUpperCase();
	return `\\${digits.length === 1 ? '0' : ''}${digits}`;
}

/** Without the spaces at its ends. A no-break space is data. */
function trim(text: string): string {
	return text.replace(/^ +| +$/g, '');
}
