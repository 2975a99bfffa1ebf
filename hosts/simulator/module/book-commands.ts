import { parseNumber } from '../../../src/sms/address.js';
import type { BookEntry, PhoneBook } from '../sim-card.js';
import { integerAt, isOmitted, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, cme, OK, type Outcome } from './command.js';

const PLACES = Object.freeze({ SM: 250, FD: 10 });
const LONGEST_TEXT = 14;
const PIN2_REQUIRED = 17;
const INVALID_INDEX = 21;
const NOT_FOUND = 22;

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
	const text = textAt(parameters, 3, '');
	if (given === undefined || type === undefined || text === undefined || text.length > LONGEST_TEXT)
		return BAD_PARAMETER;
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

function line(index: number, { number, text }: BookEntry): string {
	return `+CPBR: ${index},"${number}",${number.startsWith('+') ? 145 : 129},"${text}"`;
}

function read(context: CommandContext): Outcome {
	const { name, book } = bookOf(context);
	const first = integerAt(context.parameters, 0, 1, PLACES[name]);
	const last = integerAt(context.parameters, 1, 1, PLACES[name], first);
	if (first === undefined || last === undefined) return cme(INVALID_INDEX);
	const found = [...book].filter(([index]) => index >= first && index <= last).sort(([one], [other]) => one - other);
	if (found.length === 0) return cme(NOT_FOUND);
	context.instance.print(...found.map(([index, entry]) => line(index, entry)));
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
