import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire, type WireOptions } from '../../hosts/simulator/wire.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { type BridgeEnd, SerialBridge, type SerialBridgeOptions } from '../../src/services/serial-bridge.js';
import { Person } from '../support/person.js';

const IDLE = 600_000;

interface Setup extends Partial<Omit<SerialBridgeOptions, 'clock' | 'client' | 'line' | 'onEnded'>> {
	readonly connection?: Partial<WireOptions>;
	readonly serial?: Partial<WireOptions>;
}

/** A client at one end, a device on the serial line at the other, and the bridge between them. */
function joined(setup: Setup = {}) {
	const { connection, serial, ...options } = setup;
	const clock = new VirtualClock();
	const network = new Wire(clock, { baud: 0, block: 1500, ...connection });
	const line = new Wire(clock, { baud: 115_200, ...serial });
	const ends: BridgeEnd[] = [];
	const bridge = new SerialBridge({
		clock,
		client: network.dce,
		line: line.dce,
		idleTime: IDLE,
		onEnded: how => ends.push(how),
		...options,
	});
	return { clock, network, line, bridge, ends };
}

/** Both ends have someone who reads all that comes. */
function withPeople(setup: Setup = {}) {
	const desk = joined(setup);
	return {
		...desk,
		client: new Person(desk.network.dte, desk.clock),
		device: new Person(desk.line.dte, desk.clock),
	};
}

/** Writes all of `bytes` as fast as the port takes them, and reads nothing. */
function pour(port: Wire['dte'], bytes: Uint8Array): void {
	let at = 0;
	const write = () => {
		at += port.write(bytes.subarray(at));
	};
	port.listen({ readable: () => {}, writable: write });
	write();
}

function pattern(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
}

/** Everything that arrives at a port, as octets. */
class Sink {
	count = 0;
	readonly got: Uint8Array;

	constructor(port: Wire['dte'], most: number) {
		this.got = new Uint8Array(most);
		const block = new Uint8Array(777);
		port.listen({
			readable: () => {
				for (let count = port.read(block); count > 0; count = port.read(block)) {
					this.got.set(block.subarray(0, count), this.count);
					this.count += count;
				}
			},
		});
	}
}

describe('a bridge', () => {
	test('carries octets of every value both ways, and counts them', async () => {
		const { clock, client, device, bridge } = withPeople();
		const all = textOf(Uint8Array.from({ length: 256 }, (_, at) => at));
		client.type(all);
		device.type(`${all}${all}`);
		await clock.advance(1_000);
		expect(device.screen).toBe(all);
		expect(client.screen).toBe(all + all);
		expect(bridge.carried).toEqual({ toLine: 256, toClient: 512 });
	});

	test('finds what waited in either port before it began', async () => {
		const clock = new VirtualClock();
		const network = new Wire(clock, { baud: 0 });
		const line = new Wire(clock, { baud: 0 });
		network.dte.write(bytesOf('from the client'));
		line.dte.write(bytesOf('from the line'));
		await clock.advance(1);
		new SerialBridge({ clock, client: network.dce, line: line.dce, idleTime: IDLE, onEnded: () => {} });
		const [client, device] = [new Person(network.dte, clock), new Person(line.dte, clock)];
		await clock.advance(1);
		expect([client.screen, device.screen]).toEqual(['from the line', 'from the client']);
	});

	test.each([
		['whole', 1500],
		['one by one', 1],
		['by twos', 2],
		['by sevens', 7],
		['by blocks of 1,024', 1024],
	])('carries what comes %s', async (_, block) => {
		const { clock, client, device } = withPeople({ connection: { block }, serial: { block } });
		const text = textOf(pattern(1500));
		client.type(text);
		device.type(text);
		await clock.advance(2_000);
		expect(device.screen).toBe(text);
		expect(client.screen).toBe(text);
	});

	test('asks its filters about what the client sent and gets', async () => {
		const { clock, client, device, bridge } = withPeople({
			fromClient: bytes => bytes.filter(octet => octet !== 0x21),
			toClient: bytes => bytesOf(textOf(bytes).replaceAll('\xff', '\xff\xff')),
		});
		client.type('a!b!!c');
		device.type('x\xffy');
		await clock.advance(100);
		expect(device.screen).toBe('abc');
		expect(client.screen).toBe('x\xff\xffy');
		expect(bridge.carried).toEqual({ toLine: 3, toClient: 4 });
	});
});

