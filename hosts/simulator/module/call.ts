import type { TimerHandle } from '../../../src/ports/clock.js';
import { NO_CARRIER, OK, type Outcome } from './command.js';
import type { Firmware } from './firmware.js';
import type { Instance } from './instance.js';

/** The one data call that the module can have: connected, online or escaped from, until one side hangs up. */
export class Call {
	readonly #firmware: Firmware;
	#instance: Instance | undefined;
	#resolve: ((outcome: Outcome) => void) | undefined;
	#end: TimerHandle | undefined;
	/** Octets that the DTE sent. */
	sentOctets = 0;

	constructor(firmware: Firmware) {
		this.#firmware = firmware;
	}

	/** The instance that has the call. */
	get owner(): Instance | undefined {
		return this.#instance;
	}

	/** The far end answered; it hangs up after `lasts` ms, where it does at all. */
	connect(instance: Instance, lasts: number | undefined): Promise<Outcome> {
		const { clock } = this.#firmware;
		this.#instance = instance;
		this.sentOctets = 0;
		if (lasts !== undefined) this.#end = clock.setTimer(clock.now() + lasts, () => this.farEndHangsUp());
		return this.resume();
	}

	/** Online, at the start or by O: ends with OK when the DTE escapes, with NO CARRIER when the call is over. */
	resume(): Promise<Outcome> {
		return new Promise(resolve => {
			this.#resolve = resolve;
			this.#instance?.goOnline({
				data: bytes => {
					this.sentOctets += bytes.length;
				},
				escaped: () => this.#finish(OK),
			});
		});
	}

	/** The far end hangs up: NO CARRIER, as the end of data mode or, behind an escape, unasked. */
	farEndHangsUp(): void {
		const instance = this.#instance;
		if (instance === undefined) return;
		this.#instance = undefined;
		if (this.#resolve === undefined) instance.urc('NO CARRIER');
		else {
			instance.leaveOnline();
			this.#finish(NO_CARRIER);
		}
	}

	/** H. */
	hangUp(): void {
		this.#end?.cancel();
		this.#instance = undefined;
	}

	/** The radio is gone, or the firmware ends. */
	drop(): void {
		this.#end?.cancel();
		this.farEndHangsUp();
	}

	#finish(outcome: Outcome): void {
		const resolve = this.#resolve;
		this.#resolve = undefined;
		if (outcome === NO_CARRIER) this.#end?.cancel();
		resolve?.(outcome);
	}
}
