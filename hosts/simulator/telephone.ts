import { bytesOf, textOf } from '../../src/base/text.js';
import type { Callable, CallEnd, CallEvents, CallExchange, CallKind, CallSide } from './call-exchange.js';

/** The part of a mobile that makes and takes calls, of data too. */
export class Telephone implements Callable {
	readonly number: string;
	/** What came in the data calls so far. */
	received = '';
	/** How the last call ended, or why it did not come about. */
	ended: CallEnd | undefined;
	readonly #exchange: CallExchange;
	#call: CallSide | undefined;

	/** `number` is in international form. */
	constructor(exchange: CallExchange, number: string) {
		this.#exchange = exchange;
		this.number = number;
		exchange.attach(number, this);
	}

	/** `rings`: it is called, or calls. */
	get state(): 'idle' | 'rings' | 'talks' {
		if (this.#call === undefined) return 'idle';
		return this.#call.isAnswered ? 'talks' : 'rings';
	}

	/** The other end's number, while there is a call. */
	get peer(): string | undefined {
		return this.#call?.number;
	}

	get kind(): CallKind | undefined {
		return this.#call?.kind;
	}

	dial(to: string, kind: CallKind): void {
		const call = this.#exchange.call(this.number, to, kind, this.#events());
		if (typeof call === 'string') this.ended = call;
		else this.#call = call;
	}

	answer(): void {
		this.#call?.answer();
	}

	/** Ends the call, or refuses it. */
	hangUp(): void {
		const call = this.#call;
		this.#call = undefined;
		call?.hangUp();
	}

	/** Characters up to U+00FF, as octets. */
	send(text: string): void {
		this.#call?.send(bytesOf(text));
	}

	offered(call: CallSide): CallEvents | undefined {
		if (this.#call !== undefined) return undefined;
		this.#call = call;
		return this.#events();
	}

	#events(): CallEvents {
		this.ended = undefined;
		return {
			data: bytes => {
				this.received += textOf(bytes);
			},
			ended: why => {
				this.#call = undefined;
				this.ended = why;
			},
		};
	}
}
