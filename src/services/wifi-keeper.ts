import type { CounterName } from '../journal/counters.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Wifi, WifiFailure } from '../ports/wifi.js';
import { isSame } from '../settings/same.js';
import type { Settings } from '../settings/schema.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import type { Audit } from './audit.js';
import type { WifiService, WifiStatus } from './board.js';

export interface WifiKeeperOptions {
	readonly clock: Clock;
	readonly wifi: Wifi;
	readonly settings: SettingsKeeper;
	readonly audit: Audit;
	/** Safe mode: the radio stays off, whatever the settings say. */
	readonly isHeld: () => boolean;
	/** The network is there. */
	readonly onUp: () => void;
	/** The network is gone, and all that went over it. */
	readonly onDown: () => void;
}

type State = 'off' | 'joined' | 'joining' | 'waiting';

/** The states by the numbers of `#ATRUNWIFI?`. */
const STATES: readonly State[] = Object.freeze(['off', 'joined', 'joining', 'waiting']);
/** From the order to join to an address [ms]: three tries of the radio's own, and a slow DHCP server. */
const JOIN = 60_000;
/** Between two tries [ms]: twice as long each time. */
const PAUSE = 5_000;
const PAUSE_MOST = 300_000;
/** What was joined for so long [ms] was good: the pauses begin anew. */
const STABLE = 60_000;
/** After so long [ms] of being joined the journal is told of each failure anew. */
const QUIET = 3_600_000;
/** Between two looks at the address [ms]: where a lease runs out nobody tells. */
const LOOK = 30_000;

/**
 * Keeps the board on its access point while Wi-Fi is switched on: joins, and joins again for ever, with growing pauses. A password that
 * is refused is tried on like all else: with a weak signal a right one looks just so, and nobody is there to type it again.
 */
export class WifiKeeper implements WifiService {
	readonly #options: WifiKeeperOptions;
	#state: State = 'off';
	/** What is joined, or is to be. */
	#wanted: Settings['wifi'] | undefined;
	#failure: WifiFailure | undefined;
	#pause = PAUSE;
	#joinedAt = 0;
	/** Counts the orders to join: what a former one still brings is nobody's. */
	#round = 0;
	#timer: TimerHandle | undefined;
	/** What the journal was told since it was joined for long: an access point that is away for days, or comes and goes, must not fill it. */
	readonly #told = new Set<string>();
	#isClosed = false;

	constructor(options: WifiKeeperOptions) {
		this.#options = options;
	}

	get status(): WifiStatus {
		const { wifi } = this.#options;
		const isJoined = this.#state === 'joined';
		return {
			state: STATES.indexOf(this.#state),
			address: (isJoined && wifi.address) || '',
			signal: isJoined ? wifi.signal : undefined,
			failure: this.#failure,
		};
	}

	apply(isAnew = false): void {
		const { wifi } = this.#options.settings.current;
		if (this.#isClosed || !wifi.on || this.#options.isHeld()) {
			this.#stop();
			return;
		}
		const isOther = !isSame(wifi, this.#wanted);
		if (isOther) this.#stop();
		if (!isOther && !(isAnew && this.#state === 'waiting')) return;
		this.#wanted = wifi;
		this.#pause = PAUSE;
		this.#failure = undefined;
		this.#join(wifi);
	}

	close(): void {
		this.#isClosed = true;
		this.#stop();
	}

	#stop(): void {
		if (this.#wanted === undefined) return;
		const wasJoined = this.#state === 'joined';
		this.#timer?.cancel();
		this.#round++;
		this.#wanted = undefined;
		this.#failure = undefined;
		this.#state = 'off';
		if (wasJoined) this.#options.onDown();
		this.#options.wifi.leave();
	}

	#join(wanted: Settings['wifi']): void {
		const { wifi } = this.#options;
		const round = ++this.#round;
		this.#state = 'joining';
		this.#setTimer(JOIN, () => this.#ended(wifi.isAssociated ? 'no address' : 'no answer'));
		wifi.join(wanted.ssid, wanted.password, {
			joined: () => {
				if (round === this.#round) this.#joined();
			},
			ended: why => {
				// What had no answer in time waits already.
				if (round === this.#round && this.#state !== 'waiting') this.#ended(why);
			},
		});
	}

	/** An answer that comes after its time is as good as one in time. */
	#joined(): void {
		const { clock, audit, onUp } = this.#options;
		if (this.#state === 'joined') return;
		this.#state = 'joined';
		this.#joinedAt = clock.now();
		this.#look();
		audit.count('WIFI_JOINED');
		if (this.#failure !== undefined) this.#note('recovered', 'joined');
		this.#failure = undefined;
		onUp();
	}

	#look(): void {
		this.#setTimer(LOOK, () => {
			if (this.#options.wifi.address === undefined) this.#ended('no address');
			else this.#look();
		});
	}

	#ended(why: WifiFailure): void {
		const { clock, audit, onDown } = this.#options;
		const wasJoined = this.#state === 'joined';
		const lasted = wasJoined ? clock.now() - this.#joinedAt : 0;
		if (lasted >= STABLE) this.#pause = PAUSE;
		if (lasted >= QUIET) this.#told.clear();
		this.#failure = why;
		this.#state = 'waiting';
		this.#setTimer(this.#pause, () => {
			if (this.#wanted !== undefined) this.#join(this.#wanted);
		});
		this.#pause = Math.min(this.#pause * 2, PAUSE_MOST);
		const counter: CounterName = wasJoined ? 'WIFI_LOST' : 'WIFI_NOT_JOINED';
		audit.count(counter);
		this.#note('dropped', why);
		if (wasJoined) onDown();
	}

	#note(verdict: 'recovered' | 'dropped', result: string): void {
		if (this.#told.has(result)) return;
		this.#told.add(result);
		this.#options.audit.note({ channel: 'board', identity: 'Wi-Fi', verdict, result });
	}

	#setTimer(time: number, callback: () => void): void {
		const { clock } = this.#options;
		this.#timer?.cancel();
		this.#timer = clock.setTimer(clock.now() + time, callback);
	}
}
