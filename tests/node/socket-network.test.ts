import { describe, expect, test } from 'vitest';
import { FaultGuard } from '../../hosts/firmware/fault-guard.js';
import { SocketNetwork } from '../../hosts/firmware/sockets/socket-network.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { failure } from '../../src/base/result.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import type { IncomingCall } from '../../src/ports/network.js';
import { FakeSockets, type FakeTcp } from './fake-sockets.js';

const HOST = '10.1.2.3';
const LIMIT = 30_000;

/** Notes what it is told, and reads what it wants. */
class Owner implements PortListener {
	readonly events: string[] = [];
	text = '';
	readonly #port: BytePort;

	constructor(port: BytePort) {
		this.#port = port;
		port.listen(this);
	}

	readable(): void {
		this.events.push('readable');
	}

	writable(): void {
		this.events.push('writable');
	}

	closed(reason: string): void {
		this.events.push(reason);
	}

	/** Reads blocks of this size; returns what it got. */
	read(size = 64, times = 1000): string {
		const block = new Uint8Array(size);
		let got = '';
		for (let count = this.#port.read(block); count > 0 && times-- > 0; count = this.#port.read(block)) {
			got += textOf(block.subarray(0, count));
			if (times === 0) break;
		}
		this.text += got;
		return got;
	}
}

class Bench {
	readonly clock = new VirtualClock();
	readonly sockets = new FakeSockets(this.clock);
	readonly faults: string[] = [];
	readonly guard = new FaultGuard(
		(place, error) => this.faults.push(`${place}: ${String(error)}`),
		() => {},
	);
	readonly network = new SocketNetwork({ clock: this.clock, guard: this.guard, sockets: this.sockets });
	readonly calls: IncomingCall[] = [];
	readonly ended: string[] = [];

	listen(port = 1024, onCall: (call: IncomingCall) => void = call => void this.calls.push(call)) {
		return this.network.listen({ port, admitted: [] }, { call: onCall, ended: reason => void this.ended.push(reason) });
	}

	/** A connection to the host, with its owner and the SDK's end. */
	async connected(): Promise<{ port: BytePort; tcp: FakeTcp; owner: Owner }> {
		const dialling = this.network.connect(HOST, 80, this.clock.now() + LIMIT);
		const tcp = this.sockets.last;
		tcp.open();
		await this.clock.advance(1);
		const opened = await dialling;
		if (!opened.ok) throw new Error(opened.error);
		return { port: opened.value, tcp, owner: new Owner(opened.value) };
	}

	/** A connection that a peer made. */
	async accepted(text = ''): Promise<{ port: BytePort; tcp: FakeTcp; owner: Owner }> {
		await this.listen();
		this.sockets.listeners[0]!.knock(HOST, text);
		await this.clock.advance(1);
		const taken = await this.calls[0]!.accept();
		if (!taken.ok) throw new Error(taken.error);
		return { port: taken.value, tcp: this.sockets.last, owner: new Owner(taken.value) };
	}
}

