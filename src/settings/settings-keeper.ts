import { bytesOf, textOf } from '../base/text.js';
import type { Store } from '../ports/store.js';
import { type Settings, settingsOf } from './schema.js';
import { TwoCopies } from './two-copies.js';

/** Keeps the settings over a power cut, as one JSON document in two copies. */
export class SettingsKeeper {
	readonly #copies: TwoCopies;
	#current: Settings;

	/** Loads the newest whole copy, else the defaults. */
	constructor(store: Store) {
		this.#copies = new TwoCopies(store, 'settings');
		this.#current = settingsOf(undefined);
		for (const copy of this.#copies.read()) {
			const document = documentOf(copy);
			if (document === undefined) continue;
			this.#current = settingsOf(document);
			break;
		}
	}

	get current(): Settings {
		return this.#current;
	}

	/** Replaces the given parts and stores all. False: not stored, and the old settings stay in force. */
	change(parts: Partial<Settings>): boolean {
		const settings = { ...this.#current, ...parts };
		if (!this.#copies.write(bytesOf(JSON.stringify(settings, copyOf)))) return false;
		this.#current = settings;
		return true;
	}
}

/** XS cannot write out an object that preload keeps in flash, as the defaults are: `TypeError: read only value`. */
function copyOf(_key: string, value: unknown): unknown {
	if (Array.isArray(value)) return [...value];
	return typeof value === 'object' && value !== null ? { ...value } : value;
}

function documentOf(copy: Uint8Array): unknown {
	try {
		return JSON.parse(textOf(copy));
	} catch {
		return undefined;
	}
}
