/** Gets an unsolicited result code: `text` without line ends, and the instance (DLCI) that printed it. True: taken. */
export type UrcHandler = (text: string, instance: number) => boolean;

interface Entry {
	readonly prefix: string;
	readonly handler: UrcHandler;
}

/**
 * Where unsolicited result codes of all instances arrive. The first handler whose prefix fits and that takes the code ends its
 * way; what nobody takes goes to `rest`. Handlers are asked in the order of their registration.
 */
export class UrcHub {
	/** Gets what no handler took: the console. */
	rest: ((text: string, instance: number) => void) | undefined;
	readonly #entries: Entry[] = [];

	/** Calls `handler` for codes that begin with `prefix`. The returned function ends that. */
	on(prefix: string, handler: UrcHandler): () => void {
		const entry = { prefix, handler };
		this.#entries.push(entry);
		return () => {
			const index = this.#entries.indexOf(entry);
			if (index >= 0) this.#entries.splice(index, 1);
		};
	}

	/** `after`: a handler that took the code before and finds only now that it is somebody else's; those behind it are asked. */
	publish(text: string, instance: number, after?: UrcHandler): void {
		const first = after === undefined ? 0 : this.#entries.findIndex(({ handler }) => handler === after) + 1;
		for (const entry of this.#entries.slice(first)) {
			// One that was taken away by a handler before it is not asked any more.
			if (text.startsWith(entry.prefix) && this.#entries.includes(entry) && entry.handler(text, instance)) return;
		}
		this.rest?.(text, instance);
	}
}
