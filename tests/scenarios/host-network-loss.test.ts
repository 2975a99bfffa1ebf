import { describe, expect, test } from 'vitest';
import { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import { SimulatedNetwork } from '../../hosts/simulator/simulated-network.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { failure, type Result } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { ListenEvents, ListenRequest, Network, NetworkError, NetworkListener } from '../../src/ports/network.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';
import { ask, connectionTo, gone, HOME, listens, onConsole, session } from './tcp-desk.js';

const SECOND = 1_000;
const MINUTE = 60_000;

/** A wired network whose cable can be pulled: nobody tells of it but a listener that fails, and dialling that does. */
class Cable implements Network {
	isPlugged = true;
	/** Attempts to listen and to dial. */
	listens = 0;
	dials = 0;
	/** Dialling without a cable gives no answer rather than an error. */
	isMute = false;
	/** The next call has gone when it is accepted. */
	losesNextCall = false;
	#listening: { close(): void; ended(): void } | undefined;
	readonly #network: Network;

	constructor(network: Network) {
		this.#network = network;
	}

	pull(): void {
		this.isPlugged = false;
		const listening = this.#listening;
		this.#listening = undefined;
		listening?.close();
		listening?.ended();
	}

	async listen(request: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		this.listens++;
		if (!this.isPlugged) return failure('unreachable');
		const opened = await this.#network.listen(request, {
			call: call => {
				if (!this.losesNextCall) return events.call(call);
				this.losesNextCall = false;
				events.call({ ...call, accept: async () => failure('failed') });
			},
			ended: reason => events.ended(reason),
		});
		if (opened.ok) this.#listening = { close: () => opened.value.close(), ended: () => events.ended('failed') };
		return opened;
	}

	async connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		this.dials++;
		if (this.isPlugged) return this.#network.connect(host, port, deadline);
		if (!this.isMute) return failure('unreachable');
		return this.#network.connect('192.0.2.1', port, deadline);
	}
}

interface CableDesk extends TestDesk {
	readonly cable: Cable;
}

async function cableBoard(...lines: readonly string[]): Promise<CableDesk> {
	const clock = new VirtualClock();
	const hostSockets = new MemorySockets(clock);
	hostSockets.silent.add('192.0.2.1');
	const cable = new Cable(new SimulatedNetwork(hostSockets, clock));
	const board = { ...(await deskThatRuns({ hostNetwork: cable }, clock)), hostSockets, cable };
	await onConsole(board, 'at#atruntcp=1', ...lines);
	return board;
}

const server = () =>
	cableBoard(
		'at#tcpatrunfrwl=1,"10.0.0.0","255.0.0.0"',
		'at#tcpatrunauth=1,"user","pass"',
		'at#tcpatruncfg=1,2,1024,1024,"",1,5,0',
		'at#tcpatrunl=1',
	);

