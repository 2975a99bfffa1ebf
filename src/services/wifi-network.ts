import { failure, type Result, success } from '../base/result.js';
import type { BytePort, PortListener } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type {
	IncomingCall,
	ListenEvents,
	ListenRequest,
	Network,
	NetworkError,
	NetworkListener,
} from '../ports/network.js';

/** What ends with the interface. */
interface Tied {
	cut(): void;
}

/** What a session reads as its reason. */
const LOST = 'Wi-Fi lost';

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

/** A connection that ends with the interface. What has arrived and is not yet read goes with it. */
class TiedPort implements BytePort, Tied {
	readonly #port: BytePort;
	readonly #clock: Clock;
	readonly #untie: () => void;
	#listener: PortListener | undefined;
	#isOpen = true;
	#isCut = false;

	constructor(port: BytePort, clock: Clock, untie: () => void) {
		this.#port = port;
		this.#clock = clock;
		this.#untie = untie;
	}

	read(into: Uint8Array): number {
		return this.#isOpen ? this.#port.read(into) : 0;
	}

	write(bytes: Uint8Array): number {
		return this.#isOpen ? this.#port.write(bytes) : 0;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (this.#isOpen) this.#port.listen(listener);
		else if (this.#isCut) this.#tellEnd();
	}

	close(): void {
		this.#listener = undefined;
		this.#isCut = false;
		this.#release();
	}

	cut(): void {
		if (!this.#isOpen) return;
		this.#isCut = true;
		this.#release();
		this.#tellEnd();
	}

	#release(): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		this.#untie();
		this.#port.close();
	}

	/** From a timer: never inside a call of the owner. */
	#tellEnd(): void {
		const listener = this.#listener;
		if (listener === undefined) return;
		this.#clock.setTimer(this.#clock.now(), () => {
			if (this.#listener !== listener || !this.#isCut) return;
			this.#isCut = false;
			listener.closed?.(LOST);
		});
	}
}