describe('to dial a host by the SDK’s sockets', () => {
	test('gives a connection once there is one, and no timer', async () => {
		const bench = new Bench();
		const dialling = bench.network.connect(HOST, 80, LIMIT);
		expect(bench.sockets.last.peer).toBe(`${HOST}:80`);
		bench.sockets.last.open();
		await bench.clock.advance(1);
		expect((await dialling).ok).toBe(true);
		await bench.clock.advance(2 * LIMIT);
		expect(bench.sockets.last.isClosed).toBe(false);
	});

	test('that refuses says so, and the socket is closed', async () => {
		const bench = new Bench();
		const dialling = bench.network.connect(HOST, 80, LIMIT);
		bench.sockets.last.fail();
		await bench.clock.advance(1);
		expect(await dialling).toEqual(failure('refused'));
		expect(bench.sockets.last.isClosed).toBe(true);
	});

	test('that does not answer ends at the deadline, and what comes later is nobody’s', async () => {
		const bench = new Bench();
		const dialling = bench.network.connect(HOST, 80, LIMIT);
		await bench.clock.advance(LIMIT);
		expect(await dialling).toEqual(failure('timeout'));
		expect(bench.sockets.last.isClosed).toBe(true);
		bench.sockets.last.open();
		await bench.clock.advance(1);
		expect(bench.faults).toEqual([]);
	});

	test.each([
		['no network', 'unreachable'],
		['no socket', 'failed'],
		['no memory', 'failed'],
		['bind failed', 'busy'],
	])('where the SDK throws %j is %s', async (error, word) => {
		const bench = new Bench();
		bench.sockets.error = error;
		expect(await bench.network.connect(HOST, 80, LIMIT)).toEqual(failure(word));
	});

	test.each([
		['', 80, LIMIT, 'bad-address'],
		[HOST, 0, LIMIT, 'bad-address'],
		[HOST, 65536, LIMIT, 'bad-address'],
		[HOST, 80.5, LIMIT, 'bad-address'],
		[HOST, 80, 0, 'timeout'],
	])('%j port %d until %d is %s, and nobody is asked', async (host, port, deadline, word) => {
		const bench = new Bench();
		expect(await bench.network.connect(host, port, deadline)).toEqual(failure(word));
		expect([bench.sockets.tcp.length, bench.sockets.asked.length]).toEqual([0, 0]);
	});

	test('by its name asks the name servers first', async () => {
		const bench = new Bench();
		const dialling = bench.network.connect('host.example', 80, LIMIT);
		expect(bench.sockets.tcp).toEqual([]);
		expect(bench.sockets.asked.map(({ host }) => host)).toEqual(['host.example']);
		bench.sockets.asked[0]!.answer(HOST);
		await bench.clock.advance(1);
		expect(bench.sockets.last.peer).toBe(`${HOST}:80`);
		bench.sockets.last.open();
		await bench.clock.advance(1);
		expect((await dialling).ok).toBe(true);
	});

	test.each([
		[undefined, 'unreachable'],
		['fe80::1', 'bad-address'],
		['', 'bad-address'],
	])('by a name that gives %j is %s', async (address, word) => {
		const bench = new Bench();
		const dialling = bench.network.connect('host.example', 80, LIMIT);
		bench.sockets.asked[0]!.answer(address);
		expect(await dialling).toEqual(failure(word));
		expect(bench.sockets.tcp).toEqual([]);
	});

	test('by a name that nobody answers ends at the deadline; a late answer dials nobody', async () => {
		const bench = new Bench();
		const dialling = bench.network.connect('host.example', 80, LIMIT);
		await bench.clock.advance(LIMIT);
		expect(await dialling).toEqual(failure('timeout'));
		bench.sockets.asked[0]!.answer(HOST);
		await bench.clock.advance(1);
		expect(bench.sockets.tcp).toEqual([]);
	});

	test('by a name, where the SDK has no memory, fails', async () => {
		const bench = new Bench();
		bench.sockets.error = 'out of memory';
		expect(await bench.network.connect('host.example', 80, LIMIT)).toEqual(failure('failed'));
	});
});

