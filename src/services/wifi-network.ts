import { failure, type Result, success } from '../base/result.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type {
	IncomingCall,
	ListenEvents,
	ListenRequest,
	Network,
	NetworkError,
	NetworkListener,
} from '../ports/network.js';
import { LOST, type Tied, TiedPort } from './tied-port.js';

/**
 * The host's network while it hangs on a Wi-Fi. A stack keeps connections and listeners of an interface that is gone, in the hope that
 * it comes back, for minutes: here they end at once, so that nobody waits for a peer that cannot be reached, and whoever owns them
 * opens them anew when `raise` says that the way is there again.
 */
export class WifiNetwork implements Network {
	readonly #network: Network;
	readonly #clock: Clock;
	readonly #tied = new Set<Tied>();
	/** Counts the times that it came up: what was asked for in a former one is nobody's. */
	#turn = 0;
	#isUp = false;

	constructor(network: Network, clock: Clock) {
		this.#network = network;
		this.#clock = clock;
	}

	get isUp(): boolean {
		return this.#isUp;
	}

	raise(): void {
		this.#isUp = true;
		this.#turn++;
	}

	/** The interface is gone, and all that went over it. */
	drop(): void {
		this.#isUp = false;
		const tied = [...this.#tied];
		this.#tied.clear();
		for (const one of tied) one.cut();
	}

	async listen(request: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		if (!this.#isUp) return failure('unreachable');
		const turn = this.#turn;
		let isOpen = true;
		const end = () => {
			isOpen = false;
			this.#tied.delete(tied);
		};
		const tied: Tied = {
			cut: () => {
				if (!isOpen) return;
				end();
				if (opened.ok) opened.value.close();
				this.#clock.setTimer(this.#clock.now(), () => events.ended(LOST));
			},
		};
		const opened = await this.#network.listen(request, {
			call: call => (isOpen ? events.call(this.#call(call)) : call.refuse()),
			ended: reason => {
				if (!isOpen) return;
				end();
				events.ended(reason);
			},
		});
		if (!opened.ok) return opened;
		if (!this.#isUp || turn !== this.#turn) {
			end();
			opened.value.close();
			return failure('unreachable');
		}
		if (isOpen) this.#tied.add(tied);
		return success({
			close: () => {
				if (!isOpen) return;
				end();
				opened.value.close();
			},
		});
	}

	async connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		if (!this.#isUp) return failure('unreachable');
		return this.#tie(this.#network.connect(host, port, deadline));
	}

	#call(call: IncomingCall): IncomingCall {
		return {
			peer: call.peer,
			accept: () => this.#tie(call.accept()),
			refuse: () => call.refuse(),
		};
	}

	async #tie(opening: Promise<Result<BytePort, NetworkError>>): Promise<Result<BytePort, NetworkError>> {
		const turn = this.#turn;
		const opened = await opening;
		if (!opened.ok) return opened;
		if (!this.#isUp || turn !== this.#turn) {
			opened.value.close();
			return failure('unreachable');
		}
		const port = new TiedPort(opened.value, this.#clock, () => this.#tied.delete(port));
		this.#tied.add(port);
		return success(port);
	}
}
