import { MemoryStore } from '../../../hosts/simulator/memory-store.js';
import { Mobile } from '../../../hosts/simulator/mobile.js';
import { createSimulatedModule } from '../../../hosts/simulator/simulated-module.js';
import { UnheardUart } from '../../../hosts/simulator/unheard-uart.js';
import { VirtualClock } from '../../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../../hosts/simulator/wire.js';
import type { UartPort } from '../../../src/ports/byte-port.js';
import type { TimerHandle } from '../../../src/ports/clock.js';
import type { RestartReason } from '../../../src/ports/restart.js';
import { countingEntropy, digest } from '../../support/digest.js';
import { Person } from '../../support/person.js';
import { host, type Passed } from './host.js';

/** What the machine of a board has. */
export interface Creation {
	/** Slots. */
	readonly heap: number;
	/** Octets. */
	readonly chunk: number;
	/** Slots. */
	readonly stack: number;
}

const CONSOLE_RATE = 115_200;
const AUXILIARY_RATE = 9_600;

/**
 * Everything outside a board that runs in a machine of its own: module, network, wires, stores, people and time. Time passes only here, and
 * the board runs only inside of a call, so that every run is the same.
 */
export class BoardWorld {
	readonly clock = new VirtualClock();
	readonly simulated = createSimulatedModule({ clock: this.clock, powered: true });
	readonly console: Person;
	/** The far end of the auxiliary port. */
	readonly auxiliary: UartPort;
	/** What the board wrote down before it restarted by itself; undefined: it did not. */
	note: string | undefined;
	restarts = 0;
	readonly #lines: readonly UartPort[];
	readonly #store = new MemoryStore();
	readonly #entropy = countingEntropy();
	readonly #timers = new Map<number, TimerHandle>();

	constructor() {
		const consoleWire = new Wire(this.clock, { baud: CONSOLE_RATE });
		const auxiliaryWire = new Wire(this.clock, { baud: AUXILIARY_RATE });
		this.console = new Person(consoleWire.dte, this.clock);
		this.auxiliary = auxiliaryWire.dte;
		this.#lines = [this.simulated.dte, consoleWire.dce, new UnheardUart(auxiliaryWire.dce)];
		host.answer((what, a, b, octets) => this.#answer(what, a, b, octets));
	}

	/** Power for a board that runs `script`, with what the one before has stored. */
	boot(script: string, { heap, chunk, stack }: Creation, reason: RestartReason): void {
		for (const timer of this.#timers.values()) timer.cancel();
		this.#timers.clear();
		for (const line of this.#lines) line.listen(undefined);
		host.openBoard(script, heap, chunk, stack);
		host.call('start', reason);
	}

	mobile(number: string): Mobile {
		return new Mobile(this.simulated.centre, number);
	}

	#answer(what: string, a: Passed, b: Passed, octets: Passed): Passed {
		switch (what) {
			case 'now':
				return this.clock.now();
			case 'timer':
				this.#setTimer(a as number, b as number);
				return undefined;
			case 'cancel':
				this.#timers.get(a as number)?.cancel();
				this.#timers.delete(a as number);
				return undefined;
			case 'load':
				return this.#store.read(a as string);
			case 'store':
				this.#store.write(a as string, new Uint8Array(octets as ArrayBuffer));
				return undefined;
			case 'erase':
				this.#store.erase(a as string);
				return undefined;
			case 'digest':
				return digest.digest(a === 'MD5' ? 'MD5' : 'SHA-256', new Uint8Array(octets as ArrayBuffer));
			case 'entropy': {
				const drawn = new Uint8Array(a as number);
				this.#entropy.fill(drawn);
				return drawn;
			}
			case 'on-off':
				this.simulated.power.setOnOff(a as boolean);
				return undefined;
			case 'reset':
				this.simulated.power.setReset(a as boolean);
				return undefined;
			case 'is-on':
				return this.simulated.power.isOn();
			case 'feed':
				return undefined;
			case 'note':
				this.note = a as string;
				return undefined;
			case 'restart':
				this.restarts++;
				return undefined;
			default:
				return this.#answerForLine(what, a as number, b, octets);
		}
	}

	#answerForLine(what: string, number: number, b: Passed, octets: Passed): Passed {
		const line = this.#lines[number]!;
		switch (what) {
			case 'read': {
				const into = new Uint8Array(b as number);
				return into.subarray(0, line.read(into));
			}
			case 'write':
				return line.write(new Uint8Array(octets as ArrayBuffer));
			case 'listen':
				this.#listen(number, b as boolean);
				return undefined;
			case 'close':
				line.close();
				return undefined;
			case 'baud':
				return line.setBaud(b as number);
			case 'dtr':
				line.setDtr(b as boolean);
				return undefined;
			case 'overruns':
				return line.overruns;
			default:
				throw new RangeError(`nothing is called "${what}"`);
		}
	}

	#listen(number: number, on: boolean): void {
		const listener = {
			readable: () => void host.call('readable', number),
			writable: () => void host.call('writable', number),
		};
		this.#lines[number]!.listen(on ? listener : undefined);
	}

	#setTimer(id: number, ms: number): void {
		this.#timers.get(id)?.cancel();
		const timer = this.clock.setTimer(this.clock.now() + ms, () => {
			this.#timers.delete(id);
			host.call('timer', id);
		});
		this.#timers.set(id, timer);
	}
}
