import { type CommandClass, isGranted } from '../access/grants.js';
import { type CatalogueVerdict, lookUp } from '../at/catalogue.js';
import { type Command, parseCommandLine } from '../at/command-line.js';
import { maskSecrets } from '../at/mask-secrets.js';
import type { Cancellation } from '../modem/cancellation.js';
import type { Instance } from '../modem/instance.js';
import type { Modem } from '../modem/modem.js';
import type { Rung } from '../modem/rung.js';
import type { Clock } from '../ports/clock.js';
import type { Settings } from '../settings/schema.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import type { Audit, Happening } from './audit.js';
import { guardOf, isGuarded } from './guards.js';
import type { Interpreter, RunOutcome } from './interpreter.js';
import type { Caller, CallerData } from './own-command.js';
import { touchesItself } from './self-hazard.js';
import type { UndoGuard } from './undo-guard.js';

/** A command line that came by SMS or TCP. */
export interface ExecutionRequest {
	/** The line without `AT`. */
	readonly body: string;
	readonly caller: Caller;
	/** The instance of the service. */
	readonly instance: number;
	/** The service's timeout [ms]. */
	readonly time: number;
	/** Whether data after a prompt can come the same way. */
	readonly canPrompt: boolean;
	/** Each piece of the answer as an instance prints it, the result code included. */
	onText(raw: string): void;
	onPrompt?(command: Command): void;
	/** What waited for the module's port has gone out. */
	onSpace?(): void;
	/** Data for own commands and from them. */
	readonly data?: CallerData;
	/** Sends what was said so far as the answer, before the way for it is gone. */
	flush?(): Promise<void>;
}

/** How it ended, for journal and counters; the requester has read it in the text. */
export type Execution = 'done' | 'error' | 'refused' | 'timeout' | 'unreachable';

/** `rung`: what brought the module back. */
interface Ended {
	readonly execution: Execution;
	readonly reason: string;
	readonly rung?: Rung;
}

/** How things stood before a request, as far as it may have to be undone. */
interface Before {
	readonly lines: readonly string[];
	readonly parts: Partial<Settings> | undefined;
}

/** Runs requests as their identity and the catalogue's hazards allow (architecture, decision 6). */
export class Executor {
	readonly #clock: Clock;
	readonly #modem: Modem;
	readonly #settings: SettingsKeeper;
	readonly #interpreter: Interpreter;
	readonly #audit: Audit;
	readonly #stopping: Cancellation;
	readonly #undo: UndoGuard;

	/** `stopping` ends the pause before a command, which then finds no module. */
	constructor(
		clock: Clock,
		modem: Modem,
		settings: SettingsKeeper,
		interpreter: Interpreter,
		audit: Audit,
		undo: UndoGuard,
		stopping: Cancellation,
	) {
		this.#clock = clock;
		this.#modem = modem;
		this.#settings = settings;
		this.#interpreter = interpreter;
		this.#audit = audit;
		this.#undo = undo;
		this.#stopping = stopping;
	}

	async run(request: ExecutionRequest): Promise<Execution> {
		const start = this.#clock.now();
		const { channel, identity } = request.caller;
		this.#audit.count('COMMANDS');
		if (identity.kind !== 'prefix') this.#undo.forget();
		const { execution, reason, rung = '' } = await this.execute(request);
		if (execution === 'refused') this.#audit.count('REFUSED');
		if (execution === 'timeout') this.#audit.count('TIMEOUTS');
		const happening: Happening = {
			channel,
			identity,
			command: maskSecrets(`AT${request.body}`),
			verdict: execution === 'refused' ? 'refused' : 'run',
			result: reason,
			ms: this.#clock.now() - start,
			rung,
		};
		// Numbers of a prefix are anybody's; the other identities are few.
		const who = identity.kind === 'prefix' ? 'prefix' : identity.name;
		if (execution === 'refused') this.#audit.noteSeldom(happening, `${channel} ${who} ${reason}`);
		else this.#audit.note(happening);
		return execution;
	}