describe('back-pressure', () => {
	const length = 6_000;

	test.each([
		['a slow line', { serial: { baud: 9600, capacity: 100 } }],
		['small queues at both ends', { connection: { capacity: 50, block: 10 }, serial: { capacity: 30, block: 8 } }],
		['a slow connection', { connection: { baud: 4800, capacity: 64, block: 64 } }],
	])('loses nothing with %s', async (_, setup: Setup) => {
		const { clock, network, line, bridge } = joined(setup);
		const octets = pattern(length);
		const [toLine, toClient] = [new Sink(line.dte, length), new Sink(network.dte, length)];
		// The sinks listen; so the senders are fed as their queues get space.
		let [fromClient, fromLine] = [0, 0];
		const end = clock.now() + 120_000;
		while ((toLine.count < length || toClient.count < length) && clock.now() < end) {
			fromClient += network.dte.write(octets.subarray(fromClient));
			fromLine += line.dte.write(octets.subarray(fromLine));
			await clock.advance(20);
		}
		expect(toLine.got).toEqual(octets);
		expect(toClient.got).toEqual(octets);
		expect(bridge.carried).toEqual({ toLine: length, toClient: length });
	});

	test('leaves in the port what the other side does not take, and goes on when it does', async () => {
		const { clock, network, line, bridge } = joined({ connection: { capacity: 256 }, serial: { capacity: 256 } });
		const octets = pattern(5_000);
		pour(line.dte, octets);
		await clock.advance(10_000);
		// Nobody reads at the client: 256 at each end of its connection have been taken.
		expect(bridge.carried.toClient).toBe(512);
		const sink = new Sink(network.dte, 5_000);
		await clock.advance(10_000);
		expect(sink.got).toEqual(octets);
	});

	test('without flow control: what the board has no time for is lost, and counted', async () => {
		const { clock, network, line } = joined({
			connection: { capacity: 256 },
			serial: { capacity: 512, flowControl: false },
		});
		pour(line.dte, pattern(length));
		await clock.advance(10_000);
		const sink = new Sink(network.dte, length);
		await clock.advance(10_000);
		expect(line.dce.overruns).toBeGreaterThan(length / 2);
		expect(sink.count + line.dce.overruns).toBe(length);
	});

	test('without flow control nothing is lost while the client keeps up', async () => {
		const { clock, network, line } = joined({ serial: { capacity: 512, flowControl: false } });
		const sink = new Sink(network.dte, length);
		pour(line.dte, pattern(length));
		await clock.advance(3_000);
		expect(line.dce.overruns).toBe(0);
		expect(sink.got).toEqual(pattern(length));
	});
});

