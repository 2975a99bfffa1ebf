import type { Instance } from './instance.js';

/** Indications that one instance keeps back (27.005 3.4.1, `<mode>` 0). */
const MOST_KEPT = 32;

interface Kept {
	readonly text: string;
	readonly screen: Instance;
}

/** What +CNMI makes of the indications of messages, for every instance by itself. */
export class Indications {
	readonly #kept = new Map<Instance, Kept[]>();

	/** `+CMTI`, `+CMT`, `+CDS` or `+CDSI`: shown on `screen`, kept or dropped, as `<mode>` of the instance that asked says. */
	show(asked: Instance, text: string, screen = asked): void {
		switch (asked.profile.indications[0]) {
			case 0: {
				const kept = this.#kept.get(asked) ?? [];
				if (kept.length >= MOST_KEPT) kept.shift();
				kept.push({ text, screen });
				this.#kept.set(asked, kept);
				return;
			}
			case 1:
				// The line is reserved in data mode, and what comes then is discarded.
				if (!screen.isOnline) screen.urc(text);
				return;
			default:
				screen.urc(text);
		}
	}

	/** After +CNMI with a mode other than 0: what was kept is shown, or with `<bfr>` 1 forgotten. */
	changed(instance: Instance): void {
		const [mode, , , , forget] = instance.profile.indications;
		if (mode === 0) return;
		const kept = this.#kept.get(instance) ?? [];
		this.#kept.delete(instance);
		if (forget === 1) return;
		for (const { text, screen } of kept) this.show(instance, text, screen);
	}
}
