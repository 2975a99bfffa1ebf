/** A script as the module keeps it. */
export interface Script {
	readonly content: Uint8Array;
	/** #RSCRIPT tells it as an empty one. */
	readonly hidden: boolean;
}

/** About what a module with Python has free [octets]. */
const CAPACITY = 2_000_000;
const SCRIPTS = 64;

/** The part of the module's flash that holds scripts, by their names. */
export class ScriptFlash {
	readonly #scripts = new Map<string, Script>();

	get free(): number {
		let free = CAPACITY;
		for (const { content } of this.#scripts.values()) free -= content.length;
		return free;
	}

	/** Whether a script of this size fits in the place of what has its name. */
	fits(name: string, size: number): boolean {
		const old = this.#scripts.get(name);
		if (old === undefined && this.#scripts.size >= SCRIPTS) return false;
		return size <= this.free + (old?.content.length ?? 0);
	}

	write(name: string, script: Script): void {
		this.#scripts.set(name, script);
	}

	read(name: string): Script | undefined {
		return this.#scripts.get(name);
	}

	/** False: there was none. */
	remove(name: string): boolean {
		return this.#scripts.delete(name);
	}

	/** Names and sizes in the order in which they came. */
	list(): readonly { readonly name: string; readonly size: number }[] {
		return [...this.#scripts].map(([name, { content }]) => ({ name, size: content.length }));
	}
}
