import type { BoardLogin, CalledBoard } from '../called-board.js';
import type { Reception, ReceptionEvents } from '../reception.js';
import { identityOf, nameOf, refusalOf } from './board-notices.js';
import { octetsOf } from './conversation.js';
import { PiecewiseText } from './piecewise-text.js';

const HELP = Object.freeze([
	'Lines go to the current board, whose number is in the prompt. Lines that begin with / are for the listener:',
	'  /list       the boards that are connected',
	'  /use <n>    make board n the current one',
	'  /close <n>  end the connection of board n',
	'  /help       this',
]);

/** Joins one person at a terminal with the boards that call. */
export class Switchboard implements ReceptionEvents {
	readonly #show: (lines: readonly string[]) => void;
	readonly #onCurrent: (number: number | undefined) => void;
	readonly #texts = new Map<CalledBoard, PiecewiseText>();
	#reception: Reception | undefined;
	#current: CalledBoard | undefined;

	/** `onCurrent` is told the number of the board that lines go to now. */
	constructor(show: (lines: readonly string[]) => void, onCurrent: (number: number | undefined) => void) {
		this.#show = show;
		this.#onCurrent = onCurrent;
	}

	attach(reception: Reception): void {
		this.#reception = reception;
	}

	/** What was typed. */
	line(text: string): void {
		const [, command, argument] = /^\/(\S*)\s*(.*?)\s*$/.exec(text) ?? [];
		if (command === undefined) this.#send(text);
		else if (command === 'list') this.#list();
		else if (command === 'help') this.#show(HELP);
		else if (command === 'use') this.#withBoard(argument!, board => this.#use(board));
		else if (command === 'close') this.#withBoard(argument!, board => this.#reception?.dismiss(board));
		else this.#show([`There is no /${command}; /help tells what there is.`]);
	}

	called(board: CalledBoard): void {
		this.#show([`${nameOf(board)} connected`]);
	}

	letIn(board: CalledBoard): void {
		const text = new PiecewiseText(lines => this.#showFrom(board, lines));
		this.#texts.set(board, text);
		board.onText = piece => text.take(piece);
		const identity = identityOf(board);
		this.#show([`${nameOf(board)} takes commands${identity === '' ? '' : `: ${identity}`}`]);
		if (board.hello === undefined) board.onHello = () => this.#show([`${nameOf(board)} is ${identityOf(board)}`]);
		// Where others are connected the user may be typing for one that has just left: only the user changes boards then.
		if (this.#current === undefined && this.#reception?.boards.length === 1) this.#use(board);
	}

	turnedAway(board: CalledBoard, login: BoardLogin): void {
		this.#show([refusalOf(board, login)]);
	}

	left(board: CalledBoard, reason: string): void {
		this.#texts.get(board)?.flush();
		this.#texts.delete(board);
		this.#show([`${nameOf(board)} left: ${reason}`]);
		if (this.#current !== board) return;
		this.#use(undefined);
		const others = this.#reception?.boards ?? [];
		if (others.length > 0)
			this.#show([`Choose another board: ${others.map(({ number }) => `/use ${number}`).join(', ')}`]);
	}

	full(peer: string): void {
		this.#show([`turned ${peer} away: too many boards at a time`]);
	}

	#send(text: string): void {
		if (this.#current !== undefined) this.#current.session.send(octetsOf(text));
		else if (text.trim() !== '') this.#show(['No board is chosen: /list tells who is connected.']);
	}

	#list(): void {
		const boards = this.#reception?.boards ?? [];
		const lines = boards.map(board => {
			const identity = identityOf(board);
			return `${board === this.#current ? '*' : ' '} ${nameOf(board)}${identity === '' ? '' : ` ${identity}`}`;
		});
		this.#show(lines.length === 0 ? ['No board is connected.'] : lines);
	}

	#withBoard(argument: string, act: (board: CalledBoard) => void): void {
		const board = this.#reception?.boards.find(({ number }) => String(number) === argument);
		if (board === undefined)
			this.#show([`There is no board ${argument || 'without a number'}; /list tells who is connected.`]);
		else act(board);
	}

	#use(board: CalledBoard | undefined): void {
		this.#current = board;
		this.#onCurrent(board?.number);
	}

	#showFrom(board: CalledBoard, lines: readonly string[]): void {
		const isOne = this.#reception?.boards.length === 1;
		this.#show(isOne ? lines : lines.map(line => `${board.number}: ${line}`));
	}
}
