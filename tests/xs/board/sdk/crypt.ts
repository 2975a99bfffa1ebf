import { host } from '../host.js';

/** The digests of one message each, by the world: native code on the device. */
export class Digest {
	readonly #type: string;
	#message: ArrayBuffer | undefined;

	constructor(type: string) {
		this.#type = type;
	}

	write(message: ArrayBuffer): void {
		this.#message = message;
	}

	close(): ArrayBuffer {
		return host.call('digest', this.#type, undefined, this.#message) as ArrayBuffer;
	}
}
