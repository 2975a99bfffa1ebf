import { failure, type Result, success } from '../base/result.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { SignatureCheck } from '../ports/signature.js';
import type { Store } from '../ports/store.js';
import type { Updater } from '../ports/updater.js';
import { dropKept, hasKept, keepForTrial } from '../settings/trial-copy.js';
import { TwoCopies } from '../settings/two-copies.js';
import { formatVersion } from '../update/firmware-version.js';
import { checkImage, type ImageJudge, type ImageRefusal } from '../update/image-check.js';
import type { FetchError } from '../update/image-fetch.js';
import { type SlotError, SpareSlot } from '../update/spare-slot.js';
import { TrustedKey } from '../update/trusted-key.js';
import { LONGEST_URL } from '../update/update-record.js';
import { parseUrl } from '../update/url.js';
import type { Audit } from './audit.js';
import type { UpdateFetch } from './update-fetch.js';
import { UpdateTrial, type UpdateTrialOptions } from './update-trial.js';

/** What updates over the air stand on (docs/ota.md). */
export interface UpdatePorts {
	readonly updater: Updater;
	readonly signature: SignatureCheck;
	/** The key that images are signed with: X and Y of a point on P-256 as 128 hexadecimal digits; '': every image is refused. */
	readonly publicKey: string;
}

export interface UpdatesOptions {
	readonly ports: UpdatePorts;
	readonly store: Store;
	readonly clock: Clock;
	readonly digest: Digest;
	readonly about: { readonly firmware: string; readonly target: string };
	readonly audit: Audit;
	/** Stores the journal before the board restarts. */
	readonly flush: () => void;
	readonly trial: Pick<UpdateTrialOptions, 'isAttached' | 'isCovered' | 'isUp'> & {
		/** Stored settings were found at the start. */
		readonly hasSettings: () => boolean;
	};
	/** Fetches images by their address. */
	readonly fetch: UpdateFetch;
	/** The board must not fetch anything by itself now (safe mode). */
	readonly isHeld: () => boolean;
}

/**
 * Why an update does not go on. `on trial`: the running firmware has to prove itself first; `busy`: another one is under way; `offset`: it
 * is not what is missing next; `address`: nothing can be fetched from there.
 */
export type UpdateError = ImageRefusal | SlotError | FetchError | 'on trial' | 'busy' | 'offset' | 'address';

/** `ready`: the image is there and was not chosen. */
export type UpdateState = 'idle' | 'receiving' | 'fetching' | 'ready' | 'checking' | 'switching' | 'trial';

export interface UpdateStatus {
	readonly state: UpdateState;
	/** Of the image; of the running firmware while that is on trial; '' where there is none. */
	readonly version: string;
	/** Octets of the firmware, without the header. */
	readonly received: number;
	readonly size: number;
	/** What became of the last one since the start; '' where nothing did. */
	readonly last: string;
}

/** From the answer to the restart [ms]: it is to arrive, an SMS too. */
const RESTART = 10_000;
/** Starts of the board without an octet between them, until a fetch is given up. */
const MOST_STARTS = 8;

/** Brings images into the spare slot, has them tried, and knows at each start how the last one fared. */
export class Updates {
	readonly #options: UpdatesOptions;
	readonly #updater: Updater;
	readonly #slot: SpareSlot;
	readonly #key: TrustedKey;
	readonly #trial: UpdateTrial;
	#doing: 'fetching' | 'checking' | 'switching' | undefined;
	/** Somebody's octets are on their way. */
	#taking = false;
	#last = '';
	#closed = false;
	#restart: TimerHandle | undefined;

