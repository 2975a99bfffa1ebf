import { CME_TEXTS, CMS_TEXTS, type ErrorTexts } from './error-texts.js';

/** What ends a command (V.250 5.7, 27.007 9.2, 27.005 3.2.5). RING is unsolicited and no final result. */
export type FinalResult =
	| { readonly kind: PlainResult }
	/** `text` is what follows CONNECT, such as `9600`. */
	| { readonly kind: 'connect'; readonly text?: string }
	| { readonly kind: 'cme' | 'cms'; readonly code: number };

export type PlainResult = 'ok' | 'error' | 'no-carrier' | 'busy' | 'no-dialtone' | 'no-answer';

export const OK: FinalResult = Object.freeze({ kind: 'ok' });
export const ERROR: FinalResult = Object.freeze({ kind: 'error' });

export interface ResultFormat {
	/** V1. */
	readonly verbose: boolean;
	readonly cmee: 0 | 1 | 2;
}

/** +CME ERROR: unknown; what a text that no table has is taken for. */
export const UNKNOWN_CME = 100;
/** +CMS ERROR: unknown error. */
export const UNKNOWN_CMS = 500;

interface BasicCode {
	readonly text: string;
	readonly digits: string;
}

/** V.250 table 1. */
const PLAIN: { readonly [kind in PlainResult]: BasicCode } = Object.freeze({
	ok: Object.freeze({ text: 'OK', digits: '0' }),
	error: Object.freeze({ text: 'ERROR', digits: '4' }),
	'no-carrier': Object.freeze({ text: 'NO CARRIER', digits: '3' }),
	busy: Object.freeze({ text: 'BUSY', digits: '7' }),
	'no-dialtone': Object.freeze({ text: 'NO DIALTONE', digits: '6' }),
	'no-answer': Object.freeze({ text: 'NO ANSWER', digits: '8' }),
});
const KINDS: readonly PlainResult[] = Object.freeze(['ok', 'error', 'no-carrier', 'busy', 'no-dialtone', 'no-answer']);
const CONNECT = 'CONNECT';
const RING = 'RING';

/**
 * The result without line ends: `OK`, `0`, `+CME ERROR: 10`, `+CME ERROR: SIM not inserted`. With +CMEE=0 a CME error is a
 * plain ERROR; +CMEE has no effect on CMS errors, which are always numbers. V0 has no effect on either (V.250 5.7.3).
 */
export function formatFinal(result: FinalResult, format: ResultFormat): string {
	switch (result.kind) {
		case 'connect':
			if (!format.verbose) return '1';
			return result.text === undefined ? CONNECT : `${CONNECT} ${result.text}`;
		case 'cms':
			return `+CMS ERROR: ${result.code}`;
		case 'cme':
			if (format.cmee === 0) return formatFinal(ERROR, format);
			return `+CME ERROR: ${(format.cmee === 2 && CME_TEXTS[result.code]) || result.code}`;
		default:
			return format.verbose ? PLAIN[result.kind].text : PLAIN[result.kind].digits;
	}
}

/** The final result that a line without line ends is, in verbose form; undefined: it is another line. */
export function parseFinal(line: string): FinalResult | undefined {
	for (const kind of KINDS) if (line === PLAIN[kind].text) return { kind };
	if (line === CONNECT) return { kind: 'connect' };
	if (line.startsWith('CONNECT ')) return { kind: 'connect', text: line.slice(8) };
	if (line.startsWith('+CME ERROR:')) return { kind: 'cme', code: codeOf(line.slice(11), CME_TEXTS, UNKNOWN_CME) };
	if (line.startsWith('+CMS ERROR:')) return { kind: 'cms', code: codeOf(line.slice(11), CMS_TEXTS, UNKNOWN_CMS) };
	return line === 'NO DIAL TONE' ? { kind: 'no-dialtone' } : undefined;
}

/** The same for numeric form (V0). */
export function parseNumericFinal(line: string): FinalResult | undefined {
	if (line === '1') return { kind: 'connect' };
	for (const kind of KINDS) if (line === PLAIN[kind].digits) return { kind };
	return line.startsWith('+') ? parseFinal(line) : undefined;
}

/** The digits that an unsolicited basic result code has in numeric form; undefined: it has none (V.250 5.7.3). */
export function numericCode(text: string): string | undefined {
	if (text === RING) return '2';
	for (const kind of KINDS) if (text === PLAIN[kind].text) return PLAIN[kind].digits;
	return undefined;
}

/** What an error means, for a person; undefined where no table has the code. */
export function describeError(result: FinalResult): string | undefined {
	if (result.kind === 'cme') return CME_TEXTS[result.code];
	return result.kind === 'cms' ? CMS_TEXTS[result.code] : undefined;
}

function codeOf(given: string, texts: ErrorTexts, unknown: number): number {
	const text = given.trim().toLowerCase();
	if (/^[0-9]{1,5}$/.test(text)) return Number(text);
	for (const code of Object.keys(texts)) if (texts[Number(code)]!.toLowerCase() === text) return Number(code);
	return unknown;
}
