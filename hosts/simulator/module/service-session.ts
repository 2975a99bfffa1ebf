import type { TimerHandle } from '../../../src/ports/clock.js';
import type { ServicePage } from '../network-services.js';
import type { Firmware } from './firmware.js';
import { TIMING } from './timing.js';

/** `<m>` of +CUSD (27.007 7.15). */
const NO_FURTHER_ACTION = 0;
const ANSWER_EXPECTED = 1;
const NOT_SUPPORTED = 4;
const TIME_OUT = 5;

/** What the network said. Without a page: it has only that `<m>` to say. */
export interface ServiceReply {
	readonly m: number;
	readonly text?: string;
}

/** The one session with a network service that the module can have. */
export class ServiceSession {
	readonly #firmware: Firmware;
	#page: ServicePage | undefined;
	#timer: TimerHandle | undefined;

	constructor(firmware: Firmware) {
		this.#firmware = firmware;
	}

	/** Sends a code, or within a session an answer; `done` gets the network's reply. False: there is no network. */
	send(text: string, done: (reply: ServiceReply) => void): boolean {
		const { registration, clock, board } = this.#firmware;
		if (!registration.isRegistered) return false;
		const pages = this.#page?.answers ?? board.network.services;
		this.#timer?.cancel();
		this.#timer = clock.setTimer(clock.now() + TIMING.service, () => {
			const page = Object.hasOwn(pages, text) ? pages[text] : undefined;
			this.#page = page?.answers === undefined ? undefined : page;
			if (page === undefined) done({ m: NOT_SUPPORTED });
			else if (this.#page === undefined) done({ m: NO_FURTHER_ACTION, text: page.text });
			else this.#expect(page.text, done);
		});
		return true;
	}

	/** +CUSD=2: the session is over. */
	cancel(): void {
		this.#timer?.cancel();
		this.#page = undefined;
	}

	/** The network waits for an answer, though not for ever. */
	#expect(text: string, done: (reply: ServiceReply) => void): void {
		const { clock } = this.#firmware;
		this.#timer = clock.setTimer(clock.now() + TIMING.serviceWait, () => {
			this.#page = undefined;
			done({ m: TIME_OUT });
		});
		done({ m: ANSWER_EXPECTED, text });
	}
}