describe.each(['connected', 'accepted'] as const)('a connection that was %s', how => {
	test.each([1, 2, 3, 5, 64])('gives what arrives, read in blocks of %i', async size => {
		const bench = new Bench();
		const { tcp, owner } = await bench[how]();
		tcp.arrive('at+c');
		tcp.arrive('sq\r');
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['readable']);
		expect(owner.read(size)).toBe('at+csq\r');
		expect(owner.read(size)).toBe('');
	});

	test('leaves in the stack what its owner does not read, and goes on where it stopped', async () => {
		const bench = new Bench();
		const { tcp, owner } = await bench[how]();
		tcp.arrive('0123456789');
		await bench.clock.advance(1);
		expect(owner.read(4, 1)).toBe('0123');
		expect(tcp.arrived).toHaveLength(6);
		tcp.arrive('ab');
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['readable', 'readable']);
		expect(owner.read()).toBe('456789ab');
	});

	test('does not read octets that came after the SDK told of some: they are told of in their turn', async () => {
		const bench = new Bench();
		const { tcp, owner } = await bench[how]();
		tcp.arrive('first');
		await bench.clock.advance(1);
		tcp.arrive('second');
		expect(owner.read()).toBe('first');
		await bench.clock.advance(1);
		expect(owner.read()).toBe('second');
	});

	test('takes no more than the stack has space for, and says when there is some again', async () => {
		const bench = new Bench();
		const { port, tcp, owner } = await bench[how]();
		await bench.clock.advance(1);
		const long = new Uint8Array(5000).map((_, at) => at);
		expect(port.write(long)).toBe(2872);
		expect(port.write(long.subarray(2872))).toBe(0);
		await bench.clock.advance(60_000);
		expect(owner.events).toEqual([]);
		tcp.acknowledge(1436);
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['writable']);
		expect(port.write(long.subarray(2872))).toBe(1436);
		tcp.acknowledge(1436);
		await bench.clock.advance(1);
		expect(port.write(long.subarray(4308))).toBe(692);
		tcp.acknowledge(1436);
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['writable', 'writable']);
		expect(Uint8Array.from(tcp.sent)).toEqual(long);
	});

	test('takes what is not longer than the space, octet by octet, and lets the caller use its buffer again', async () => {
		const bench = new Bench();
		const { port, tcp } = await bench[how]();
		await bench.clock.advance(1);
		const one = new Uint8Array(1);
		for (let at = 0; at < 300; at++) {
			one[0] = at;
			expect(port.write(one)).toBe(1);
		}
		expect(tcp.sent.slice(250)).toEqual(Array.from({ length: 50 }, (_, at) => (250 + at) % 256));
		expect(port.write(new Uint8Array(0))).toBe(0);
	});

	test('that the peer ends is told once, behind what it sent, and takes nothing more', async () => {
		const bench = new Bench();
		const { port, tcp, owner } = await bench[how]();
		tcp.arrive('bye');
		tcp.fail();
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['readable']);
		expect(owner.read()).toBe('bye');
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['readable', 'connection ended']);
		tcp.fail();
		await bench.clock.advance(1);
		expect(owner.events).toHaveLength(2);
		expect(port.write(bytesOf('x'))).toBe(0);
		port.close();
		expect([tcp.isClosed, bench.faults]).toEqual([true, []]);
	});

	test('whose end comes with its last line is not a fault when the owner answers that line', async () => {
		const bench = new Bench();
		const { port, tcp } = await bench[how]();
		await bench.clock.advance(1);
		const answers: number[] = [];
		const block = new Uint8Array(8);
		const events: string[] = [];
		port.listen({
			readable: () => {
				port.read(block);
				answers.push(port.write(bytesOf('OK')));
			},
			closed: reason => events.push(reason),
		});
		tcp.arrive('at\r');
		tcp.fail();
		await bench.clock.advance(1);
		expect([answers, events, bench.faults]).toEqual([[0], ['connection ended'], []]);
	});

	test('that fails while a write waits ends without a `writable`', async () => {
		const bench = new Bench();
		const { port, tcp, owner } = await bench[how]();
		await bench.clock.advance(1);
		port.write(new Uint8Array(4000));
		tcp.acknowledge(100);
		tcp.fail();
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['connection ended']);
	});

	test('tells who listens later what waits and that it has ended', async () => {
		const bench = new Bench();
		const { port, tcp } = await bench[how]();
		port.listen(undefined);
		tcp.arrive('late');
		await bench.clock.advance(1);
		const owner = new Owner(port);
		expect(owner.events).toEqual([]);
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['readable']);
		port.listen(undefined);
		owner.read();
		tcp.fail();
		await bench.clock.advance(1);
		const other = new Owner(port);
		await bench.clock.advance(1);
		expect(other.events).toEqual(['connection ended']);
	});

	test.each(['readable', 'writable', 'closed'] as const)(
		'may be closed inside `%s`, and is silent then',
		async event => {
			const bench = new Bench();
			const { port, tcp } = await bench[how]();
			await bench.clock.advance(1);
			const events: string[] = [];
			const note = (name: string) => () => {
				events.push(name);
				if (name === event) port.close();
			};
			port.listen({ readable: note('readable'), writable: note('writable'), closed: note('closed') });
			if (event === 'writable') port.write(new Uint8Array(4000));
			if (event === 'readable') tcp.arrive('x');
			if (event === 'closed') tcp.fail();
			else tcp.acknowledge(10);
			await bench.clock.advance(1);
			tcp.fail();
			await bench.clock.advance(10);
			expect([events, tcp.isClosed, bench.faults]).toEqual([[event], true, []]);
			expect([port.read(new Uint8Array(8)), port.write(bytesOf('x'))]).toEqual([0, 0]);
		},
	);

	test('that is closed twice, or listened to afterwards, does no harm', async () => {
		const bench = new Bench();
		const { port, owner } = await bench[how]();
		port.close();
		port.close();
		port.listen(owner);
		await bench.clock.advance(10);
		expect([owner.events, bench.faults]).toEqual([[], []]);
	});

	test('whose owner throws ends in the guard', async () => {
		const bench = new Bench();
		const { port, tcp } = await bench[how]();
		port.listen({
			readable: () => {
				throw new Error('broken');
			},
		});
		tcp.arrive('x');
		await expect(bench.clock.advance(1)).rejects.toThrow('broken');
		expect(bench.faults).toEqual(['TCP receive: Error: broken']);
	});
});

