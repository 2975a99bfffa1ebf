import { createDesk, type Desk, type DeskOptions } from '../../hosts/simulator/desk.js';
import { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { SimulatedNetwork } from '../../hosts/simulator/simulated-network.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { countingEntropy, digest } from './digest.js';
import { TestStore } from './memory-store.js';
import { Person } from './person.js';

/** A board on the desk with a person at its console, on a virtual clock. */
export interface TestDesk {
	readonly clock: VirtualClock;
	readonly desk: Desk;
	readonly console: Person;
	readonly trace: string[];
	/** The board's own network, beside its module's. */
	readonly hostSockets: MemorySockets;
	/** Waits until the module is registered on its network, as the console's at+creg? says. */
	registered(): Promise<void>;
	/** A telephone of the simulated network. */
	mobile(number: string): Mobile;
	/** A client that dials the board's TCP port. */
	client(port?: number, from?: string): Person;
}

/** A flashed board unless said otherwise: every service off, every list empty. Attached when it returns. */
export async function deskThatRuns(options: Partial<DeskOptions> = {}, clock = new VirtualClock()): Promise<TestDesk> {
	const trace: string[] = [];
	const hostSockets = new MemorySockets(clock);
	const desk = createDesk({
		clock,
		settings: new TestStore(),
		digest,
		entropy: countingEntropy(),
		readyMade: false,
		hostNetwork: new SimulatedNetwork(hostSockets, clock),
		trace: {
			note: (source, text) => {
				if (trace.length < 5000) trace.push(`${clock.now().toFixed(0)} ${source} ${text}`);
			},
		},
		...options,
	});
	const person = new Person(desk.console, clock);
	desk.start();
	await clock.until(() => desk.coprocessor.modem.state === 'ready', 60_000, 'the attached module');
	return {
		clock,
		desk,
		console: person,
		trace,
		hostSockets,
		registered: async () => {
			const end = clock.now() + 60_000;
			while (!(await person.ask('at+creg?')).includes(',1')) {
				if (clock.now() > end) throw new Error('the module does not register');
				await clock.advance(500);
			}
			person.clear();
		},
		mobile: number => new Mobile(desk.centre, number),
		client: (port = 1024, from = '127.0.0.1') => {
			const connection = desk.memorySockets.dial(port, from);
			if (connection === undefined) throw new Error(`nobody listens on port ${port}`);
			return new Person(connection, clock);
		},
	};
}
