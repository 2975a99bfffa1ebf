import { parseNumber } from '../../../src/sms/address.js';
import { type BookEntry, type PhoneBook, PLACES } from '../sim-card.js';
import { integerAt, isOmitted, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, cme, OK, type Outcome } from './command.js';
import { fromTerminal, toTerminal } from './text-alphabet.js';

const LONGEST_TEXT = 14;
const PIN2_REQUIRED = 17;
const INVALID_INDEX = 21;
const NOT_FOUND = 22;
const TEXT_TOO_LONG = 24;

type BookName = keyof typeof PLACES;

function bookOf({ firmware, instance }: CommandContext): { readonly name: BookName; readonly book: PhoneBook } {
	const name = instance.profile.switches['+CPBS'] === 1 ? 'FD' : 'SM';
	return { name, book: firmware.board.sim.books[name] };
}

/** +CPBS="SM"|"FD". */
function select({ instance, parameters }: CommandContext): Outcome {
	const name = textAt(parameters, 0)?.toUpperCase();
	if (name !== 'SM' && name !== 'FD') return BAD_PARAMETER;
	instance.profile.switches['+CPBS'] = name === 'FD' ? 1 : 0;
	return OK;
}

/** +CPBW=[<index>][,<number>[,<type>[,<text>]]]: an index alone erases. The list of fixed dialling wants PIN2. */
function write(context: CommandContext): Outcome {
	const { firmware, parameters } = context;
	const { name, book } = bookOf(context);
	const { sim } = firmware.board;
	if (name === 'FD' && !sim.pin2Given) {
		sim.pin2Wanted = true;
		return cme(PIN2_REQUIRED);
	}
	const index = isOmitted(parameters, 0) ? firstFree(book) : integerAt(parameters, 0, 1, PLACES[name]);
	if (index === undefined || index > PLACES[name]) return cme(INVALID_INDEX);
	if (parameters.length === 1) {
		book.delete(index);
		return OK;
	}
	const given = textAt(parameters, 1);
	const type = integerAt(parameters, 2, 128, 255, given?.startsWith('+') ? 145 : 129);
	const typed = fromTerminal(textAt(parameters, 3, '') ?? '', context.instance.profile.alphabet);
	if (given === undefined || type === undefined || !typed.ok) return BAD_PARAMETER;
	const text = typed.value;
	if (text.length > LONGEST_TEXT) return cme(TEXT_TOO_LONG);
	const number = type === 145 && !given.startsWith('+') ? `+${given}` : given;
	if (!parseNumber(number).ok) return BAD_PARAMETER;
	book.set(index, { number, text });
	return OK;
}

function firstFree(book: PhoneBook): number {
	let index = 1;
	while (book.has(index)) index++;
	return index;
}

/** The text is in the DTE's character set, the number is not (27.007 8.12). */
function line({ command, instance }: CommandContext, index: number, { number, text }: BookEntry): string {
	const shown = toTerminal(text, instance.profile.alphabet);
	return `${command.name}: ${index},"${number}",${number.startsWith('+') ? 145 : 129},"${shown}"`;
}

function read(context: CommandContext): Outcome {
	const { name, book } = bookOf(context);
	const first = integerAt(context.parameters, 0, 1, PLACES[name]);
	const last = integerAt(context.parameters, 1, 1, PLACES[name], first);
	if (first === undefined || last === undefined) return cme(INVALID_INDEX);
	const found = [...book].filter(([index]) => index >= first && index <= last).sort(([one], [other]) => one - other);
	if (found.length === 0) return cme(NOT_FOUND);
	context.instance.print(...found.map(([index, entry]) => line(context, index, entry)));
	return OK;
}

/** +CPBF=<text>: the entries whose text begins so, whichever case it is in. */
function find(context: CommandContext): Outcome {
	const { book } = bookOf(context);
	const wanted = fromTerminal(textAt(context.parameters, 0) ?? '', context.instance.profile.alphabet);
	if (!wanted.ok) return BAD_PARAMETER;
	const begins = ({ text }: BookEntry) => text.toLowerCase().startsWith(wanted.value.toLowerCase());
	const found = [...book].filter(([, entry]) => begins(entry)).sort(([one], [other]) => one - other);
	if (found.length === 0) return cme(NOT_FOUND);
	context.instance.print(...found.map(([index, entry]) => line(context, index, entry)));
	return OK;
}

/** The phone books of the card: its own, and the list of fixed dialling (27.007 8.11–8.14). */
export const BOOK_COMMANDS: CommandTable = Object.freeze({
	'+CPBS': Object.freeze({
		set: select,
		read: (context: CommandContext) => {
			const { name, book } = bookOf(context);
			context.instance.print(`+CPBS: "${name}",${book.size},${PLACES[name]}`);
			return OK;
		},
		test: ({ instance }: CommandContext) => {
			instance.print('+CPBS: ("SM","FD")');
			return OK;
		},
		card: true,
		serial: Object.freeze(['set'] as const),
	}),
	'+CPBW': Object.freeze({ set: write, test: () => OK, card: true, serial: Object.freeze(['set'] as const) }),
	'+CPBF': Object.freeze({
		set: find,
		test: ({ instance }: CommandContext) => {
			instance.print(`+CPBF: 40,${LONGEST_TEXT}`);
			return OK;
		},
		card: true,
		serial: Object.freeze(['set'] as const),
	}),
	'+CPBR': Object.freeze({
		set: read,
		test: (context: CommandContext) => {
			context.instance.print(`+CPBR: (1-${PLACES[bookOf(context).name]}),40,${LONGEST_TEXT}`);
			return OK;
		},
		card: true,
		serial: Object.freeze(['set'] as const),
	}),
});