	private async execute(request: ExecutionRequest): Promise<Ended> {
		const parsed = parseCommandLine(request.body);
		if (!parsed.ok) {
			request.onText('\r\nERROR\r\n');
			return { execution: 'error', reason: 'no command line' };
		}
		const commands = parsed.value;
		const verdicts = commands.map(lookUp);
		for (let place = 0; place < commands.length; place++) {
			const reason = this.refusal(commands[place]!, verdicts[place]!, request);
			if (reason !== undefined) {
				request.onText(`\r\n#ATRUN: REFUSED,"${reason}"\r\n\r\nERROR\r\n`);
				return { execution: 'refused', reason };
			}
		}
		const delay = this.delay(verdicts, request.caller.channel);
		if (delay > 0) await this.#stopping.pause(this.#clock, delay * 1000);
		if (this.#stopping.isCancelled) return { execution: this.tell({ kind: 'closed' }, request), reason: 'stopped' };
		const { strict } = this.#settings.current;
		const instance = this.#modem.instance(request.instance);
		const { channel } = request.caller;
		// As a rule: what follows looks at hazards again and again.
		if (channel === 'console' || verdicts.every(({ hazards }) => hazards[channel].length === 0)) {
			return this.conclude(await this.ask(commands, request, instance, strict), request, instance, strict);
		}
		const isLeft = strict || this.isAsModule(commands, request.caller.channel);
		const before = await this.before(commands, request);
		const isAnswered = await this.answerFirst(commands, request);
		// One request has one answer.
		const quiet = isAnswered ? { ...request, onText: () => {} } : request;
		return this.#run(commands, quiet, instance, isLeft, before);
	}

	async #run(
		commands: readonly Command[],
		request: ExecutionRequest,
		instance: Instance | undefined,
		isLeft: boolean,
		before: Before,
	): Promise<Ended> {
		const ran = await this.ask(commands, request, instance, isLeft);
		const outcome = await this.proved(commands, ran, request, instance, isLeft);
		this.guard(commands, outcome, request, before);
		if (this.restarts(commands, outcome)) return named(await this.awaitRestart(outcome, request));
		return this.conclude(outcome, request, instance, isLeft);
	}