	constructor(options: UpdatesOptions) {
		const { ports, store, clock, digest, trial } = options;
		this.#options = options;
		this.#updater = ports.updater;
		this.#key = new TrustedKey(new TwoCopies(store, 'ota_key'), ports.publicKey);
		const record = new TwoCopies(store, 'ota');
		this.#slot = new SpareSlot({ updater: ports.updater, record, clock, digest });
		this.#trial = new UpdateTrial({
			...trial,
			clock,
			// The record of the update was stored before the switch, so it is there for whoever can read the store.
			isStoreRead: () => this.#slot.record !== undefined && (trial.hasSettings() || !hasKept(store)),
			onPassed: () => this.#passed(),
			onFailed: why => this.#failed(why),
		});
	}

	get status(): UpdateStatus {
		const { arrival, header } = this.#slot;
		const size = header?.size ?? 0;
		const received = arrival?.received ?? size;
		const version = this.#updater.isOnTrial ? this.#options.about.firmware : this.#version;
		return { state: this.#state(received === size), version, received, size, last: this.#last };
	}

	/** An image is fetched by its address. */
	get isFetching(): boolean {
		return this.#doing === 'fetching';
	}

	/** Looks how the last update fared, begins a trial, goes on with a fetch. Once a start. */
	start(): void {
		const updater = this.#updater;
		const slot = this.#slot;
		const { record } = slot;
		if (updater.isOnTrial) {
			slot.beginTrial();
			this.#note('started', `${this.#options.about.firmware} on trial`);
			// One that crashes has no minute to write it.
			this.#options.flush();
			this.#trial.start();
			return;
		}
		if (record === undefined || record.phase === 'receiving') {
			dropKept(this.#options.store);
			this.goOn();
		} else if (record.slot === updater.running) this.#settle();
		else this.#cameBack(record.phase === 'trial' || updater.hasFailed);
	}

	/** Goes on with a fetch that the last life of the board did not finish. */
	goOn(): void {
		if (this.#hindrance() !== undefined) return;
		const { record, arrival } = this.#slot;
		if (record === undefined || arrival === undefined || arrival.url === '' || this.#options.isHeld()) return;
		if (record.starts >= MOST_STARTS) {
			this.#slot.forget();
			this.#refuse('unreachable');
			return;
		}
		this.#slot.countStart();
		void this.#fetch(arrival.url);
	}

	/** No timer is left. */
	close(): void {
		this.#closed = true;
		this.#trial.close();
		this.#restart?.cancel();
		this.#options.fetch.cancel();
		this.#slot.checkpoint();
	}

	/** Begins the image with these 256 octets before it, or goes on with it; tells how many octets of the firmware are there. */
	begin(octets: Uint8Array): Result<number, UpdateError> {
		const hindered = this.#hindrance();
		if (hindered !== undefined) return failure(hindered);
		const begun = this.#begin(octets, '');
		return begun.ok ? begun : this.#refuse(begun.error);
	}

	/**
	 * Octets of the firmware from `offset` on come now, so many; `end` must follow, once. The offset must be what is missing next.
	 */
	take(offset: number, count: number): Result<{ write(bytes: Uint8Array): boolean; end(): void }, UpdateError> {
		const hindered = this.#hindrance();
		if (hindered !== undefined) return failure(hindered);
		const { arrival } = this.#slot;
		if (arrival === undefined) return failure('nothing begun');
		if (offset !== arrival.received || offset + count > arrival.header.size) return failure('offset');
		this.#taking = true;
		return success({
			write: bytes => this.#slot.write(bytes),
			end: () => {
				this.#taking = false;
				this.#slot.checkpoint();
			},
		});
	}

	/** Checks the image that is there and has it tried: the board restarts soon after. */
	async switchOver(): Promise<Result<void, UpdateError>> {
		const hindered = this.#hindrance();
		return hindered === undefined ? this.#switchOver() : failure(hindered);
	}

	/** Fetches an image and has it tried, whatever restarts and lost connections come between. Goes on by itself. */
	fetch(url: string): Result<void, UpdateError> {
		const hindered = this.#hindrance();
		if (hindered !== undefined) return failure(hindered);
		const parsed = url.length > LONGEST_URL ? undefined : parseUrl(url);
		if (parsed === undefined) return failure('address');
		if (this.#key.current === undefined) return failure('no key');
		this.#note('started', `fetched from ${parsed.host}`);
		void this.#fetch(url);
		return success(undefined);
	}

	/** Forgets the image that is on its way or waits. */
	giveUp(): Result<void, UpdateError> {
		if (this.#updater.isOnTrial) return failure('on trial');
		if (this.#doing === 'checking' || this.#doing === 'switching' || this.#taking) return failure('busy');
		this.#options.fetch.cancel();
		return this.#slot.forget() ? success(undefined) : failure('store');
	}

	#state(isWhole: boolean): UpdateState {
		if (this.#doing !== undefined) return this.#doing;
		if (this.#updater.isOnTrial) return 'trial';
		if (this.#slot.arrival === undefined) return 'idle';
		return isWhole ? 'ready' : 'receiving';
	}

	/** Of the image that is or was on its way; '' where there is none. */
	get #version(): string {
		const { header } = this.#slot;
		return header === undefined ? '' : formatVersion(header.version);
	}

	#hindrance(): UpdateError | undefined {
		if (this.#updater.isOnTrial) return 'on trial';
		return this.#doing !== undefined || this.#taking ? 'busy' : undefined;
	}

	#judge(): ImageJudge {
		const { ports, digest, about } = this.#options;
		return {
			digest,
			signature: ports.signature,
			key: this.#key.current,
			target: about.target,
			firmware: about.firmware,
			capacity: this.#updater.capacity,
		};
	}

	#begin(octets: Uint8Array, url: string): Result<number, UpdateError> {
		const checked = checkImage(octets, this.#judge());
		if (!checked.ok) return checked;
		const begun = this.#slot.begin(octets, url);
		if (begun.ok && begun.value === 0) {
			this.#options.audit.count('OTA_BEGUN');
			this.#note('started', `${formatVersion(checked.value.version)}, ${checked.value.size} octets`);
		}
		return begun;
	}

	async #fetch(url: string): Promise<void> {
		this.#doing = 'fetching';
		const fetched = await this.#options.fetch.run({
			url,
			begin: octets => this.#begin(octets, url),
			arrival: () => (this.#slot.arrival?.url === url ? this.#slot.arrival : undefined),
			write: bytes => this.#slot.write(bytes),
			checkpoint: () => this.#slot.checkpoint(),
		});
		this.#doing = undefined;
		if (this.#closed) return;
		if (fetched.ok) await this.#switchOver();
		else if (fetched.error !== 'cancelled') {
			// It must not begin again by itself at the next start; what somebody brought before stays.
			if (this.#slot.arrival?.url === url) this.#slot.forget();
			this.#refuse(fetched.error);
		}
	}

	async #switchOver(): Promise<Result<void, UpdateError>> {
		this.#doing = 'checking';
		const chosen = await this.#choose();
		this.#doing = chosen.ok ? 'switching' : undefined;
		if (!chosen.ok) return this.#refuse(chosen.error);
		const { clock, about } = this.#options;
		const version = this.#version;
		this.#note('started', `restart from ${about.firmware} to ${version}`);
		this.#options.flush();
		if (this.#closed) return chosen;
		this.#restart = clock.setTimer(clock.now() + RESTART, () => this.#updater.restart(`update to ${version}`));
		return chosen;
	}

	async #choose(): Promise<Result<void, UpdateError>> {
		const slot = this.#slot;
		const { arrival } = slot;
		if (arrival === undefined) return failure('nothing begun');
		const whole = await slot.verify();
		if (!whole.ok) {
			// Nothing tells which octets are wrong: all of them must come again.
			if (whole.error === 'damaged') slot.forget();
			return whole;
		}
		const checked = checkImage(arrival.octets, this.#judge());
		if (!checked.ok) return checked;
		if (!keepForTrial(this.#options.store)) return failure('store');
		const chosen = slot.choose();
		if (!chosen.ok) dropKept(this.#options.store);
		return chosen;
	}

	#passed(): void {
		if (!this.#updater.confirm()) {
			// The flash may take it a little later.
			this.#trial.start();
			return;
		}
		this.#settle();
	}

	/** The image of the record runs and stays: what it brought holds from now on. */
	#settle(): void {
		const { header } = this.#slot;
		const isKeyKept = header?.newKey === undefined || this.#key.replace(header.newKey);
		dropKept(this.#options.store);
		// The record has the new key: where it could not be stored, the next start tries again.
		if (isKeyKept) this.#slot.forget();
		this.#options.audit.count('OTA_PASSED');
		this.#end('passed', `${this.#options.about.firmware} passed its trial`);
	}

	#failed(why: string): void {
		this.#note('rolled back', `${this.#options.about.firmware}: ${why}`);
		this.#options.flush();
		this.#updater.rollBack(`update failed: ${why}`);
		// There is no image to go back to: better this one than none.
		if (this.#updater.isOnTrial) this.#passed();
	}

	/** The image of the record does not run: it failed its trial, or the power went before it could be chosen. */
	#cameBack(wasTried: boolean): void {
		const version = this.#version;
		this.#slot.fallBack();
		dropKept(this.#options.store);
		if (wasTried) this.#options.audit.count('OTA_ROLLED_BACK');
		if (wasTried) this.#end('rolled back', `${version} did not pass, ${this.#options.about.firmware} is back`);
		else this.#end('dropped', `${version} was not chosen: the power failed`);
	}

	#refuse<Reason extends UpdateError>(reason: Reason): { readonly ok: false; readonly error: Reason } {
		this.#options.audit.count('OTA_REFUSED');
		this.#last = `refused: ${reason}`;
		this.#options.audit.noteSeldom({ channel: 'board', identity: 'update', verdict: 'refused', result: reason });
		return failure(reason);
	}

	#end(verdict: 'passed' | 'rolled back' | 'dropped', result: string): void {
		this.#last = result;
		this.#note(verdict, result);
		this.#options.flush();
	}

	#note(verdict: 'started' | 'passed' | 'rolled back' | 'dropped', result: string): void {
		this.#options.audit.note({ channel: 'board', identity: 'update', verdict, result });
	}
}
