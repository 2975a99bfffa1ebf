import { Deferred } from '../../../src/base/deferred.js';
import type { TimerHandle } from '../../../src/ports/clock.js';
import type { CommandResult } from '../atrun-session.js';
import { type BoardHello, isHello } from '../board-hello.js';
import type { BoardLogin, CalledBoard } from '../called-board.js';
import { Reception, type ReceptionEvents, type ReceptionOptions } from '../reception.js';
import { identityOf, nameOf, refusalOf } from './board-notices.js';
import { printResult, type Work, work, workFailure } from './command-run.js';
import { CommandFailure } from './failure.js';
import { showProgress } from './progress.js';

export interface BoardRunsOptions extends Omit<ReceptionOptions, 'events'> {
	readonly commands: Work['commands'];
	/** A new firmware for each, after the commands. */
	readonly image: Work['image'];
	/** Boards to run the commands on. */
	readonly most: number;
	/** For the next board, and for each command [ms]. */
	readonly timeout: number;
	/** Print each result as it comes. */
	readonly print: boolean;
	/** Gets what happens, line by line. */
	readonly note: (line: string) => void;
}

/** What became of one board, as `--json` shows it. */
export interface BoardReport {
	readonly peer: string;
	readonly imei?: string;
	readonly hello?: BoardHello;
	readonly login: BoardLogin;
	readonly results: readonly CommandResult[];
}

/** One board that counts. */
interface Run {
	readonly board: CalledBoard;
	login: BoardLogin;
	readonly results: CommandResult[];
}

/** Runs the same commands on each board that calls, on several at a time, until enough have called or no further one does. */
export class BoardRuns implements ReceptionEvents {
	/** Settles when all is done or nothing more is to be expected. */
	readonly done = new Deferred<void>();
	readonly #options: BoardRunsOptions;
	readonly #runs: Run[] = [];
	#reception: Reception | undefined;
	#timer: TimerHandle | undefined;
	#greeting = 0;
	#running = 0;
	#failed = false;
	#isLate = false;
	#isClosed = false;

	constructor(options: BoardRunsOptions) {
		this.#options = options;
	}

	async open(): Promise<void> {
		const opened = await Reception.open({ ...this.#options, events: this });
		if (!opened.ok) throw new CommandFailure(2, opened.error);
		this.#reception = opened.value;
		this.#awaitNext();
	}

	/** Ends what is under way; its commands count as not done. */
	close(): void {
		this.#isClosed = true;
		this.#timer?.cancel();
		this.#reception?.close();
	}

	get reports(): readonly BoardReport[] {
		return this.#runs.map(({ board: { peer, imei, hello }, login, results }) => ({
			peer,
			...(imei !== undefined && { imei }),
			...(hello !== undefined && { hello }),
			login,
			results,
		}));
	}

	/** Fails with exit code 1 where not every board did all its commands well. */
	check(): void {
		const { most, timeout } = this.#options;
		const seconds = timeout / 1000;
		if (this.#isLate) {
			const which = this.#runs.length === 0 ? 'no board' : 'no further board';
			throw new CommandFailure(1, `${which} was let in within ${seconds} s`);
		}
		if (this.#runs.length < most || this.#running > 0)
			throw new CommandFailure(1, 'stopped before all boards were done');
		if (this.#failed) throw new CommandFailure(1, '');
	}

	called(board: CalledBoard): void {
		this.#greeting++;
		this.#options.note(`${nameOf(board)} connected`);
	}

	letIn(board: CalledBoard): void {
		this.#greeting--;
		if (this.#runs.length >= this.#options.most) this.#reception?.dismiss(board);
		else void this.#run(board);
	}

	turnedAway(board: CalledBoard, login: BoardLogin): void {
		this.#greeting--;
		this.#options.note(refusalOf(board, login));
		// These are boards that the options rule out: the one that is meant may still call.
		if (login !== 'unchallenged' && login !== 'wrong-imei' && this.#runs.length < this.#options.most) {
			this.#failed = true;
			this.#runs.push({ board, login, results: [] });
			this.#awaitNext();
		}
		this.#look();
	}

	left(board: CalledBoard, reason: string): void {
		this.#options.note(`${nameOf(board)} left: ${reason}`);
	}

	full(peer: string): void {
		this.#options.note(`turned ${peer} away: too many boards at a time`);
	}

	async #run(board: CalledBoard): Promise<void> {
		const { clock, commands, image, timeout, print, most, note } = this.#options;
		const run: Run = { board, login: board.login ?? 'none', results: [] };
		this.#runs.push(run);
		this.#running++;
		this.#awaitNext();
		const identity = identityOf(board);
		if (identity !== '') note(`${nameOf(board)} is ${identity}`);
		const prefix = most > 1 ? `${board.number}: ` : '';
		const { session } = board;
		const onResult = (result: CommandResult) => {
			if (this.#isClosed) return;
			const own = { ...result, lines: result.lines.filter(line => !isHello(line)) };
			run.results.push(own);
			if (print) printResult(own, prefix);
		};
		const onProgress = showProgress(prefix);
		await work({ uploads: [], commands, image }, { session, clock, timeout, onResult, onProgress });
		if (this.#isClosed) return;
		const failure = this.#failureOf(run);
		if (failure !== undefined) {
			this.#failed = true;
			if (failure !== '') note(failure);
		}
		this.#running--;
		this.#reception?.dismiss(board);
		this.#look();
	}

	#failureOf(run: Run): string | undefined {
		const { board, results } = run;
		// A challenge that came late: the commands went to a board that waited for a key.
		const last = results.at(-1);
		if (last?.final === null && last.lines.some(line => line.startsWith('#ATRUN: CHALLENGE,'))) {
			run.login = 'challenged';
			return refusalOf(board, 'challenged');
		}
		const failure = workFailure(results, board.session, this.#options.timeout);
		return failure === undefined || failure === '' ? failure : `${nameOf(board)}: ${failure}`;
	}

	/** Gives the next board its time, or stops listening where there were enough. */
	#awaitNext(): void {
		const { clock, most, timeout } = this.#options;
		this.#timer?.cancel();
		if (this.#runs.length >= most) {
			this.#reception?.stopListening();
			return;
		}
		this.#timer = clock.setTimer(clock.now() + timeout, () => {
			this.#isLate = true;
			this.#reception?.stopListening();
			this.#look();
		});
	}

	#look(): void {
		const isEnough = this.#runs.length >= this.#options.most;
		if (isEnough) this.#isLate = false;
		const isOver = isEnough || (this.#isLate && this.#greeting === 0);
		if (isOver && this.#running === 0) this.done.resolve();
	}
}
