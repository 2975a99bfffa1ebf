import type { Command } from '../at/command-line.js';
import type { Channel } from '../cmux/channel.js';
import type { Multiplexer } from '../cmux/multiplexer.js';
import type { Signals } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { Trace } from '../ports/trace.js';
import { ControlInstance } from './control-instance.js';
import { Instance, type InstanceOwner, type InstanceUser } from './instance.js';
import type { ModuleProfile } from './profiles.js';
import type { Rung } from './rung.js';
import { SharedSettings } from './shared-settings.js';

/** What the instances need of the modem. */
export interface InstancesOwner {
	readonly clock: Clock;
	readonly trace: Trace | undefined;
	/** Shows a line without its secrets. */
	mask(line: string): string;
	urc(text: string, instance: number): void;
	signals(instance: number, signals: Signals): void;
	recovered(rung: Rung, reason: string, seconds: number): void;
	/** One that nobody can do without does not answer any more. */
	lost(reason: string): void;
}

/** The console's instance. */
const DTE_INSTANCE = 1;
/** Longest time of a line that reads, sets or restarts [ms]. */
const COMMAND = 5_000;

/** The AT instances of the module behind the multiplexer that is up, with the settings that each user of them counts on. */
export class Instances implements InstanceOwner {
	readonly #owner: InstancesOwner;
	readonly #all: (Instance | undefined)[] = [];
	readonly control = new ControlInstance(this.#all);
	/** By instances, from the first attach on. */
	readonly #shared: SharedSettings[] = [];
	#mux: Multiplexer | undefined;
	/** Of the module behind it. */
	#profile: ModuleProfile | undefined;
	#dteNotification: string | undefined;
	/** The family's further DLCI has not answered: it is not waited for again. */
	#isSpareSilent = false;
	#probed = 0;

	constructor(owner: InstancesOwner) {
		this.#owner = owner;
	}

	/** Instance `number`, 1 upward; undefined: not open. */
	at(number: number): Instance | undefined {
		return this.#all[number];
	}

	/** `+CNMI` as the module's stored profile has it for the DTE (`2,1,0,0,0`), read at the first attach. */
	get dteNotification(): string | undefined {
		return this.#dteNotification;
	}

	/** What the users of an instance want differently. */
	shared(number: number): SharedSettings {
		this.#shared[number] ??= new SharedSettings();
		return this.#shared[number];
	}

	/** Forgets what earlier attempts found out. */
	begin(): void {
		this.#isSpareSilent = false;
	}

	/** Opens those of the family; the first that does not answer, undefined: none, or `isOver` meanwhile. */
	async open(mux: Multiplexer, profile: ModuleProfile, isOver: () => boolean): Promise<number | undefined> {
		this.#mux = mux;
		this.#profile = profile;
		let dead: number | undefined;
		for (let number = 1; number <= profile.instances; number++) {
			const opened = await this.openOne(number, mux);
			if (isOver()) return undefined;
			if (!opened) dead ??= number;
		}
		if (dead === undefined) await this.openSpare(mux, profile);
		return dead;
	}

	/** Ends what runs and waits on them. */
	close(): void {
		for (const instance of this.#all.splice(0)) instance?.close();
		this.#mux = undefined;
		this.control.drop();
		for (const shared of this.#shared) shared?.forget();
	}

	/** `#REBOOT` on one that still answers. False: none does. */
	async reboot(): Promise<boolean> {
		for (const instance of this.#all.slice()) {
			if (instance === undefined || !instance.isFree) continue;
			const answer = await instance.ask('AT#REBOOT', COMMAND, [], 'anyone');
			if (answer.ok) return true;
		}
		return false;
	}

	/** One can be dead while the multiplexer is alive (device-os #2940): each idle one is asked in its turn. */
	probeOne(): void {
		this.#probed = (this.#probed % (this.#all.length - 1)) + 1;
		const instance = this.#all[this.#probed];
		if (instance?.isFree) void instance.ask('AT', COMMAND, [], 'anyone');
	}

	/** A DTE reset its instance (Z, &F), or what it stored or showed may have left it otherwise: it gets what we count on again. */
	normalise(number: number): void {
		const instance = this.#all[number];
		for (const line of this.control.settingsOf(number)) void instance?.ask(line, COMMAND, [], 'anyone');
	}

	/** On a disturbed line a setting can be changed without a word: the control instance gets again those that we count on. */
	async renew(): Promise<void> {
		const control = this.control.current;
		if (control === undefined) return;
		this.shared(control.number).forget();
		for (const line of this.control.settingsOf(control.number)) await control.ask(line, COMMAND);
	}

	/** What a family may have beyond its instances is no reason to wait for it twice, nor to give anything up. */
	private async openSpare(mux: Multiplexer, profile: ModuleProfile): Promise<void> {
		const { spareDlci } = profile;
		if (spareDlci === undefined || this.#isSpareSilent || (await this.openOne(spareDlci, mux))) return;
		this.#isSpareSilent = true;
		this.leave(spareDlci);
	}

	/** The board does without its last instance until the module is attached again. */
	private leave(number: number): void {
		this.#all[number]?.close();
		this.#all.length = Math.min(this.#all.length, number);
		this.control.choose();
	}

	/** Opens a DLCI and gives its instance the settings we count on: a new channel inherits none (zephyr #112777). */
	private async openOne(number: number, mux: Multiplexer): Promise<boolean> {
		const opened = await mux.open(number);
		if (!opened.ok || mux !== this.#mux) return false;
		const instance = new Instance(number, opened.value, this);
		this.#all[number] = instance;
		if (!(await instance.settle(['ATE0Q0V1']))) return false;
		if (!this.shared(number).isKnown) await this.adopt(instance);
		return instance.settle(['AT+CMEE=1']);
	}

	// For the instances.

	get clock(): Clock {
		return this.#owner.clock;
	}

	get gap(): number {
		return this.#profile?.gap ?? 0;
	}

	onUrc(text: string, from: number): void {
		this.#owner.trace?.note(`dlci ${from}`, `! ${text}`);
		this.#owner.urc(text, from);
	}

	onTraffic(from: number, direction: 'sent' | 'received', text: string): void {
		const { trace } = this.#owner;
		trace?.note(`dlci ${from}`, `${direction === 'sent' ? '→' : '←'} ${this.#owner.mask(text)}`);
	}

	prepare(from: number, user: InstanceUser): string | undefined {
		return this.shared(from).prepare(user);
	}

	onRan(from: number, user: InstanceUser, commands: readonly Command[], isDone: boolean): void {
		this.shared(from).note(user, commands, isDone);
	}

	onUnprepared(from: number): void {
		this.shared(from).forget();
	}

	onSignals(from: number, signals: Signals): void {
		this.#owner.signals(from, signals);
	}

	settings(from: number): readonly string[] {
		return this.control.settingsOf(from);
	}

	onRecovered(from: number, rung: Rung, seconds: number): void {
		this.#owner.recovered(rung, `instance ${from} did not answer`, seconds);
	}

	onLost(from: number): void {
		if (from === this.#profile?.spareDlci) this.leave(from);
		else this.#owner.lost(`instance ${from} does not answer`);
	}

	async reopen(number: number): Promise<Channel | undefined> {
		const mux = this.#mux;
		if (mux === undefined) return undefined;
		mux.channel(number)?.close();
		const opened = await mux.open(number);
		this.shared(number).forget();
		return opened.ok && mux === this.#mux ? opened.value : undefined;
	}

	/** What the stored profile gives a DTE is the DTE's; the co-processor has settings of its own. */
	private async adopt(instance: Instance): Promise<void> {
		const shared = this.shared(instance.number);
		const labels = ['+CNMI', '+CMGF', '+CSCS', '+CSDH'];
		const { lines } = await instance.ask('AT+CNMI?;+CMGF?;+CSCS?;+CSDH?', COMMAND, labels, 'anyone');
		for (const line of lines) {
			const told = /^(\+[A-Z]+): (.*)$/.exec(line);
			if (told === null) continue;
			if (told[1] !== '+CNMI') shared.adopt(told[1]!, told[2]!);
			else if (instance.number === DTE_INSTANCE) this.#dteNotification ??= told[2]!;
		}
	}
}