	private ask(
		commands: readonly Command[],
		request: ExecutionRequest,
		instance: Instance | undefined,
		isLeft: boolean,
	): Promise<RunOutcome> {
		return this.#interpreter.run(commands, {
			caller: request.caller,
			instance,
			isLeft,
			user: 'service',
			cmee: 1,
			time: request.time,
			onLine: (_text, raw) => request.onText(raw),
			...(request.onPrompt && { onPrompt: (command: Command) => request.onPrompt?.(command) }),
			onSpace: () => request.onSpace?.(),
			...(request.data && { data: request.data }),
		});
	}

	private async conclude(
		outcome: RunOutcome,
		request: ExecutionRequest,
		instance: Instance | undefined,
		isLeft: boolean,
	): Promise<Ended> {
		if (outcome.kind === 'timeout') return this.awaitRecovery('timeout', outcome.rung, request, isLeft);
		if (outcome.kind === 'closed' && instance !== undefined) return this.awaitRecovery('lost', undefined, request);
		return named(this.tell(outcome, request));
	}

	/** The module blocked, or went away, in the middle of the request: it is answered once there is a module again. */
	private async awaitRecovery(
		what: 'timeout' | 'lost',
		rung: Rung | undefined,
		request: ExecutionRequest,
		isLeft = false,
	): Promise<Ended> {
		const { strict } = this.#settings.current;
		const modem = this.#modem;
		const isRebooted = what === 'timeout' && (strict || isLeft);
		const by =
			rung ?? (await (isRebooted ? modem.reboot(RESTART, 'a request ran into its timeout') : modem.comeBack(RESTART)));
		const note = `#ATRUN: ${what === 'timeout' ? 'TIMEOUT' : 'MODULE LOST'}${by === undefined ? '' : `,"${by}"`}\r\n\r\n`;
		request.onText(`\r\n${strict ? '' : note}ERROR\r\n`);
		return { execution: what === 'timeout' ? 'timeout' : 'unreachable', reason: what, ...(by && { rung: by }) };
	}

	private async before(commands: readonly Command[], { caller: { channel } }: ExecutionRequest): Promise<Before> {
		if (this.#settings.current.strict || channel === 'console') return { lines: [], parts: undefined };
		return { lines: await this.#undo.lines(commands, channel), parts: this.#undo.before(commands, channel) };
	}

	/** The answer to what takes its own way from it goes out before. False: it has to wait for the result. */
	private async answerFirst(commands: readonly Command[], request: ExecutionRequest): Promise<boolean> {
		const { channel } = request.caller;
		const { strict, tcpRules } = this.#settings.current;
		const { policy, minutes } = guardOf(this.#settings.current, 'detach');
		if (strict || channel === 'console' || policy !== 'guard') return false;
		// The host's own network does not go with the module's.
		if (channel === 'tcp' && tcpRules.hostNetwork) return false;
		if (request.flush === undefined || !commands.some(hasHazard('detach', channel))) return false;
		request.onText(`\r\n#ATRUN: DETACHES,${minutes}\r\n\r\nOK\r\n`);
		await request.flush();
		return true;
	}

	/** What locks may say OK first (`+CFUN=2`): its answer could not leave. Only an instance that still answers has survived it. */
	private async proved(
		commands: readonly Command[],
		outcome: RunOutcome,
		{ caller: { channel }, time }: ExecutionRequest,
		instance: Instance | undefined,
		isLeft: boolean,
	): Promise<RunOutcome> {
		if (this.#settings.current.strict || channel === 'console' || instance === undefined) return outcome;
		if (outcome.kind !== 'final' || outcome.result.kind !== 'ok') return outcome;
		if (!commands.some(hasHazard('lock', channel))) return outcome;
		await this.#stopping.pause(this.#clock, SETTLE);
		const proof = await instance.run('anyone', { line: 'AT', prefixes: [], time: isLeft ? time : PROOF, isLeft });
		return proof.kind === 'timeout' || proof.kind === 'closed' ? proof : outcome;
	}

	/** With the guard off for its class, what blocks is left to the timeout's restart. */
	private isAsModule(commands: readonly Command[], channel: Caller['channel']): boolean {
		if (channel === 'console') return false;
		const settings = this.#settings.current;
		return commands.some(command =>
			lookUp(command).hazards[channel].some(
				hazard => (hazard === 'lock' || hazard === 'data') && guardOf(settings, hazard).policy === 'module',
			),
		);
	}

	/** A command that failed detached nothing; one whose answer did not come may have. */
	private guard(
		commands: readonly Command[],
		outcome: RunOutcome,
		{ caller }: ExecutionRequest,
		{ lines, parts }: Before,
	): void {
		if (this.#settings.current.strict || caller.channel === 'console') return;
		if (outcome.kind === 'final' && outcome.result.kind !== 'ok') return;
		this.#undo.watch(commands, caller.channel, lines, parts);
	}

	/** The last result for the requester. */
	private tell(outcome: RunOutcome, request: ExecutionRequest): Execution {
		switch (outcome.kind) {
			case 'final':
				request.onText(outcome.raw);
				return SUCCESSES.includes(outcome.result.kind) ? 'done' : 'error';
			default:
				request.onText('\r\n#ATRUN: MODULE UNREACHABLE\r\n\r\nERROR\r\n');
				return 'unreachable';
		}
	}

	/** The line has switched the module off or restarted it: its `OK` came, or the module went before it could. */
	private restarts(commands: readonly Command[], outcome: RunOutcome): boolean {
		if (this.#settings.current.strict || guardOf(this.#settings.current, 'power').policy !== 'guard') return false;
		if (outcome.kind !== 'closed' && !(outcome.kind === 'final' && outcome.result.kind === 'ok')) return false;
		return commands.some(
			command => this.#interpreter.find(command.name) === undefined && lookUp(command).hazards.sms.includes('power'),
		);
	}

	/** Brings the module back, and tells the requester with the result how many seconds it took (`#REBOOT`, `#SHDN`). */
	private async awaitRestart(outcome: RunOutcome, request: ExecutionRequest): Promise<Execution> {
		const seconds = await this.#modem.restarted(RESTART);
		if (seconds === undefined) return this.tell({ kind: 'closed' }, request);
		this.#audit.note({
			channel: 'board',
			identity: 'module',
			verdict: 'recovered',
			result: `back after ${Math.round(seconds)} s`,
			rung: 'attach',
		});
		request.onText(`\r\n#ATRUN: RESTARTED,${Math.round(seconds)}\r\n`);
		return this.tell(outcome.kind === 'final' ? outcome : RESTARTED, request);
	}

	/** Why this command may not run; undefined: it may. */
	private refusal(
		command: Command,
		verdict: CatalogueVerdict,
		{ caller, canPrompt }: ExecutionRequest,
	): string | undefined {
		const own = this.#interpreter.find(command.name);
		if (verdict.prompt !== undefined && !canPrompt) return 'prompt';
		for (const hazard of caller.channel === 'console' ? [] : verdict.hazards[caller.channel]) {
			if (hazard === 'prompt' || hazard === 'cut' || hazard === 'other') continue;
			if (hazard === 'self' && caller.channel === 'tcp' && !touchesItself(command, this.#settings.current)) continue;
			const refusal = this.refusalOf(caller, hazard) ?? this.guardRefusal(hazard);
			if (refusal !== undefined) return refusal;
		}
		const tells = command.form === 'read' || command.form === 'test';
		return this.refusalOf(caller, own === undefined || tells ? verdict.access : own.access);
	}

	private guardRefusal(hazard: CommandClass): string | undefined {
		const settings = this.#settings.current;
		if (settings.strict || !isGuarded(hazard)) return undefined;
		return guardOf(settings, hazard).policy === 'refuse' ? hazard : undefined;
	}

	/** Strict mode has no table, as the module's firmware had none; only what changes who may do what stays refused. */
	private refusalOf({ identity }: Caller, commandClass: CommandClass): string | undefined {
		const { strict, grants } = this.#settings.current;
		if (strict && commandClass !== 'admin') return undefined;
		return isGranted(identity, commandClass, grants) ? undefined : commandClass;
	}

	/** Seconds to wait before the line runs: what was set, else the longest that the catalogue suggests (atrun.md 4). */
	private delay(verdicts: readonly CatalogueVerdict[], channel: Caller['channel']): number {
		if (channel === 'console') return 0;
		const { delay, strict } = this.#settings.current;
		const set = delay[channel];
		if (set !== undefined) return set;
		if (strict) return 0;
		return verdicts.reduce((most, { delay: suggested }) => Math.max(most, suggested[channel]), 0);
	}
}

function hasHazard(hazard: CommandClass, channel: 'sms' | 'tcp'): (command: Command) => boolean {
	return command => (lookUp(command).hazards[channel] as readonly string[]).includes(hazard);
}

function named(execution: Execution): Ended {
	return { execution, reason: execution };
}

/** `CONNECT`: data mode, of the module or of a serial line. */
const SUCCESSES: readonly string[] = Object.freeze(['ok', 'connect']);
/** From the OK of a command that may lock to its effect, and how long an instance may then take to answer [ms]. */
const SETTLE = 1_000;
const PROOF = 5_000;
/** A module is back within so long [ms], or something is wrong. */
const RESTART = 180_000;
const RESTARTED: RunOutcome = Object.freeze({
	kind: 'final',
	result: Object.freeze({ kind: 'ok' }),
	raw: '\r\nOK\r\n',
});
