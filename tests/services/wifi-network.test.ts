import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { failure, type Result, success } from '../../src/base/result.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import type { IncomingCall, ListenEvents, Network, NetworkError, NetworkListener } from '../../src/ports/network.js';
import { WifiNetwork } from '../../src/services/wifi-network.js';

/** A connection that notes what is done with it. */
class FakePort implements BytePort {
	readonly log: string[] = [];
	listener: PortListener | undefined;

	read(into: Uint8Array): number {
		this.log.push('read');
		into[0] = 7;
		return 1;
	}

	write(bytes: Uint8Array): number {
		this.log.push(`write ${bytes.length}`);
		return bytes.length;
	}

	listen(listener: PortListener | undefined): void {
		this.listener = listener;
	}

	close(): void {
		this.log.push('close');
	}
}

/** A network whose answers the test gives. */
class FakeNetwork implements Network {
	events: ListenEvents | undefined;
	asked = 0;
	/** Listeners that are open. */
	listening = 0;
	readonly answers: ((result: Result<BytePort, NetworkError>) => void)[] = [];
	readonly opens: (() => void)[] = [];
	isSlow = false;
	error: NetworkError | undefined;

	listen(_request: unknown, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		this.asked++;
		this.events = events;
		if (this.error !== undefined) return Promise.resolve(failure(this.error));
		this.listening++;
		const listener = { close: () => void this.listening-- };
		if (!this.isSlow) return Promise.resolve(success(listener));
		return new Promise(resolve => this.opens.push(() => resolve(success(listener))));
	}

	connect(): Promise<Result<BytePort, NetworkError>> {
		this.asked++;
		return new Promise(resolve => this.answers.push(resolve));
	}
}

const REQUEST = { port: 1024, admitted: [] };

function bench() {
	const clock = new VirtualClock();
	const inner = new FakeNetwork();
	const network = new WifiNetwork(inner, clock);
	const told: string[] = [];
	const calls: IncomingCall[] = [];
	const events: ListenEvents = { call: call => void calls.push(call), ended: reason => void told.push(reason) };
	const listener: PortListener = { readable: () => {}, closed: reason => void told.push(`closed: ${reason}`) };
	const connected = async () => {
		const opening = network.connect('a', 1, 1e6);
		const port = new FakePort();
		inner.answers.pop()!(success(port));
		const opened = await opening;
		if (!opened.ok) throw new Error(opened.error);
		return { port, tied: opened.value };
	};
	return { clock, inner, network, told, calls, events, listener, connected };
}

describe('the network on a Wi-Fi that is not joined', () => {
	test('is unreachable, and nobody is asked', async () => {
		const { inner, network, events } = bench();
		expect(await network.listen(REQUEST, events)).toEqual(failure('unreachable'));
		expect(await network.connect('a', 1, 1e6)).toEqual(failure('unreachable'));
		expect(inner.asked).toBe(0);
	});
});

describe('a listener on a Wi-Fi', () => {
	test('passes calls and its end on', async () => {
		const { clock, inner, network, told, calls, events } = bench();
		network.raise();
		await network.listen(REQUEST, events);
		const refused: string[] = [];
		inner.events!.call({ peer: '10.0.0.1', accept: async () => failure('failed'), refuse: () => refused.push('no') });
		expect(calls.map(({ peer }) => peer)).toEqual(['10.0.0.1']);
		calls[0]!.refuse();
		expect(refused).toEqual(['no']);
		expect(await calls[0]!.accept()).toEqual(failure('failed'));
		inner.events!.ended('failed');
		inner.events!.ended('failed');
		expect(told).toEqual(['failed']);
		network.drop();
		await clock.advance(10);
		expect(told).toEqual(['failed']);
	});

	test('ends once with the Wi-Fi, from a timer, and what calls afterwards is refused', async () => {
		const { clock, inner, network, told, calls, events } = bench();
		network.raise();
		const opened = await network.listen(REQUEST, events);
		network.drop();
		expect([told, inner.listening]).toEqual([[], 0]);
		await clock.advance(1);
		expect(told).toEqual(['Wi-Fi lost']);
		let refused = 0;
		inner.events!.call({ peer: '10.0.0.1', accept: async () => failure('failed'), refuse: () => refused++ });
		inner.events!.ended('late');
		if (opened.ok) opened.value.close();
		expect([refused, calls.length, told, inner.listening]).toEqual([1, 0, ['Wi-Fi lost'], 0]);
	});

	test('that its owner has closed hears nothing more', async () => {
		const { clock, inner, network, told, events } = bench();
		network.raise();
		const opened = await network.listen(REQUEST, events);
		if (opened.ok) opened.value.close();
		if (opened.ok) opened.value.close();
		network.drop();
		inner.events!.ended('late');
		await clock.advance(10);
		expect([told, inner.listening]).toEqual([[], 0]);
	});

	test.each([
		['goes', 'unreachable'],
		['goes and comes back', 'unreachable'],
	] as const)('that opens while the Wi-Fi %s is closed at once', async (what, error) => {
		const { clock, inner, network, told, events } = bench();
		inner.isSlow = true;
		network.raise();
		const opening = network.listen(REQUEST, events);
		network.drop();
		if (what === 'goes and comes back') network.raise();
		inner.opens[0]!();
		expect(await opening).toEqual(failure(error));
		await clock.advance(10);
		expect([inner.listening, told]).toEqual([0, []]);
	});

	test('that cannot be had says why', async () => {
		const { inner, network, events } = bench();
		inner.error = 'busy';
		network.raise();
		expect(await network.listen(REQUEST, events)).toEqual(failure('busy'));
	});
});

