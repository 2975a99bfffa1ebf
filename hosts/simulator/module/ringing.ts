import type { TimerHandle } from '../../../src/ports/clock.js';
import type { CallKind } from '../call-exchange.js';
import type { Outcome } from './command.js';
import type { Firmware } from './firmware.js';
import type { Instance } from './instance.js';
import { TIMING } from './timing.js';

/** S0: rings until the call is answered by itself, 0 = never; S1: rings so far. */
const AUTOMATIC = 0;
const COUNTER = 1;

/** RING on every instance while a call waits, and the automatic answer. */
export class Ringing {
	readonly #firmware: Firmware;
	readonly #answer: (instance: Instance) => Outcome | Promise<Outcome>;
	#timer: TimerHandle | undefined;

	constructor(firmware: Firmware, answer: (instance: Instance) => Outcome | Promise<Outcome>) {
		this.#firmware = firmware;
		this.#answer = answer;
	}

	start(number: string, kind: CallKind): void {
		this.stop();
		this.#ring(number, kind, 1);
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		for (const { profile } of this.#firmware.instances) profile.registers[COUNTER] = 0;
	}

	#ring(number: string, kind: CallKind, count: number): void {
		const { clock, instances } = this.#firmware;
		this.#timer = clock.setTimer(clock.now() + TIMING.ring, () => this.#ring(number, kind, count + 1));
		for (const instance of instances) {
			const { registers, switches } = instance.profile;
			registers[COUNTER] = count;
			const extended = kind === 'voice' ? '+CRING: VOICE' : '+CRING: REL ASYNC';
			instance.urc(switches['+CRC'] === 1 ? extended : 'RING');
			if (switches['+CLIP'] === 1) instance.urc(`+CLIP: "${number}",145,"",128,"",0`);
		}
		const answering = instances.find(({ attached, profile }) => attached && profile.registers[AUTOMATIC] === count);
		answering?.runUnasked(() => this.#answer(answering));
	}
}