describe('+++', () => {
	test.each([499, 500, 2_000])(
		'with silence of %i ms before it leaves after half a second, or is data',
		async before => {
			const { clock, client, device, network, line, ends } = withPeople();
			client.type('ls\r');
			await clock.advance(before);
			client.type('+++');
			await clock.advance(499);
			expect(ends).toEqual([]);
			await clock.advance(2);
			expect(ends).toEqual(before < 500 ? [] : ['escaped']);
			expect(device.screen).toBe(before < 500 ? 'ls\r+++' : 'ls\r');
			if (before < 500) return;
			// It has let go of both.
			line.dte.write(bytesOf('late'));
			network.dte.write(bytesOf('AT\r'));
			await clock.advance(1_000);
			expect(client.screen).toBe('');
			expect(textOf(network.dce.read(new Uint8Array(8)) === 3 ? bytesOf('AT\r') : bytesOf('?'))).toBe('AT\r');
		},
	);

	test.each([
		['followed at once', ['+++', 'x']],
		['four of them', ['++++']],
		['two of them', ['++']],
		['with a line end', ['+++\r']],
		['one by one', ['+', '+', '+']],
		['in two pieces', ['+', '++']],
		['twice', ['+++', '+++']],
	])('that is none is data: %s', async (_, pieces) => {
		const { clock, client, device, ends } = withPeople();
		await clock.advance(1_000);
		for (const piece of pieces) {
			client.type(piece);
			await clock.advance(100);
		}
		await clock.advance(2_000);
		expect(device.screen).toBe(pieces.join(''));
		expect(ends).toEqual([]);
	});

	test('counts when telnet’s commands stood around it', async () => {
		const { clock, client, ends } = withPeople({ fromClient: bytes => bytes.filter(octet => octet < 0xf0) });
		await clock.advance(1_000);
		client.type('\xf1+++\xf1');
		await clock.advance(200);
		client.type('\xf1');
		await clock.advance(400);
		expect(ends).toEqual(['escaped']);
	});

	test('does not hold the other direction while it is held', async () => {
		const { clock, client, device } = withPeople();
		await clock.advance(1_000);
		client.type('+++');
		await clock.advance(100);
		device.type('still here');
		await clock.advance(100);
		expect(client.screen).toBe('still here');
	});

	test('from the line is data', async () => {
		const { clock, client, device, ends } = withPeople();
		await clock.advance(1_000);
		device.type('+++');
		await clock.advance(2_000);
		expect(client.screen).toBe('+++');
		expect(ends).toEqual([]);
	});

	test('that ends a block cut by the reading is data', async () => {
		const { clock, client, device, ends } = withPeople();
		await clock.advance(1_000);
		client.type(`${'x'.repeat(1024)}+++`);
		await clock.advance(2_000);
		expect(device.screen.length).toBe(1027);
		expect(ends).toEqual([]);
	});

	test('leaves a line that takes nothing, behind what was typed before', async () => {
		const { clock, network, line, ends } = joined({ serial: { capacity: 16 } });
		const client = new Person(network.dte, clock);
		for (const text of ['ls -l\r', 'ls -l /\r', 'is anybody there?\r', 'hello???\r', 'x'.repeat(1500)]) {
			client.type(text);
			await clock.advance(1_000);
		}
		expect(ends).toEqual([]);
		client.type('+++');
		await clock.advance(500);
		expect(ends).toEqual([]);
		// Five seconds more for what waits for the line.
		await clock.advance(5_000);
		expect(ends).toEqual(['escaped']);
		expect(line.dte.read(new Uint8Array(100))).toBe(16);
	});

	test('in a packet that had to wait in the port is data: nobody knows the silence around it', async () => {
		const { clock, network, line, ends } = joined({ serial: { capacity: 16, baud: 0 } });
		const octets = pattern(3_000).map(octet => octet | 0x80);
		pour(network.dte, octets);
		await clock.advance(10);
		// The bridge is full; this comes right behind the rest, and is read alone only later.
		let room = 0;
		const block = new Uint8Array(16);
		while (network.dce.read(block) > 0) room++;
		expect(room).toBeGreaterThan(10);
		network.dte.write(bytesOf('+++'));
		await clock.advance(1_000);
		const device = new Person(line.dte, clock);
		await clock.advance(2_000);
		expect(device.screen.endsWith('+++')).toBe(true);
		expect(ends).toEqual([]);
	});

	test('loses nothing where it is held while the bridge is all but full', async () => {
		for (let fill = 2_073; fill <= 2_080; fill++) {
			const { clock, network, line, ends } = joined({ serial: { capacity: 16, baud: 0 } });
			network.dte.write(new Uint8Array(fill).fill(0x78));
			await clock.advance(1_000);
			network.dte.write(bytesOf('+++'));
			await clock.advance(100);
			network.dte.write(bytesOf('abcdefghij'));
			await clock.advance(1_000);
			const device = new Person(line.dte, clock);
			await clock.advance(1_000);
			expect(device.screen).toBe(`${'x'.repeat(fill)}+++abcdefghij`);
			expect(ends).toEqual([]);
		}
	});

	test('waits until the line has taken what was sent before it', async () => {
		const { clock, client, device, ends } = withPeople({ serial: { baud: 1200, capacity: 32, block: 16 } });
		await clock.advance(1_000);
		client.type('y'.repeat(1_500));
		await clock.advance(600);
		client.type('+++');
		await clock.until(() => ends.length > 0, 30_000);
		await clock.advance(2_000);
		expect(ends).toEqual(['escaped']);
		expect(device.screen).toBe('y'.repeat(1_500));
	});
});

