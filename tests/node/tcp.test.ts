import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HostNetwork } from '../../hosts/node/host-network.js';
import { SimulatedSockets } from '../../hosts/node/simulated-sockets.js';
import { SystemClock } from '../../hosts/node/system-clock.js';
import { TcpLine } from '../../hosts/node/tcp-line.js';
import { TcpPort } from '../../hosts/node/tcp-port.js';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import type { IncomingCall } from '../../src/ports/network.js';
import { dial, eventually, freePort, loopbackServer, PortLog } from './support.js';

const clock = new SystemClock();

/** A port and the socket at its other end. */
async function pair(): Promise<[TcpPort, Socket]> {
	let far: Socket | undefined;
	const port = await loopbackServer(socket => {
		far = socket;
	});
	const near = new TcpPort(await dial(port));
	await eventually(() => far !== undefined, 'the connection');
	return [near, far!];
}

describe('a TCP port', () => {
	test('carries octets of every value both ways', async () => {
		const [near, far] = await pair();
		const log = new PortLog(near);
		const every = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
		far.write(every);
		await eventually(() => log.text.length === 256, 'all octets');
		expect(log.text).toBe(every.toString('latin1'));
		const got: Buffer[] = [];
		far.on('data', chunk => got.push(chunk));
		expect(near.write(every)).toBe(256);
		await eventually(() => Buffer.concat(got).length === 256, 'all octets');
		expect(Buffer.concat(got)).toEqual(every);
	});

	test('announces what arrived before anybody listened', async () => {
		const [near, far] = await pair();
		far.write('early');
		far.end();
		await new Promise(resolve => far.once('close', resolve));
		const log = new PortLog(near);
		expect(log.text).toBe('');
		await eventually(() => log.events.length > 0, 'the end');
		expect(log).toMatchObject({ text: 'early', events: ['closed: closed'] });
	});

	test('stops the sender while nobody reads, and loses nothing', async () => {
		const [near, far] = await pair();
		const total = 30 * 1024 * 1024;
		const block = Buffer.alloc(64 * 1024, 'x');
		let pushed = 0;
		const push = () => {
			while (pushed < total && far.write(block)) pushed += block.length;
		};
		far.on('drain', push);
		push();
		await eventually(() => far.writableNeedDrain, 'back-pressure');
		let quiet = 0;
		let last = -1;
		await eventually(() => {
			quiet = pushed === last ? quiet + 1 : 0;
			last = pushed;
			return quiet > 20;
		}, 'a standstill');
		expect(pushed).toBeLessThan(total);
		let received = 0;
		const into = new Uint8Array(100_000);
		near.listen({
			readable: () => {
				for (let count = near.read(into); count > 0; count = near.read(into)) received += count;
			},
		});
		await eventually(() => pushed >= total && received === far.bytesWritten, 'the rest');
	});

	test('takes only a part when the other side does not read, and tells when there is space', async () => {
		const [near, far] = await pair();
		far.pause();
		const log = new PortLog(near);
		const block = new Uint8Array(5000).fill(0x41);
		let written = 0;
		let taken = block.length;
		while (taken === block.length) {
			taken = near.write(block);
			written += taken;
			if (taken < block.length) break;
			await new Promise(resolve => setImmediate(resolve));
		}
		expect(written).toBeLessThan(20_000_000);
		const before = log.events.length;
		let got = 0;
		far.on('data', chunk => {
			got += chunk.length;
		});
		far.resume();
		await eventually(() => log.events.length > before, 'space');
		expect(log.events.at(-1)).toBe('writable');
		await eventually(() => got === written, 'all that was taken');
	});

	test('sends what was written before it ends, also with unread octets', async () => {
		const [near, far] = await pair();
		far.write('never read');
		await eventually(() => far.bytesWritten > 0, 'the octets');
		const got: Buffer[] = [];
		far.on('data', chunk => got.push(chunk));
		near.write(new Uint8Array(10_000).fill(0x41));
		near.close();
		near.close();
		expect(near.write(Uint8Array.of(1))).toBe(0);
		expect(near.read(new Uint8Array(10))).toBe(0);
		await new Promise(resolve => far.once('end', resolve));
		expect(Buffer.concat(got).length).toBe(10_000);
	});

	test('says in words that the other side broke the connection', async () => {
		const [near, far] = await pair();
		const log = new PortLog(near);
		far.resetAndDestroy();
		await eventually(() => log.events.length > 0, 'the end');
		expect(log.events).toEqual(['closed: the other side broke the connection']);
		expect(near.write(Uint8Array.of(1))).toBe(0);
	});
});

