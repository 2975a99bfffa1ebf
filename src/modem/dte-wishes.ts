import type { SharedSetting } from './setting-table.js';

/** What one DTE has set of `SHARED_SETTINGS` for itself. What it has not set is as the instance's stored profile has it. */
export class DteWishes {
	#chosen: { [name: string]: readonly string[] } = {};

	of({ name }: SharedSetting): readonly string[] | undefined {
		return Object.hasOwn(this.#chosen, name) ? this.#chosen[name] : undefined;
	}

	choose({ name }: SharedSetting, values: readonly string[]): void {
		this.#chosen[name] = values;
	}

	/** As the stored profile has it all. */
	clear(): void {
		this.#chosen = {};
	}
}
