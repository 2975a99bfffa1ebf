/** Lets one command of the serialised group run at a time across all instances; later ones wait in their order. */
export class SerialGate {
	#tail: Promise<void> = Promise.resolve();

	/** Runs `task` when every earlier one has ended. */
	run<Value>(task: () => Value | Promise<Value>): Promise<Value> {
		const outcome = this.#tail.then(task);
		this.#tail = outcome.then(
			() => undefined,
			() => undefined,
		);
		return outcome;
	}
}