describe('the host network', () => {
	const network = new HostNetwork(clock);

	async function listening(onCall: (call: IncomingCall) => void): Promise<number> {
		const port = await freePort();
		const listener = await network.listen({ port, admitted: [] }, { call: onCall, ended: () => {} });
		if (!listener.ok) throw new Error(listener.error);
		onTestFinished(() => listener.value.close());
		return port;
	}

	test('lets the owner accept a call by its address, and then carries it', async () => {
		const logs: PortLog[] = [];
		const port = await listening(async call => {
			expect(call.peer).toBe('127.0.0.1');
			const accepted = await call.accept();
			if (accepted.ok) logs.push(new PortLog(accepted.value));
		});
		const client = await network.connect('127.0.0.1', port, clock.now() + 5000);
		if (!client.ok) throw new Error(client.error);
		onTestFinished(() => client.value.close());
		const log = new PortLog(client.value);
		log.send('AT\r');
		await eventually(() => logs[0]?.text === 'AT\r', 'the command');
		logs[0]!.send('OK');
		await eventually(() => log.text === 'OK', 'the answer');
	});

	test('lets the owner refuse a call without an octet', async () => {
		const port = await listening(call => call.refuse());
		const client = await network.connect('127.0.0.1', port, clock.now() + 5000);
		if (!client.ok) throw new Error(client.error);
		const log = new PortLog(client.value);
		await eventually(() => log.events.length > 0, 'the end');
		expect(log.text).toBe('');
	});

	test('says why there is no listener or connection', async () => {
		const port = await listening(call => call.refuse());
		const events = { call: () => {}, ended: () => {} };
		expect(await network.listen({ port, admitted: [] }, events)).toEqual({ ok: false, error: 'busy' });
		expect(await network.listen({ port: 70_000, admitted: [] }, events)).toEqual({ ok: false, error: 'bad-address' });
		const soon = () => clock.now() + 5000;
		expect(await network.connect('127.0.0.1', await freePort(), soon())).toEqual({ ok: false, error: 'refused' });
		expect(await network.connect('127.0.0.1', 0, soon())).toEqual({ ok: false, error: 'bad-address' });
		expect(await network.connect('', 1024, soon())).toEqual({ ok: false, error: 'bad-address' });
		expect(await network.connect('127.0.0.1', port, clock.now() - 1)).toEqual({ ok: false, error: 'timeout' });
	});
});

describe('the sockets of a virtual module', () => {
	test('listen on a mapped port of loopback and know their peer', async () => {
		const own = await freePort();
		const sockets = new SimulatedSockets({ clock, mapPort: port => (port === 1024 ? own : port) });
		const calls: HostConnection[] = [];
		const listener = await sockets.listen(1024, connection => calls.push(connection));
		if (!listener.ok) throw new Error(listener.error);
		onTestFinished(() => listener.value.close());
		const client = await sockets.connect('127.0.0.1', own, 5000);
		if (!client.ok) throw new Error(client.error);
		await eventually(() => calls.length === 1, 'the call');
		expect(calls[0]).toMatchObject({ peerAddress: '127.0.0.1' });
		expect(client.value).toMatchObject({ peerAddress: '127.0.0.1', peerPort: own });
		const log = new PortLog(client.value);
		new PortLog(calls[0]!).send('hello');
		await eventually(() => log.text === 'hello', 'the greeting');
		client.value.close();
		calls[0]!.close();
	});

	test('tell which port of this machine was taken already', async () => {
		const own = await loopbackServer(() => {});
		const refused: [number, string][] = [];
		const onRefused = (port: number, error: string) => refused.push([port, error]);
		const sockets = new SimulatedSockets({ clock, mapPort: () => own, onRefused });
		expect(await sockets.listen(1024, () => {})).toEqual({ ok: false, error: 'busy' });
		expect(refused).toEqual([[own, 'busy']]);
	});
});

describe('a serial line over TCP', () => {
	async function line(): Promise<TcpLine> {
		const opened = await TcpLine.open(0);
		if (!opened.ok) throw new Error(opened.error);
		onTestFinished(() => opened.value.close());
		return opened.value;
	}

	test('outlives its clients, one at a time, and loses what is written while nobody is there', async () => {
		const port = await line();
		const log = new PortLog(port);
		log.send('lost');
		for (const round of ['first', 'second']) {
			const client = await dial(port.port);
			const got: Buffer[] = [];
			client.on('data', chunk => got.push(chunk));
			client.write(round);
			await eventually(() => log.text.endsWith(round), 'what the client sent');
			log.send(`to ${round}`);
			await eventually(() => Buffer.concat(got).toString() === `to ${round}`, 'what the line sent');
			client.end();
			await new Promise(resolve => client.once('close', resolve));
		}
		expect(log.events.filter(event => event !== 'writable')).toEqual([]);
	});

	test('turns a second client away and keeps the first', async () => {
		const port = await line();
		const log = new PortLog(port);
		const first = await dial(port.port);
		first.write('a');
		await eventually(() => log.text === 'a', 'the first client');
		const second = await dial(port.port);
		await new Promise(resolve => second.resume().once('close', resolve));
		first.write('b');
		await eventually(() => log.text === 'ab', 'the first client still');
	});
});