describe('the end of a bridge', () => {
	test('comes after the idle time without an octet from either side', async () => {
		const { clock, client, device, ends } = withPeople({ idleTime: 60_000 });
		await clock.advance(59_000);
		client.type('a');
		await clock.advance(59_000);
		device.type('b');
		await clock.advance(59_999);
		expect(ends).toEqual([]);
		await clock.advance(3);
		expect(ends).toEqual(['idle']);
		expect(clock.pending()).toBe(0);
	});

	test('comes by idleness too where the line takes nothing and the client has said all that fits', async () => {
		const { clock, network, ends } = joined({ idleTime: 60_000, serial: { capacity: 16 } });
		pour(network.dte, pattern(10_000));
		await clock.advance(59_900);
		expect(ends).toEqual([]);
		await clock.advance(1_000);
		expect(ends).toEqual(['idle']);
	});

	test('comes when the client takes nothing for a minute while octets wait, not sooner, and not while it takes some', async () => {
		const { clock, network, line, ends } = joined({ connection: { capacity: 64 } });
		pour(line.dte, pattern(2_000));
		await clock.advance(59_000);
		// Not a whole block: what is left of it has waited from the beginning.
		expect(network.dte.read(new Uint8Array(10))).toBe(10);
		await clock.advance(59_000);
		expect(ends).toEqual([]);
		await clock.advance(2_000);
		expect(ends).toEqual(['client stuck']);
		expect(clock.pending()).toBe(0);
	});

	test('does not come while a client that is slow had nothing waiting meanwhile', async () => {
		const { clock, network, line, ends } = joined({ connection: { capacity: 64 } });
		line.dte.write(pattern(200));
		await clock.advance(30_000);
		const client = new Person(network.dte, clock);
		await clock.advance(31_000);
		expect(client.screen.length).toBe(200);
		expect(ends).toEqual([]);
		line.dte.write(pattern(100));
		await clock.advance(10_000);
		expect(client.screen.length).toBe(300);
	});

	test('by command is silent and leaves nothing behind', async () => {
		const { clock, client, device, bridge, ends } = withPeople();
		await clock.advance(1_000);
		client.type('+++');
		await clock.advance(10);
		bridge.end();
		bridge.end();
		device.type('x');
		await clock.advance(IDLE * 2);
		expect([ends, client.screen, device.screen]).toEqual([[], '', '']);
		expect(clock.pending()).toBe(0);
	});

	/** A port whose other side can leave. */
	function leaving(port: Wire['dce']) {
		let leave = (_reason: string) => {};
		return {
			port: {
				read: (into: Uint8Array) => port.read(into),
				write: (bytes: Uint8Array) => port.write(bytes),
				close: () => port.close(),
				listen: (listener: Parameters<Wire['dce']['listen']>[0]) => {
					leave = reason => listener?.closed?.(reason);
					port.listen(listener);
				},
			},
			leave: () => leave('closed'),
		};
	}

	function pairOf(serial: Partial<WireOptions>, connection: Partial<WireOptions> = {}) {
		const clock = new VirtualClock();
		const network = new Wire(clock, { baud: 0, block: 1500, ...connection });
		const line = new Wire(clock, { baud: 115_200, ...serial });
		const [client, port] = [leaving(network.dce), leaving(line.dce)];
		const ends: BridgeEnd[] = [];
		const onEnded = (how: BridgeEnd) => ends.push(how);
		new SerialBridge({ clock, client: client.port, line: port.port, idleTime: IDLE, onEnded });
		return { clock, network, line, client, port, ends };
	}

	test('comes when the client leaves, after the line has taken all that it sent', async () => {
		const { clock, network, line, client, ends } = pairOf({ baud: 9600, capacity: 100 });
		const sink = new Sink(line.dte, 4_000);
		network.dte.write(pattern(4_000));
		await clock.advance(10);
		client.leave();
		await clock.advance(100);
		expect(ends).toEqual([]);
		await clock.advance(5_000);
		expect(ends).toEqual(['client gone']);
		expect(sink.got).toEqual(pattern(4_000));
		expect(clock.pending()).toBe(0);
	});

	test('comes 5 s after the client left where the line takes nothing, and a minute after where it is too slow', async () => {
		const stuck = pairOf({ capacity: 16 });
		stuck.network.dte.write(pattern(1_000));
		await stuck.clock.advance(10);
		stuck.client.leave();
		await stuck.clock.advance(4_900);
		expect(stuck.ends).toEqual([]);
		await stuck.clock.advance(200);
		expect(stuck.ends).toEqual(['client gone']);

		const slow = pairOf({ capacity: 16, baud: 300, block: 16 });
		new Person(slow.line.dte, slow.clock);
		slow.network.dte.write(pattern(4_000));
		await slow.clock.advance(10);
		slow.client.leave();
		await slow.clock.advance(59_000);
		expect(slow.ends).toEqual([]);
		await slow.clock.advance(2_000);
		expect(slow.ends).toEqual(['client gone']);
	});

	test('comes because the client left, even one that took nothing any more', async () => {
		const { clock, network, line, client, ends } = pairOf({ baud: 300, capacity: 1024 }, { capacity: 64 });
		const device = new Person(line.dte, clock);
		pour(network.dte, pattern(4_000));
		device.type('x'.repeat(200));
		await clock.advance(30_000);
		client.leave();
		await clock.advance(40_000);
		expect(ends).toEqual([]);
		await clock.advance(30_000);
		expect(ends).toEqual(['client gone']);
	});

	test('comes when the line is gone, after the client got what had arrived', async () => {
		const { clock, network, line, port, ends } = pairOf({ baud: 0 });
		const client = new Person(network.dte, clock);
		line.dte.write(bytesOf('last words'));
		await clock.advance(1);
		port.leave();
		await clock.advance(1);
		expect(client.screen).toBe('last words');
		expect(ends).toEqual(['line gone']);
	});
});

test('whatever is sent in whatever pieces and pauses arrives as it was sent, but for an escape at the end', async () => {
	const piece = fc.record({
		octets: fc.oneof(fc.constant('+++'), fc.constant('+'), fc.string({ maxLength: 6 })),
		pause: fc.constantFrom(0, 1, 250, 499),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async pieces => {
			const { clock, client, device, ends } = withPeople({ serial: { capacity: 4 } });
			let sent = '';
			for (const { octets, pause } of pieces) {
				client.type(octets.replace(/[^\x00-\xff]/g, '?'));
				sent += octets.replace(/[^\x00-\xff]/g, '?');
				await clock.advance(pause);
			}
			client.type('.');
			await clock.advance(3_000);
			expect(device.screen).toBe(`${sent}.`);
			expect(ends).toEqual([]);
		}),
		{ numRuns: 40 },
	);
});
