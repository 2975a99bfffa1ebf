import { bytesOf } from '../base/text.js';
import type { Store } from '../ports/store.js';
import { documentOf, migrate, type SettingsDocument, VERSION } from './migrations.js';
import { isSame } from './same.js';
import { DEFAULTS, type Settings, settingsOf } from './schema.js';
import { dropKept } from './trial-copy.js';
import { type Condition, TwoCopies } from './two-copies.js';

/**
 * Where the settings came from at the start. `older copy`: one copy was damaged, and a change may be lost; `defaults`: both were;
 * `first start`: there were none.
 */
export type Origin = 'stored' | 'older copy' | 'defaults' | 'first start';

/** The record of what waits to be undone (services/undo-guard.ts). */
const UNDO = 'undo';
const ORIGINS: { readonly [condition in Condition]: Origin } = Object.freeze({
	empty: 'first start',
	whole: 'stored',
	'one damaged': 'older copy',
	'all damaged': 'defaults',
});

/**
 * Keeps the settings over a power cut, as one JSON document in two copies.
 *
 * Nothing is written before the first change, also where the document is of another version: a firmware that is only tried leaves it
 * as it was. Top-level keys that this firmware does not know are kept through its changes, so that after a step back and forth a newer
 * firmware finds them again.
 */
export class SettingsKeeper {
	/** Where the settings came from at the start. */
	readonly origin: Origin;
	readonly #store: Store | undefined;
	readonly #copies: TwoCopies | undefined;
	#stored: Settings;
	#current: Settings;
	#unknown: SettingsDocument = {};
	#writes = 0;

	/** Loads the newest whole copy, else the defaults. Without a store nothing is kept: to try changes, beginning with `draft`. */
	constructor(store: Store | undefined, draft: Settings = settingsOf(undefined)) {
		this.#store = store;
		this.#stored = draft;
		this.#copies = store && new TwoCopies(store, 'settings');
		const documents = this.#copies?.read().map(documentOf) ?? [];
		const document = documents.find(found => found !== undefined);
		if (document !== undefined) {
			const migrated = migrate(document);
			this.#stored = settingsOf(migrated);
			this.#unknown = unknownOf(migrated);
		}
		this.#current = this.#stored;
		const condition = this.#copies?.condition ?? 'empty';
		// A checksum that fits over a text that does not is as good as no copy.
		const isNewest = documents.length === 0 || documents[0] !== undefined;
		this.origin = isNewest ? ORIGINS[condition] : document === undefined ? 'defaults' : 'older copy';
	}

	get current(): Settings {
		return this.#current;
	}

	/** Changes that were stored since the start. */
	get writes(): number {
		return this.#writes;
	}

	/**
	 * Replaces the given parts and stores all; what changes nothing is not written. It ends an overlay. False: not stored, and the old
	 * settings stay in force.
	 */
	change(parts: Partial<Settings>): boolean {
		const settings = { ...this.#stored, ...parts };
		if (!isSame(settings, this.#stored)) {
			if (!this.write(settings)) return false;
			this.#stored = settings;
		}
		this.#current = this.#stored;
		return true;
	}

	/** Lets these parts hold instead of the stored ones, until the next change or overlay or the restart. Nothing is written. */
	overlay(parts: Partial<Settings>): void {
		this.#current = { ...this.#stored, ...parts };
	}

	/**
	 * Goes back to the defaults of a flashed board and removes both copies. A power cut leaves either all settings or none. False: the
	 * store did not let go, and the settings stay in force.
	 *
	 * What waits to be undone goes too, since it would bring settings back after the restart, and so does the copy from before a
	 * firmware's trial. All else stays: the replay windows, or SMS
	 * that somebody recorded would run again once their key is entered anew; the ledger, or a request that still lies in the module's
	 * store would run twice; the count of SMS that were spent; the journal, which says who did it; the files.
	 */
	forget(): boolean {
		if (this.#store !== undefined && !new TwoCopies(this.#store, UNDO).erase()) return false;
		if (this.#store !== undefined && !dropKept(this.#store)) return false;
		if (this.#copies?.erase() === false) return false;
		this.#stored = settingsOf(undefined);
		this.#current = this.#stored;
		this.#unknown = {};
		return true;
	}

	private write(settings: Settings): boolean {
		if (this.#copies === undefined) return true;
		const document = { version: VERSION, ...this.#unknown, ...settings };
		if (!this.#copies.write(bytesOf(JSON.stringify(document, copyOf)))) return false;
		this.#writes++;
		return true;
	}
}

/** XS cannot write out an object that preload keeps in flash, as the defaults are: `TypeError: read only value`. */
function copyOf(_key: string, value: unknown): unknown {
	if (Array.isArray(value)) return [...value];
	return typeof value === 'object' && value !== null ? { ...value } : value;
}

/** What a newer firmware stored beside the settings that this one knows. */
function unknownOf(document: SettingsDocument): SettingsDocument {
	return Object.fromEntries(
		Object.entries(document).filter(([key]) => key !== 'version' && !Object.hasOwn(DEFAULTS, key)),
	);
}
