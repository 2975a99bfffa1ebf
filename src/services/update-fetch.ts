import { failure, type Result, success } from '../base/result.js';
import { Cancellation } from '../modem/cancellation.js';
import type { Clock } from '../ports/clock.js';
import type { Network } from '../ports/network.js';
import { type FetchEnd, type FetchError, ImageFetch, type ImageSink } from '../update/image-fetch.js';
import { parseUrl } from '../update/url.js';

export interface UpdateFetchOptions {
	readonly clock: Clock;
	/** The carrier; undefined: there is none now. */
	readonly network: () => Network | undefined;
}

/** A fetch, until all of the image is there. */
export interface FetchRequest<Refusal> extends ImageSink<Refusal> {
	readonly url: string;
	/** A connection has ended: what came is to survive a restart. */
	checkpoint(): void;
}

/** Longest time of a connection's beginning [ms], the module's own. */
const DIAL = 140_000;
/** Between two tries [ms], doubling; so many in a row without an octet, some five hours, are the last. */
const AGAIN = 10_000;
const AGAIN_MOST = 900_000;
const TRIES = 24;

/** Fetches an image over as many connections as it takes. One at a time. */
export class UpdateFetch {
	readonly #options: UpdateFetchOptions;
	#cancellation = new Cancellation();
	#current: { cancel(): void } | undefined;

	constructor(options: UpdateFetchOptions) {
		this.#options = options;
	}

	/** Settles once all of it is there, or never will be. */
	async run<Refusal>(request: FetchRequest<Refusal>): Promise<Result<void, Refusal | FetchError | 'flash'>> {
		const cancellation = new Cancellation();
		this.#cancellation = cancellation;
		let wait = AGAIN;
		let isAnew = false;
		for (let tries = 0; tries < TRIES; tries++) {
			const { end, progress, isOther }: Connected<Refusal> = await this.#connect(request, isAnew);
			request.checkpoint();
			if (cancellation.isCancelled) return failure('cancelled');
			if (end.kind === 'complete') return success(undefined);
			if (end.kind === 'refused') return failure(end.error);
			isAnew = isOther;
			if (progress > 0) {
				tries = 0;
				wait = AGAIN;
			}
			if (end.kind === 'again') continue;
			await cancellation.pause(this.#options.clock, wait);
			if (cancellation.isCancelled) return failure('cancelled');
			wait = Math.min(wait * 2, AGAIN_MOST);
		}
		return failure('unreachable');
	}

	cancel(): void {
		this.#cancellation.cancel();
		this.#current?.cancel();
	}

	async #connect<Refusal>(request: FetchRequest<Refusal>, isAnew: boolean): Promise<Connected<Refusal>> {
		const { clock, network } = this.#options;
		const cancellation = this.#cancellation;
		const arrival = request.arrival();
		const url = parseUrl(request.url);
		if (arrival !== undefined && arrival.received === arrival.header.size && !isAnew) return COMPLETE;
		const connected = url && (await network()?.connect(url.host, url.port, clock.now() + DIAL));
		if (!connected?.ok) return LOST;
		if (cancellation.isCancelled) {
			connected.value.close();
			return LOST;
		}
		const fetch = new ImageFetch({ port: connected.value, clock, url: url!, sink: request, isAnew });
		this.#current = fetch;
		const end = await fetch.done;
		this.#current = undefined;
		return { end, progress: fetch.progress, isOther: fetch.isOther };
	}
}

interface Connected<Refusal> {
	readonly end: FetchEnd<Refusal>;
	/** Octets that it brought. */
	readonly progress: number;
	/** The file on the server is another one now. */
	readonly isOther: boolean;
}

const COMPLETE = Object.freeze({ end: Object.freeze({ kind: 'complete' } as const), progress: 0, isOther: false });
const LOST = Object.freeze({ end: Object.freeze({ kind: 'lost' } as const), progress: 0, isOther: false });
