import type { InstanceUser } from './instance.js';

/**
 * The settings of one instance that two users want differently: the co-processor reads and sends SMS in PDU mode, the DTE in the
 * mode it chose. Says which line brings the instance to what its next user wants (architecture, decision 2).
 */
export class SharedSettings {
	#actual: number | undefined;
	#dte = 0;

	/** What `+CMGF?` tells the DTE. */
	get dteFormat(): number {
		return this.#dte;
	}

	/** The DTE chose its message format on the instance. */
	chose(format: number): void {
		this.#dte = format;
		this.#actual = format;
	}

	/** Nobody knows how the instance stands: it was reset, or a chain ended half done. */
	forget(): void {
		this.#actual = undefined;
	}

	/** The line to send before a line of `user`; undefined: none. */
	prepare(user: InstanceUser): string | undefined {
		if (user === 'service') return undefined;
		const wanted = user === 'dte' ? this.#dte : 0;
		if (this.#actual === wanted) return undefined;
		this.#actual = wanted;
		return `AT+CMGF=${wanted}`;
	}
}
