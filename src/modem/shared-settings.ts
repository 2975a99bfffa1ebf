import type { Command } from '../at/command-line.js';
import { DteWishes } from './dte-wishes.js';
import type { InstanceUser } from './instance.js';
import { commandFor, SHARED_SETTINGS, type SharedSetting, settingOf, valuesAfter } from './setting-table.js';

type Values = readonly string[];

/** Longest line that all modules take, in characters with its AT (module.md). */
const LONGEST = 80;

/**
 * The settings of one instance that its users want differently: the co-processor reads and sends SMS in PDU mode, each DTE in the
 * mode it chose. Says which line brings the instance to what its next user wants (architecture, decision 2).
 */
export class SharedSettings {
	/** How the instance stands, by the names of the table; what is missing nobody knows. */
	#actual: { [name: string]: Values } = {};
	/** What the instance's stored profile has. */
	readonly #stored: { [name: string]: Values } = {};
	/** What a DTE has set of the reports. */
	#reports: { [name: string]: Values } = {};
	/** What the requesters of a service have set. */
	readonly #service = new DteWishes();
	/** The names that somebody has set: the others are as they were made, and are left alone. */
	readonly #touched: { [name: string]: true } = {};

	/** What the stored profile has was told. */
	get isKnown(): boolean {
		return Object.keys(this.#stored).length > 0;
	}

	/** Takes over what a read form told of the stored profile; `args` as the set form takes them. */
	adopt(name: string, args: string): void {
		const setting = SHARED_SETTINGS.find(known => known.name === name);
		if (setting === undefined) return;
		this.#stored[name] = valuesAfter(args, setting.factory);
		this.#actual[name] = this.#stored[name]!;
		if (!same(this.#stored[name]!, setting.factory)) this.#touched[name] = true;
	}

	/** These commands of a user have run. `isDone`: with success; else nobody knows which of them took effect. */
	note(user: InstanceUser, commands: readonly Command[], isDone: boolean): void {
		for (const command of commands) {
			const setting = settingOf(command);
			if (setting === undefined || user === 'control' || user === 'anyone') continue;
			const { name } = setting;
			this.#touched[name] = true;
			if (!isDone) {
				delete this.#actual[name];
				continue;
			}
			const wishes = user === 'service' ? this.#service : user;
			const values = valuesAfter(command.args, this.wanted(wishes, setting));
			this.#actual[name] = values;
			if (setting.kind === 'report') this.#reports[name] = values;
			else wishes.choose(setting, values);
		}
	}

	/** Nobody knows how the instance stands: it was reset, or a chain ended half done. */
	forget(): void {
		this.#actual = {};
	}

	/** The module was restarted by a DTE: what it had set is as in the stored profile. */
	restarted(): void {
		this.forget();
		this.#reports = {};
	}

	/** What `wishes` has now becomes the stored profile (`&W`). */
	store(wishes: DteWishes): void {
		for (const setting of SHARED_SETTINGS) this.#stored[setting.name] = this.wanted(wishes, setting);
	}

	/** As after power-on, or (`&F`) as made in the factory; a module does neither inside CMUX, so the next lines bring it about. */
	reset(wishes: DteWishes, toStored: boolean): void {
		wishes.clear();
		for (const setting of SHARED_SETTINGS) {
			const { name, kind, factory } = setting;
			const values = toStored ? (this.#stored[name] ?? factory) : factory;
			if (kind === 'format' && !toStored) wishes.choose(setting, factory);
			if (kind === 'report' && Object.hasOwn(this.#reports, name)) this.#reports[name] = values;
		}
	}

	/** The line to send before a line of `user`; undefined: none. */
	prepare(user: InstanceUser): string | undefined {
		let line = 'AT';
		// Only extended commands are separated from what follows (V.250 5.4.1).
		let separator = '';
		for (const setting of SHARED_SETTINGS) {
			const { name } = setting;
			// Of what nobody ever set it needs no line to know how it stands, but for the format of messages. First, since most are such.
			if (name !== '+CMGF' && this.#touched[name] === undefined) continue;
			const values = this.wantedBy(user, setting);
			if (values === undefined || same(values, this.#actual[name])) continue;
			const joined = line + separator + commandFor(setting, values);
			if (joined.length > LONGEST) break;
			line = joined;
			separator = /^[+#]/.test(name) ? ';' : '';
			this.#actual[name] = values;
		}
		return line === 'AT' ? undefined : line;
	}

	private wantedBy(user: InstanceUser, setting: SharedSetting): Values | undefined {
		if (setting.kind === 'report')
			return typeof user === 'string' && user !== 'control' ? undefined : this.#reports[setting.name];
		if (user === 'anyone') return undefined;
		if (user === 'control') return setting.own;
		// What a requester finds is what the last one left, unless we or a DTE changed it between.
		if (user === 'service') return this.#actual[setting.name] && this.wanted(this.#service, setting);
		return this.wanted(user, setting);
	}

	private wanted(wishes: DteWishes, setting: SharedSetting): Values {
		const { name, kind, factory } = setting;
		const chosen = kind === 'report' ? this.#reports[name] : wishes.of(setting);
		return chosen ?? this.#stored[name] ?? factory;
	}
}

function same(one: Values, other: Values | undefined): boolean {
	return one === other || (other !== undefined && one.join() === other.join());
}
