import { describe, expect, test } from 'vitest';
import { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Dte } from './dte.js';

async function connected() {
	const clock = new VirtualClock();
	const sockets = new MemorySockets(clock);
	let near: HostConnection | undefined;
	await clock.settled(
		sockets.listen(1024, connection => {
			near = connection;
		}),
		100,
	);
	const far = sockets.dial(1024, '10.1.2.3');
	if (near === undefined || far === undefined) throw new Error('no connection');
	return { clock, sockets, near, far };
}

describe('sockets in memory', () => {
	test('name both ends', async () => {
		const { near, far } = await connected();
		expect(near.peerAddress).toBe('10.1.2.3');
		expect(far.peerPort).toBe(1024);
	});

	test('carry what is written before a close, then the close, once', async () => {
		const { clock, near, far } = await connected();
		const screen = new Dte(near, clock);
		new Dte(far, clock).type('last words');
		far.close();
		await clock.advance(1000);
		expect(screen.screen).toBe('last words');
		expect(screen.closed).toBe('closed by peer');
		expect(near.write(new Uint8Array(1))).toBe(0);
	});

	test('hold a bounded number of octets and go on when they are read', async () => {
		const { clock, near, far } = await connected();
		let taken = 0;
		const block = new Uint8Array(1000);
		for (let round = 0; round < 20; round++) {
			taken += far.write(block);
			await clock.advance(100);
		}
		expect(taken).toBeLessThan(9000);
		let writable = 0;
		far.listen({ readable: () => undefined, writable: () => writable++ });
		const buffer = new Uint8Array(4096);
		let read = 0;
		for (let round = 0; round < 10; round++) {
			read += near.read(buffer);
			await clock.advance(100);
		}
		expect(read).toBe(taken);
		expect(writable).toBeGreaterThan(0);
	});

	test('announce what already waits to a listener that comes late', async () => {
		const { clock, near, far } = await connected();
		new Dte(far, clock).type('early');
		await clock.advance(1000);
		const screen = new Dte(near, clock);
		await clock.advance(100);
		expect(screen.screen).toBe('early');
	});

	test('know one listener a port', async () => {
		const { clock, sockets } = await connected();
		const second = await clock.settled(
			sockets.listen(1024, () => undefined),
			100,
		);
		expect(second).toEqual({ ok: false, error: 'busy' });
		expect(sockets.dial(1025)).toBeUndefined();
	});

	test.each([
		['10.9.9.9', 80, true, undefined],
		['10.9.9.9', 81, false, 'refused'],
		['10.0.0.99', 80, false, 'timeout'],
	])('connect to %s:%i: %s %s', async (host, port, ok, error) => {
		const { clock, sockets } = await connected();
		sockets.serve('10.9.9.9', 80, () => undefined);
		sockets.silent.add('10.0.0.99');
		const outcome = await clock.settled(sockets.connect(host, port, 5000), 6000);
		expect(outcome.ok).toBe(ok);
		if (!outcome.ok) expect(outcome.error).toBe(error);
	});
});
