import type { BytePort, DtePort, PortListener, UartPort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { IncomingCall, ListenEvents, ListenRequest, Network } from '../../src/ports/network.js';
import type { PowerControl } from '../../src/ports/power.js';
import type { Store } from '../../src/ports/store.js';
import type { Trace } from '../../src/ports/trace.js';
import type { Updater } from '../../src/ports/updater.js';
import type { Wifi } from '../../src/ports/wifi.js';

const BLOCK = 256;

/**
 * The supply of one board. What hangs on it works until the supply is cut: then no timer of it comes, nothing that is written goes
 * anywhere, nothing is stored, and what arrives is lost. A co-processor on it needs no stop, and gets none.
 */
export class PowerDomain {
	readonly #timers = new Set<TimerHandle>();
	readonly #ends: (() => void)[] = [];
	#isOn = true;

	/** The power goes, for good: the next start of the board has a domain of its own. */
	cut(): void {
		if (!this.#isOn) return;
		this.#isOn = false;
		for (const timer of this.#timers) timer.cancel();
		this.#timers.clear();
		for (const end of this.#ends.splice(0)) end();
	}

	clock(inner: Clock): Clock {
		return {
			now: () => inner.now(),
			setTimer: (at, callback) => {
				if (!this.#isOn) return DEAD_TIMER;
				const timer = inner.setTimer(at, () => {
					this.#timers.delete(timer);
					callback();
				});
				this.#timers.add(timer);
				return {
					cancel: () => {
						this.#timers.delete(timer);
						timer.cancel();
					},
				};
			},
		};
	}

	/** The far end and what it sends stay; while the board is off nobody takes it. */
	uart(inner: UartPort & DtePort): UartPort & DtePort {
		const port = this.#port(inner);
		const isOn = () => this.#isOn;
		return {
			...port,
			get overruns() {
				return inner.overruns;
			},
			setBaud: baud => isOn() && inner.setBaud(baud),
			setSignals: signals => {
				if (isOn()) inner.setSignals?.(signals);
			},
			setDtr: on => {
				if (isOn()) inner.setDtr(on);
			},
		};
	}

	store(inner: Store): Store {
		return {
			read: name => inner.read(name),
			write: (name, record) => this.#isOn && inner.write(name, record),
			erase: name => {
				if (this.#isOn) inner.erase(name);
			},
		};
	}

	/** Without power the board pulls at no line. */
	power(inner: PowerControl): PowerControl {
		this.#ends.push(() => {
			inner.setOnOff(false);
			inner.setReset(false);
		});
		return {
			setOnOff: asserted => {
				if (this.#isOn) inner.setOnOff(asserted);
			},
			setReset: asserted => {
				if (this.#isOn) inner.setReset(asserted);
			},
			isOn: () => inner.isOn(),
		};
	}

	/** The flash keeps what it has. */
	updater(inner: Updater): Updater {
		const isOn = () => this.#isOn;
		return {
			capacity: inner.capacity,
			running: inner.running,
			get isOnTrial() {
				return inner.isOnTrial;
			},
			get hasFailed() {
				return inner.hasFailed;
			},
			begin: offset => isOn() && inner.begin(offset),
			write: (offset, bytes) => isOn() && inner.write(offset, bytes),
			read: (offset, into) => isOn() && inner.read(offset, into),
			activate: () => isOn() && inner.activate(),
			confirm: () => isOn() && inner.confirm(),
			rollBack: why => {
				if (isOn()) inner.rollBack(why);
			},
			restart: why => {
				if (isOn()) inner.restart(why);
			},
		};
	}

	trace(inner: Trace): Trace {
		return {
			note: (source, text) => {
				if (this.#isOn) inner.note(source, text);
			},
		};
	}

	/** Connections of the host's own network end with the board. */
	network(inner: Network): Network {
		return {
			listen: async (request: ListenRequest, events: ListenEvents) => {
				const opened = await inner.listen(request, {
					call: call => (this.#isOn ? events.call(this.#call(call)) : call.refuse()),
					ended: reason => {
						if (this.#isOn) events.ended(reason);
					},
				});
				if (opened.ok) this.#atEnd(() => opened.value.close());
				return opened;
			},
			connect: async (host, port, deadline) => {
				const opened = await inner.connect(host, port, deadline);
				return opened.ok ? { ok: true, value: this.#connection(opened.value) } : opened;
			},
		};
	}

	/** A station leaves its access point with the board. */
	wifi(inner: Wifi): Wifi {
		this.#atEnd(() => inner.leave());
		return {
			join: (ssid, password, events) => {
				if (this.#isOn) inner.join(ssid, password, events);
			},
			leave: () => {
				if (this.#isOn) inner.leave();
			},
			get isAssociated() {
				return inner.isAssociated;
			},
			get address() {
				return inner.address;
			},
			get signal() {
				return inner.signal;
			},
		};
	}

	#call(call: IncomingCall): IncomingCall {
		return {
			peer: call.peer,
			accept: async () => {
				const accepted = await call.accept();
				return accepted.ok ? { ok: true, value: this.#connection(accepted.value) } : accepted;
			},
			refuse: () => call.refuse(),
		};
	}

	#connection(inner: BytePort): BytePort {
		this.#atEnd(() => inner.close());
		return inner;
	}

	#atEnd(end: () => void): void {
		if (this.#isOn) this.#ends.push(end);
		else end();
	}

	#port(inner: BytePort): BytePort {
		this.#ends.push(() => {
			const waste = new Uint8Array(BLOCK);
			const drain = () => {
				while (inner.read(waste) > 0);
			};
			inner.listen({ readable: drain });
			drain();
		});
		return {
			read: into => (this.#isOn ? inner.read(into) : 0),
			write: bytes => (this.#isOn ? inner.write(bytes) : 0),
			listen: (listener: PortListener | undefined) => {
				if (this.#isOn) inner.listen(listener);
			},
			close: () => {
				if (this.#isOn) inner.close();
			},
		};
	}
}

const DEAD_TIMER: TimerHandle = Object.freeze({ cancel: () => {} });
