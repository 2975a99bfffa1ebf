import { READY_MADE } from '../../../hosts/simulator/desk.js';
import { createSimulatedModule } from '../../../hosts/simulator/simulated-module.js';
import { SimulatedNetwork } from '../../../hosts/simulator/simulated-network.js';
import { VirtualClock } from '../../../hosts/simulator/virtual-clock.js';
import type { WireOptions } from '../../../hosts/simulator/wire.js';
import { Person } from '../../support/person.js';
import { bootedBoard } from '../booted-board.js';
import type { BenchCase, Run, Share } from '../case.js';
import { DirectSockets } from '../direct-sockets.js';

/** The shortest that goes to the module: the co-processor answers a bare AT itself. */
const COMMAND = 'ATV1';
const MINUTE = 60_000;
/** From the boot to the first look of the network keeper, and what it asks [ms]; the next one comes a minute later. */
const LOOK = 25_000;
/** Longer than any pause that the co-processor makes between two commands [ms]. */
const APART = 200;

/** Counts what passes on the line between module and co-processor, which has no rate: what time passes is no wire time. */
class Line {
	octets = 0;
	readonly baud = 0;
	readonly wire: Omit<WireOptions, 'baud'> = {
		disturb: bytes => {
			this.octets += bytes.length;
			return bytes;
		},
	};
}

/** The command n times. Each of them puts `octets` on the line: the table shows the time that those take. */
function asking(
	person: Person,
	{
		clock,
		share,
		line,
		octets,
		pause,
	}: { clock: VirtualClock; share: Share; line: Line; octets: number; pause: number },
): Run {
	return async n => {
		const { octets: before } = line;
		for (let at = 0; at < n; at++) {
			if (pause > 0) await clock.advance(pause);
			const begin = clock.now();
			person.clear();
			person.type(`${COMMAND}\r`);
			await person.see('OK\r\n');
			// The first of those that follow each other at once has nothing before it.
			if (pause > 0 || at > 0) share.took(clock.now() - begin);
			share.sample();
		}
		// What follows the last answer: the module tells that it has sent it.
		await clock.advance(APART);
		// Now and then the co-processor asks how the module is.
		const each = (line.octets - before) / n;
		if (each < octets || each > octets * 2) throw new Error(`${each} octets a command on the line, not ${octets}`);
	};
}

const straight: BenchCase = {
	name: 'ATV1 straight to the virtual module, no co-processor',
	unit: 'command',
	octets: 11,
	count: 8,
	setup: async share => {
		const clock = new VirtualClock();
		const line = new Line();
		const { dte } = createSimulatedModule({ ...line, clock, powered: true });
		await clock.advance(15_000);
		const person = new Person(dte, clock);
		await person.ask('ATE0');
		clock.onStep = (_owner, run) => {
			share.switchTo('module');
			run();
		};
		share.switchTo('observer');
		return asking(person, { clock, share, line, octets: 11, pause: APART });
	},
};

const throughBoard = (carrier: 'host' | 'module', octets: number, pause: number): BenchCase => ({
	name: `ATV1 over TCP by the ${carrier}’s network${pause === 0 ? ', one right after the other' : ''}`,
	unit: 'command',
	octets,
	count: 8,
	setup: async share => {
		const line = new Line();
		let sockets: DirectSockets | undefined;
		const { clock, desk } = await bootedBoard(share, time => {
			const own = new DirectSockets(time, carrier === 'host' ? time.ownedBy('coprocessor') : time);
			sockets = own;
			return { ...line, ...(carrier === 'host' ? { hostNetwork: new SimulatedNetwork(own, time) } : { sockets: own }) };
		});
		const console = new Person(desk.console, clock);
		if (carrier === 'host') {
			for (const command of ['at#tcpatrunl=0', 'at#atruntcp=1', 'at#tcpatrunl=1']) await console.ask(command);
		}
		await clock.until(() => sockets?.isListening === true, MINUTE, 'the listening socket');
		const client = new Person(sockets!.dial(), clock);
		await client.see('Username:');
		client.type(`${READY_MADE.user}\r\n`);
		await client.see('Password:');
		client.type(`${READY_MADE.password}\r\n`);
		await client.see('successful.');
		// Behind the first look at the network, which is soon after the boot.
		await clock.advance(LOOK);
		return asking(client, { clock, share, line, octets, pause });
	},
});

export default [
	straight,
	throughBoard('host', 23, APART),
	throughBoard('host', 23, 0),
	throughBoard('module', 161, APART),
	throughBoard('module', 161, 0),
];