describe('given a server on the host’s network whose cable is pulled', () => {
	test('it listens again within a minute, however long that was', async () => {
		const board = await server();
		await listens(board, 'host');
		board.cable.pull();
		await board.clock.advance(30 * MINUTE);
		// After 0.1, 2, 4 … 60 s, then each minute.
		expect(board.cable.listens).toBeGreaterThan(30);
		expect(board.cable.listens).toBeLessThan(40);
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 1,0');
		board.cable.isPlugged = true;
		await listens(board, 'host', 61 * SECOND);
		await session(board, 'host');
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 1,1');
	});

	test('a session whose client fell silent with it ends by its idle time, and the next client is served', async () => {
		const board = await server();
		const client = await session(board, 'host');
		board.cable.pull();
		board.cable.isPlugged = true;
		// One session at a time, and this one might still be alive.
		await board.clock.advance(590 * SECOND);
		expect([client.closed, board.hostSockets.isListening(1024)]).toEqual([undefined, false]);
		await gone(board, client, 20 * SECOND);
		await session(board, 'host');
	});

	test('switched off meanwhile it tries no more, and switched on it listens at once', async () => {
		const board = await server();
		await listens(board, 'host');
		board.cable.pull();
		await board.clock.advance(MINUTE);
		await onConsole(board, 'at#tcpatrunl=0');
		const { listens: tries } = board.cable;
		await board.clock.advance(10 * MINUTE);
		expect(board.cable.listens).toBe(tries);
		board.cable.isPlugged = true;
		await onConsole(board, 'at#tcpatrunl=1');
		expect(board.hostSockets.isListening(1024)).toBe(true);
	});

	test('a firewall that changes meanwhile holds for whoever comes then', async () => {
		const board = await server();
		await listens(board, 'host');
		board.cable.pull();
		await onConsole(board, 'at#tcpatrunfrwl=2', 'at#tcpatrunfrwl=1,"192.168.0.0","255.255.0.0"');
		board.cable.isPlugged = true;
		await listens(board, 'host', 61 * SECOND);
		const stranger = new Person(connectionTo(board, 'host', HOME), board.clock);
		await gone(board, stranger);
		expect(stranger.screen).toBe('');
		await session(board, 'host', '192.168.7.7');
	});

	test('a caller that has gone when it is accepted leaves the listener and the next caller alone', async () => {
		const board = await server();
		await listens(board, 'host');
		board.cable.losesNextCall = true;
		connectionTo(board, 'host');
		await board.clock.advance(SECOND);
		expect(board.cable.listens).toBe(1);
		await session(board, 'host');
	});

	test('the recovery of the module goes on beside it', async () => {
		const board = await server();
		await listens(board, 'host');
		board.cable.pull();
		board.desk.module.hang({ what: 'all', until: 'reset' });
		await board.clock.advance(10 * MINUTE);
		expect(board.desk.coprocessor.modem.state).toBe('ready');
		board.cable.isPlugged = true;
		await listens(board, 'host', 61 * SECOND);
		await session(board, 'host');
	});
});

describe('given a client on the host’s network whose cable is pulled', () => {
	const dialling = (retries = 0) => {
		const calls: Person[] = [];
		const made = async () => {
			const board = await cableBoard(
				'at#atruntcp=1,30,600,0,0,0',
				`at#tcpatruncfg=1,2,1024,5000,"${HOME}",1,5,0,${retries},1`,
			);
			board.hostSockets.serve(HOME, 5000, far => calls.push(new Person(far, board.clock)));
			await onConsole(board, 'at#tcpatrund=1');
			expect(calls).toHaveLength(1);
			await ask(board, calls[0]!, 'at+cmee?');
			return board;
		};
		return { calls, made };
	};

	test('that uses up no try: it dials within a minute of its return, long after', async () => {
		const { calls, made } = dialling();
		const board = await made();
		board.cable.pull();
		calls[0]!.hangUp();
		await board.clock.advance(40 * MINUTE);
		expect(await board.console.ask('at#tcpatrund?')).toContain('#TCPATRUND: 1,2');
		expect(board.cable.dials).toBeLessThan(60);
		board.cable.isPlugged = true;
		await board.clock.until(() => calls.length === 2, 62 * SECOND, 'the next call');
		expect(await ask(board, calls[1]!, 'at+cgmm')).toContain('GE865');
	});

	test('dialling that gives no answer has a deadline, and is a try like any other', async () => {
		const { calls, made } = dialling(5);
		const board = await made();
		board.cable.isMute = true;
		board.cable.pull();
		calls[0]!.hangUp();
		await board.clock.advance(151 * SECOND);
		expect(board.cable.dials).toBe(2);
		await board.console.ask('at#tcpatrund?');
		board.cable.isPlugged = true;
		await board.clock.until(() => calls.length === 2, 2 * MINUTE, 'the next call');
	});

	test('switched off while it dials into silence it is off, and what comes of that is nobody’s', async () => {
		const { calls, made } = dialling(5);
		const board = await made();
		board.cable.isMute = true;
		board.cable.pull();
		calls[0]!.hangUp();
		await board.clock.advance(30 * SECOND);
		await onConsole(board, 'at#tcpatrund=0');
		expect(await board.console.ask('at#tcpatrund?')).toContain('#TCPATRUND: 0,0');
		await board.clock.advance(10 * MINUTE);
		expect([board.cable.dials, calls.length]).toEqual([2, 1]);
	});
});