describe('a connection on a Wi-Fi', () => {
	test('passes octets, and its listener, on', async () => {
		const { network, connected, listener } = bench();
		network.raise();
		const { port, tied } = await connected();
		tied.listen(listener);
		expect(port.listener).toBe(listener);
		expect([tied.write(new Uint8Array(5)), tied.read(new Uint8Array(9))]).toEqual([5, 1]);
		tied.close();
		tied.close();
		expect(port.log).toEqual(['write 5', 'read', 'close']);
	});

	test('ends with the Wi-Fi, from a timer, and takes and gives no octet any more', async () => {
		const { clock, network, told, connected, listener } = bench();
		network.raise();
		const { port, tied } = await connected();
		tied.listen(listener);
		network.drop();
		expect([told, port.log]).toEqual([[], ['close']]);
		expect([tied.write(new Uint8Array(5)), tied.read(new Uint8Array(9))]).toEqual([0, 0]);
		await clock.advance(1);
		network.drop();
		tied.listen(listener);
		await clock.advance(10);
		expect(told).toEqual(['closed: Wi-Fi lost']);
		expect(port.log).toEqual(['close']);
	});

	test('tells its end to whoever listens afterwards, once', async () => {
		const { clock, network, told, connected, listener } = bench();
		network.raise();
		const { tied } = await connected();
		network.drop();
		await clock.advance(10);
		tied.listen(listener);
		expect(told).toEqual([]);
		await clock.advance(10);
		tied.listen(undefined);
		tied.listen(listener);
		await clock.advance(10);
		expect(told).toEqual(['closed: Wi-Fi lost']);
	});

	test.each<[string, ...((tied: BytePort, network: WifiNetwork) => void)[]]>([
		['before the Wi-Fi goes', tied => tied.close(), (_, network) => network.drop()],
		['between the loss and its news', (_, network) => network.drop(), tied => tied.close()],
		['by losing its owner', (_, network) => network.drop(), tied => tied.listen(undefined)],
	])('that is closed %s hears nothing', async (_when, ...acts) => {
		const { clock, network, told, connected, listener } = bench();
		network.raise();
		const { port, tied } = await connected();
		tied.listen(listener);
		for (const act of acts) act(tied, network);
		await clock.advance(10);
		expect([told, port.log]).toEqual([[], ['close']]);
	});

	test('one that closes another from its news does no harm', async () => {
		const { clock, network, told, connected, listener } = bench();
		network.raise();
		const one = await connected();
		const other = await connected();
		one.tied.listen({ readable: () => {}, closed: () => other.tied.close() });
		other.tied.listen(listener);
		network.drop();
		await clock.advance(10);
		expect([told, one.port.log, other.port.log]).toEqual([[], ['close'], ['close']]);
	});

	test.each([false, true])('that is made while the Wi-Fi goes (back by then: %s) is closed at once', async isBack => {
		const { inner, network } = bench();
		network.raise();
		const dialling = network.connect('a', 1, 1e6);
		network.drop();
		if (isBack) network.raise();
		const port = new FakePort();
		inner.answers[0]!(success(port));
		expect(await dialling).toEqual(failure('unreachable'));
		expect(port.log).toEqual(['close']);
	});

	test('that is refused, or fails, says why', async () => {
		const { inner, network } = bench();
		network.raise();
		const dialling = network.connect('a', 1, 1e6);
		inner.answers[0]!(failure('refused'));
		expect(await dialling).toEqual(failure('refused'));
	});
});