describe('to listen by the SDK’s sockets', () => {
	test('tells who calls before an octet is sent, and reads nothing before', async () => {
		const bench = new Bench();
		const { tcp, owner } = await bench.accepted('hello');
		expect(bench.calls[0]!.peer).toBe(HOST);
		expect(tcp.sent).toEqual([]);
		await bench.clock.advance(1);
		expect(owner.events).toEqual(['readable']);
		expect(owner.read()).toBe('hello');
	});

	test('several that come at once are each told, and the SDK is not asked once too often', async () => {
		const bench = new Bench();
		await bench.listen();
		const [listener] = bench.sockets.listeners;
		const sockets = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(peer => listener!.knock(peer));
		await bench.clock.advance(1);
		expect(bench.calls.map(({ peer }) => peer)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
		for (const call of bench.calls) call.refuse();
		expect(sockets.map(({ isClosed, sent }) => [isClosed, sent.length])).toEqual([
			[true, 0],
			[true, 0],
			[true, 0],
		]);
		expect(bench.sockets.leaks).toBe(0);
	});

	test('a call is decided once', async () => {
		const bench = new Bench();
		const { tcp } = await bench.accepted();
		bench.calls[0]!.refuse();
		expect(await bench.calls[0]!.accept()).toEqual(failure('failed'));
		expect(tcp.isClosed).toBe(false);
	});

	test('a caller that has gone before it is accepted fails, and is closed', async () => {
		const bench = new Bench();
		await bench.listen();
		const socket = bench.sockets.listeners[0]!.knock(HOST);
		await bench.clock.advance(1);
		socket.isGone = true;
		expect(await bench.calls[0]!.accept()).toEqual(failure('failed'));
		expect(socket.isClosed).toBe(true);
	});

	test('on a port that is listened on already is busy, and the SDK is not asked, which would lose memory', async () => {
		const bench = new Bench();
		const first = await bench.listen();
		expect(await bench.listen()).toEqual(failure('busy'));
		expect((await bench.listen(1025)).ok).toBe(true);
		if (first.ok) first.value.close();
		if (first.ok) first.value.close();
		expect((await bench.listen()).ok).toBe(true);
		expect([bench.sockets.leaks, bench.sockets.listeners.map(({ isOpen }) => isOpen)]).toEqual([
			0,
			[false, true, true],
		]);
	});

	test.each([
		['no network', 'unreachable'],
		['socket bind', 'busy'],
		['no memory', 'failed'],
	])('where the SDK throws %j is %s, and can be tried again', async (error, word) => {
		const bench = new Bench();
		bench.sockets.error = error;
		expect(await bench.listen()).toEqual(failure(word));
		expect((await bench.listen()).ok).toBe(true);
	});

	test.each([0, -1, 65536, 1.5])('on port %d is refused', async port => {
		expect(await new Bench().listen(port)).toEqual(failure('bad-address'));
	});

	test('may end inside a call: those behind it are closed unread', async () => {
		const bench = new Bench();
		const opened = await bench.listen(1024, call => {
			call.refuse();
			if (opened.ok) opened.value.close();
		});
		const [listener] = bench.sockets.listeners;
		const sockets = ['10.0.0.1', '10.0.0.2'].map(peer => listener!.knock(peer));
		await bench.clock.advance(1);
		expect(sockets.map(({ isClosed }) => isClosed)).toEqual([true, true]);
		expect([bench.sockets.leaks, bench.ended, bench.faults]).toEqual([0, [], []]);
	});
});
