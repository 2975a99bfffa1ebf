import { failure, type Result, success } from '../../src/base/result.js';
import type { Fault, FaultEntry } from './fault.js';
import { parseTime } from './fault-time.js';
import { RELEASES, type Release, type WholeRelease } from './module/hangs.js';

interface Form {
	/** The words as an error message shows them. */
	readonly words: string;
	readonly pattern: RegExp;
	/** Whether it lasts: by `for <time>` or `from … to`. */
	readonly lasts: 'always' | 'never' | 'maybe';
	/** The fault, or what is wrong. `parts` are the pattern's groups; `ms` is 0 where it does not last. */
	make(parts: readonly string[], ms: number): Fault | string;
}

const MOST_INSTANCES = 4;
const MOST_WRITES = 1000;
const WHOLE_RELEASES: readonly WholeRelease[] = Object.freeze(['mux', 'reset', 'power']);

function plain(words: string, kind: 'reset' | 'brown-out' | 'restart'): Form {
	return Object.freeze({ words, pattern: new RegExp(`^${words}$`), lasts: 'never', make: () => ({ kind }) });
}

function lasting(words: string, kind: 'stall' | 'no-network' | 'no-context' | 'no-card' | 'no-wifi'): Form {
	return Object.freeze({
		words: `${words} for <time>`,
		pattern: new RegExp(`^${words}$`),
		lasts: 'always',
		make: (_: readonly string[], ms: number) => ({ kind, ms }),
	});
}

function noise(kind: 'lose' | 'double' | 'corrupt'): Form {
	return Object.freeze({
		words: `${kind} <percent>% of octets [toward board|module] for <time>`,
		pattern: new RegExp(`^${kind} (\\S+) of octets(?: toward (\\S+))?$`),
		lasts: 'always',
		make: ([percent = '', toward = 'both']: readonly string[], ms: number): Fault | string => {
			const rate = rateOf(percent);
			if (rate === undefined) return noRate(percent);
			if (toward !== 'board' && toward !== 'module' && toward !== 'both') {
				return `"toward" wants board, module or both, not "${toward}"`;
			}
			return { kind, rate, toward, ms };
		},
	});
}

function share(kind: 'lose' | 'double'): Form {
	return Object.freeze({
		words: `${kind} <percent>% of sms for <time>`,
		pattern: new RegExp(`^${kind} (\\S+) of sms$`),
		lasts: 'always',
		make: ([percent = '']: readonly string[], ms: number): Fault | string => {
			const rate = rateOf(percent);
			return rate === undefined ? noRate(percent) : { kind: 'sms', transit: { [kind]: rate }, ms };
		},
	});
}

function lateness(word: string, what: 'delay' | 'spread'): Form {
	return Object.freeze({
		words: `${word} sms by <time> for <time>`,
		pattern: new RegExp(`^${word} sms by (\\S+)$`),
		lasts: 'always',
		make: ([text = '']: readonly string[], ms: number): Fault | string => {
			const time = parseTime(text);
			return time === undefined || time === 0 ? noTime(text) : { kind: 'sms', transit: { [what]: time }, ms };
		},
	});
}

function rateOf(percent: string): number | undefined {
	const rate = /^\d{1,3}(\.\d{1,6})?%$/.test(percent) ? Number((Number(percent.slice(0, -1)) / 100).toFixed(8)) : 0;
	return rate > 0 && rate <= 1 ? rate : undefined;
}

function noRate(percent: string): string {
	return `a rate such as 0.5% is expected, not "${percent}"`;
}

const FORMS: readonly Form[] = Object.freeze([
	plain('reset module', 'reset'),
	plain('brown out module', 'brown-out'),
	plain('restart board', 'restart'),
	Object.freeze<Form>({
		words: `hang instance <1-${MOST_INSTANCES}> until ${RELEASES.join('|')}`,
		pattern: /^hang instance (\S+) until (\S+)$/,
		lasts: 'never',
		make: ([text = '', until = '']) => {
			const number = wholeNumber(text, 1, MOST_INSTANCES);
			if (number === undefined) return `an instance from 1 to ${MOST_INSTANCES} is expected, not "${text}"`;
			if (!RELEASES.includes(until as Release)) return `"until" wants ${listed(RELEASES)}, not "${until}"`;
			return { kind: 'hang', hang: { what: 'instance', number, until: until as Release } };
		},
	}),
	Object.freeze<Form>({
		words: `hang all until ${WHOLE_RELEASES.join('|')}`,
		pattern: /^hang all until (\S+)$/,
		lasts: 'never',
		make: ([until = '']) => {
			if (WHOLE_RELEASES.includes(until as WholeRelease)) {
				return { kind: 'hang', hang: { what: 'all', until: until as WholeRelease } };
			}
			return `"hang all until" wants ${listed(WHOLE_RELEASES)}, not "${until}": nothing else can reach a module that is silent`;
		},
	}),
	noise('lose'),
	noise('double'),
	noise('corrupt'),
	share('lose'),
	share('double'),
	lateness('delay', 'delay'),
	lateness('reorder', 'spread'),
	lasting('stall uart', 'stall'),
	lasting('drop network', 'no-network'),
	lasting('deny context', 'no-context'),
	lasting('eject sim', 'no-card'),
	lasting('drop wifi', 'no-wifi'),
	Object.freeze<Form>({
		words: 'fill sms [for <time>]',
		pattern: /^fill sms$/,
		lasts: 'maybe',
		make: (_, ms) => ({ kind: 'full-sms', ms: ms === 0 ? undefined : ms }),
	}),
	Object.freeze<Form>({
		words: 'tear settings write [<number>]',
		pattern: /^tear settings write(?: (\S+))?$/,
		lasts: 'never',
		make: ([text = '1']) => {
			const nth = wholeNumber(text, 1, MOST_WRITES);
			if (nth === undefined) return `which write from then on, 1 to ${MOST_WRITES}, is expected, not "${text}"`;
			return { kind: 'torn-write', nth };
		},
	}),
	Object.freeze<Form>({
		words: 'jump clock by +<time>|-<time>',
		pattern: /^jump clock by (\S+)$/,
		lasts: 'never',
		make: ([text = '']) => {
			const ms = /^[+-]/.test(text) ? parseTime(text.slice(1)) : undefined;
			if (ms === undefined) return `a time with its sign such as +2d or -3h is expected, not "${text}"`;
			return { kind: 'clock-jump', by: text.startsWith('-') ? -ms : ms };
		},
	}),
]);

