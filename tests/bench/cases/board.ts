import { createDesk, type Desk, READY_MADE } from '../../../hosts/simulator/desk.js';
import { MemoryStore } from '../../../hosts/simulator/memory-store.js';
import { Mobile } from '../../../hosts/simulator/mobile.js';
import { createSimulatedModule } from '../../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../../hosts/simulator/virtual-clock.js';
import { Multiplexer } from '../../../src/cmux/multiplexer.js';
import { countingEntropy, digest } from '../../support/digest.js';
import { Person } from '../../support/person.js';
import type { BenchCase, Share } from '../case.js';

/** A whole board, ready made, on a virtual clock; only what the co-processor does is charged. */
interface BenchBoard {
	readonly clock: VirtualClock;
	readonly desk: Desk;
}

const MINUTE = 60_000;

async function bootedBoard(share: Share): Promise<BenchBoard> {
	const clock = new VirtualClock();
	const desk = createDesk({
		clock,
		coprocessorClock: clock.ownedBy('coprocessor'),
		settings: new MemoryStore(),
		digest,
		entropy: countingEntropy(),
		readyMade: true,
		powered: true,
	});
	// The virtual module has booted and waits for its first line: the rest is the co-processor's, but for the module's DLCIs.
	await clock.advance(15_000);
	share.baseline();
	clock.onStep = (owner, run) => {
		share.switchTo(owner);
		run();
	};
	// Whoever looks whether the time has come is not the co-processor.
	clock.onSettled = () => share.switchTo('observer');
	desk.start();
	await clock.until(() => desk.coprocessor.isUp, 2 * MINUTE, 'the board with its services');
	share.sample();
	return { clock, desk };
}

const boot: BenchCase = {
	name: 'boot: power to services up',
	unit: 'boot',
	count: 1,
	setup: share => async n => {
		for (let at = 0; at < n; at++) {
			const { clock, desk } = await bootedBoard(share);
			await clock.settled(desk.stop(), MINUTE, 'the end');
		}
	},
};

const afterBoot: BenchCase = {
	name: 'heap after boot (100 ms with nothing to do)',
	unit: '100 ms',
	count: 4,
	setup: async share => {
		const { clock } = await bootedBoard(share);
		return n => clock.advance(100 * n);
	},
};

/** What the virtual module and a multiplexer need by themselves: to subtract from the board's heap. */
const bareMux: BenchCase = {
	name: 'for comparison: virtual module, three DLCIs open, no co-processor',
	unit: '100 ms',
	count: 4,
	setup: async share => {
		const clock = new VirtualClock();
		const { dte } = createSimulatedModule({ clock, powered: true });
		await clock.advance(15_000);
		share.baseline();
		const person = new Person(dte, clock);
		await person.ask('AT');
		await person.ask('AT+CMUX=0');
		const mux = new Multiplexer({ port: dte, clock, role: 'initiator', n1: 127 });
		await clock.settled(mux.start(), MINUTE);
		for (const dlci of [1, 2, 3]) await clock.settled(mux.open(dlci), MINUTE);
		return n => clock.advance(100 * n);
	},
};

const bySms: BenchCase = {
	name: 'whole command over SMS: AT+COPS?',
	unit: 'command',
	count: 4,
	setup: async share => {
		const { clock, desk } = await bootedBoard(share);
		const mobile = new Mobile(desk.centre, READY_MADE.mobile);
		return async n => {
			for (let at = 0; at < n; at++) {
				mobile.received.splice(0);
				mobile.send('AT+COPS?', desk.sim.number);
				await clock.until(() => mobile.received.length > 0, 5 * MINUTE, 'the answer SMS');
				share.sample();
			}
		};
	},
};

const byTcp: BenchCase = {
	name: 'whole command over TCP: AT+CREG?',
	unit: 'command',
	count: 8,
	setup: async share => {
		const { clock, desk } = await bootedBoard(share);
		const connection = desk.memorySockets.dial(READY_MADE.tcpPort);
		if (connection === undefined) throw new Error('nobody listens');
		const client = new Person(connection, clock);
		await client.see('Username:');
		client.type(`${READY_MADE.user}\r\n`);
		await client.see('Password:');
		client.type(`${READY_MADE.password}\r\n`);
		await client.see('successful.');
		return async n => {
			for (let at = 0; at < n; at++) {
				client.clear();
				client.type('AT+CREG?\r\n');
				await client.see('OK\r\n');
				share.sample();
			}
		};
	},
};

export default [boot, afterBoot, bareMux, bySms, byTcp];
