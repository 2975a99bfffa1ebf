import { bytesOf, textOf } from '../../src/base/text.js';
import type { Restart } from '../../src/ports/restart.js';
import type { Store } from '../../src/ports/store.js';

const RECORD = 'host_fault';
/** Characters of the fault that are kept for the next start. */
const LONGEST = 120;

/**
 * The one place where exceptions of callbacks end, and rejections that nobody handled: kept for the next start, told on stderr with the
 * stack, and the process ends with exit code 1, because a core that threw is in no state to go on with. Whatever supervises the
 * process starts it again (systemd: `Restart=on-failure`), and the core's `BootGuard` counts.
 */
export class ProcessGuard {
	/** How the last run on this store ended. A process that was killed leaves no word, and counts as a start by hand. */
	readonly restart: Restart;
	readonly #store: Store;
	// A rejection that nobody handled comes here too, with its origin.
	readonly #onFault = (error: unknown, origin: string): void => this.#end(error, origin);

	/** Guards the process from now on. */
	constructor(store: Store) {
		this.#store = store;
		const fault = store.read(RECORD);
		if (fault !== undefined) store.erase(RECORD);
		this.restart = fault === undefined ? { reason: 'power-on' } : { reason: 'fault', why: textOf(fault) };
		process.on('uncaughtException', this.#onFault);
	}

	/** The process is on its own again. */
	close(): void {
		process.off('uncaughtException', this.#onFault);
	}

	#end(error: unknown, origin: string): void {
		try {
			const stack = error instanceof Error ? error.stack : undefined;
			process.stderr.write(`atrun: fault (${origin}): ${stack ?? String(error)}\n`);
			this.#store.write(RECORD, bytesOf(`fault in ${origin}: ${String(error)}`.slice(0, LONGEST)));
		} finally {
			process.exit(1);
		}
	}
}
