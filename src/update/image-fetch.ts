import type { Result } from '../base/result.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import { HttpGet } from './http-get.js';
import type { HttpHead } from './http-head.js';
import { HEADER } from './image-header.js';
import type { Arrival } from './spare-slot.js';
import type { Url } from './url.js';

/**
 * Why an image cannot be fetched. `unreachable`: no octet came for hours; `not found`: the server has none there, or does not give it;
 * `redirect`: it is elsewhere, and nobody follows; `server`: its answer cannot be used; `length`: it has another length than its header
 * says.
 */
export type FetchError = 'unreachable' | 'not found' | 'redirect' | 'server' | 'length' | 'cancelled';

/** Where the octets go. */
export interface ImageSink<Refusal> {
	/** What is there already of the image at this address; undefined: nothing. */
	arrival(): Arrival | undefined;
	/** The 256 octets before the firmware. Tells how many octets of it are there already. */
	begin(octets: Uint8Array): Result<number, Refusal>;
	/** The next octets. False: they cannot be kept. */
	write(bytes: Uint8Array): boolean;
}

/** How one connection ended. `again`: nothing is wrong, but the next octets need another one. */
export type FetchEnd<Refusal> =
	| { readonly kind: 'complete' | 'lost' | 'again' }
	| { readonly kind: 'refused'; readonly error: Refusal | FetchError | 'flash' };

export interface ImageFetchOptions<Refusal> {
	readonly port: BytePort;
	readonly clock: Clock;
	readonly url: Url;
	readonly sink: ImageSink<Refusal>;
	/** The file on the server is not the one of which a part is there: from its beginning. */
	readonly isAnew: boolean;
}

/** One connection's worth of an image: from its beginning, or from where an earlier one ended. */
export class ImageFetch<Refusal> {
	readonly done: Promise<FetchEnd<Refusal>>;
	readonly #sink: ImageSink<Refusal>;
	readonly #get: HttpGet;
	readonly #from: number;
	readonly #header = new Uint8Array(HEADER);
	#filled: number;
	/** Octets of the body that are there already: the server gives files from their beginning only. */
	#skip = 0;
	/** Octets of the file. */
	#total = 0;
	#end: FetchEnd<Refusal> | undefined;
	/** Octets of the file that this connection brought and that were kept. */
	progress = 0;
	/** The file has changed since a part of it was fetched. */
	isOther = false;

	constructor({ port, clock, url, sink, isAnew }: ImageFetchOptions<Refusal>) {
		this.#sink = sink;
		const arrival = isAnew ? undefined : sink.arrival();
		this.#from = arrival === undefined || arrival.received === 0 ? 0 : HEADER + arrival.received;
		this.#filled = this.#from === 0 ? 0 : HEADER;
		this.#get = new HttpGet({
			port,
			clock,
			url,
			from: this.#from,
			onHead: head => this.#takeHead(head),
			onBody: bytes => this.#take(bytes),
		});
		this.done = this.#get.done.then(how => {
			if (this.#end !== undefined) return this.#end;
			if (how === 'garbled') return { kind: 'refused', error: 'server' };
			// Not even a header.
			if (how === 'complete' && this.#filled < HEADER) return { kind: 'refused', error: 'length' };
			return { kind: how === 'complete' ? 'complete' : 'lost' };
		});
	}

	cancel(): void {
		this.#get.cancel();
	}

	#takeHead({ status, length = 0, range }: HttpHead): boolean {
		if (status >= 500 || status === 408 || status === 429) return this.#stop({ kind: 'lost' });
		if (status === 416) return this.#restart();
		if (status >= 400) return this.#refuse('not found');
		if (status >= 300) return this.#refuse('redirect');
		if (status !== 200 && status !== 206) return this.#refuse('server');
		this.#total = status === 200 ? length : (range?.total ?? 0);
		if (status === 200) this.#skip = this.#from;
		else if (range?.first !== this.#from || length !== range.total - range.first) return this.#refuse('server');
		if (this.#from === 0) return true;
		const size = this.#sink.arrival()?.header.size ?? 0;
		return this.#total === HEADER + size || this.#restart();
	}

	#take(bytes: Uint8Array): boolean {
		const skipped = Math.min(this.#skip, bytes.length);
		this.#skip -= skipped;
		const rest = bytes.subarray(skipped);
		const taken = Math.min(HEADER - this.#filled, rest.length);
		if (taken > 0) {
			this.#header.set(rest.subarray(0, taken), this.#filled);
			this.#filled += taken;
			if (this.#filled === HEADER && !this.#begin()) return false;
		}
		const firmware = rest.subarray(taken);
		if (firmware.length === 0) return true;
		if (!this.#sink.write(firmware)) return this.#stop({ kind: 'refused', error: 'flash' });
		this.progress += firmware.length;
		return true;
	}

	#begin(): boolean {
		const begun = this.#sink.begin(this.#header);
		if (!begun.ok) return this.#stop({ kind: 'refused', error: begun.error });
		const { header } = this.#sink.arrival() ?? {};
		if (header !== undefined && this.#total !== HEADER + header.size) return this.#refuse('length');
		// The same image came by another way, or by this one before.
		return begun.value === 0 || this.#stop({ kind: 'again' });
	}

	#restart(): boolean {
		this.isOther = true;
		return this.#stop({ kind: 'again' });
	}

	#refuse(error: FetchError): boolean {
		return this.#stop({ kind: 'refused', error });
	}

	#stop(end: FetchEnd<Refusal>): boolean {
		this.#end ??= end;
		return false;
	}
}