const SCHEDULES =
	'"at <time> …", "every <time> …", "from <time> to <time> …" or "random faults every <time> [seed <number>]"';

/**
 * A scenario of faults: one statement a line, `#` begins a comment, upper and lower case are the same. Every wrong line gives
 * an error: `line 3: …`.
 */
export function parseFaults(text: string): Result<readonly FaultEntry[], readonly string[]> {
	const entries: FaultEntry[] = [];
	const errors: string[] = [];
	for (const [at, line] of text.split(/\r\n?|\n/).entries()) {
		const words = line.replace(/#.*$/, '').trim().toLowerCase().replace(/\s+/g, ' ');
		if (words === '') continue;
		const entry = parseStatement(words);
		if (typeof entry === 'string') errors.push(`line ${at + 1}: ${entry}`);
		else entries.push(entry);
	}
	return errors.length > 0 ? failure(errors) : success(entries);
}

function parseStatement(words: string): FaultEntry | string {
	const random = /^random faults every (\S+)(?: seed (\S+))?$/.exec(words);
	if (random !== null) return parseRandom(random[1]!, random[2]);
	const span = /^from (\S+) to (\S+) (.+)$/.exec(words);
	if (span !== null) return parseSpan(span[1]!, span[2]!, span[3]!);
	const once = /^(at|every) (\S+) (.+)$/.exec(words);
	if (once === null) return `${SCHEDULES} is expected, not "${words}"`;
	const time = parseTime(once[2]!);
	if (time === undefined || (once[1] === 'every' && time === 0)) return noTime(once[2]!);
	const fault = parseFault(once[3]!, undefined);
	if (typeof fault === 'string') return fault;
	return once[1] === 'at' ? { when: 'at', at: time, fault } : { when: 'every', every: time, fault };
}

function parseRandom(every: string, seed: string | undefined): FaultEntry | string {
	const time = parseTime(every);
	if (time === undefined || time === 0) return noTime(every);
	const number = seed === undefined ? undefined : wholeNumber(seed, 0, 0xffff_ffff);
	if (seed !== undefined && number === undefined) return `a whole number is expected as seed, not "${seed}"`;
	return { when: 'random', every: time, seed: number };
}

function parseSpan(from: string, to: string, words: string): FaultEntry | string {
	const start = parseTime(from);
	const end = parseTime(to);
	if (start === undefined) return noTime(from);
	if (end === undefined) return noTime(to);
	if (end <= start) return `"to" must be later than "from", not ${to} after ${from}`;
	const fault = parseFault(words, end - start);
	return typeof fault === 'string' ? fault : { when: 'at', at: start, fault };
}

/** `span`: how long it lasts by `from … to`. */
function parseFault(words: string, span: number | undefined): Fault | string {
	const tail = / for (\S+)$/.exec(words);
	const phrase = tail === null ? words : words.slice(0, tail.index);
	const ms = tail === null ? span : parseTime(tail[1]!);
	if (tail !== null && span !== undefined) return '"from … to" says already how long it lasts: leave out "for"';
	if (tail !== null && (ms === undefined || ms === 0)) return noTime(tail[1]!);
	for (const form of FORMS) {
		const match = form.pattern.exec(phrase);
		if (match === null) continue;
		if (form.lasts === 'never' && ms !== undefined) return `"${phrase}" has no duration: "${form.words}" is expected`;
		if (form.lasts === 'always' && ms === undefined) return `how long is missing: "${form.words}" is expected`;
		return form.make(match.slice(1) as (string | undefined)[] as string[], ms ?? 0);
	}
	return `${expectedAfter(phrase)} is expected, not "${phrase}"`;
}

/** The forms that begin with the phrase's first word; all of them where none does. */
function expectedAfter(phrase: string): string {
	const first = phrase.split(' ')[0]!;
	const alike = FORMS.filter(form => form.words.startsWith(`${first} `));
	return (alike.length > 0 ? alike : FORMS).map(form => `"${form.words}"`).join(' or ');
}

function noTime(text: string): string {
	return `a time such as 90s, 5m, 2h or 1d is expected, not "${text}"`;
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
	const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
	return value >= least && value <= most ? value : undefined;
}

function listed(words: readonly string[]): string {
	return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
