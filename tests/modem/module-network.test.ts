import { describe, expect, test } from 'vitest';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { DteWishes } from '../../src/modem/dte-wishes.js';
import { ModuleNetwork } from '../../src/modem/module-network.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { IncomingCall, NetworkListener } from '../../src/ports/network.js';
import { bench } from './bench.js';

const ANYBODY = [{ ip: '0.0.0.0', mask: '0.0.0.0' }];
const ALL = Uint8Array.from({ length: 256 }, (_, value) => value);

/** A board in the network, its context active. */
async function online() {
	const at = bench();
	const network = new ModuleNetwork(at.modem, at.clock.ownedBy('modem'), () => 1);
	const rest: string[] = [];
	at.modem.hub.rest = text => rest.push(text);
	at.modem.start();
	await at.ready();
	await at.clock.advance(10_000);
	const activated = await at.clock.settled(at.modem.control!.ask('AT#SGACT=1,1', 20_000, ['#SGACT']), 20_000);
	expect(activated.ok).toBe(true);
	return { ...at, network, rest };
}
type Online = Awaited<ReturnType<typeof online>>;

/** A board that listens on port 1024. */
async function listening(admitted = ANYBODY) {
	const at = await online();
	const calls: IncomingCall[] = [];
	const ends: string[] = [];
	const listen = () =>
		at.network.listen({ port: 1024, admitted }, { call: call => calls.push(call), ended: reason => ends.push(reason) });
	const opened = await at.clock.settled(listen(), 20_000);
	expect(opened.ok).toBe(true);
	return { ...at, calls, ends, listen, listener: (opened as { value: NetworkListener }).value };
}

/** The reader of a port, which can stop. */
class Reader {
	text = '';
	closed: string | undefined;
	reads = true;
	writable = 0;
	readonly port: BytePort;

	constructor(port: BytePort) {
		this.port = port;
		port.listen({
			readable: () => this.read(),
			writable: () => {
				this.writable++;
			},
			closed: reason => {
				this.closed = reason;
			},
		});
	}

	read(): void {
		const block = new Uint8Array(300);
		for (let count = 1; this.reads && count > 0; ) {
			count = this.port.read(block);
			this.text += textOf(block.subarray(0, count));
		}
	}
}

/** A call that was taken: both ends of the connection. */
async function connected() {
	const at = await listening();
	const far = at.memorySockets.dial(1024, '10.1.2.3')!;
	const peer = new Reader(far);
	await at.clock.until(() => at.calls.length === 1, 5000, 'the call');
	const accepted = await at.clock.settled(at.calls[0]!.accept(), 5000);
	if (!accepted.ok) throw new Error(accepted.error);
	return { ...at, far, peer, board: new Reader(accepted.value) };
}

/** Writes all of it, as the port takes it. */
async function writeAll(at: Online, port: BytePort, bytes: Uint8Array): Promise<void> {
	for (let sent = 0, turn = 0; sent < bytes.length && turn < 1000; turn++) {
		sent += port.write(bytes.subarray(sent));
		await at.clock.advance(20);
	}
}

describe('listening', () => {
	test('announces who calls, and nothing is sent before the call is taken', async () => {
		const at = await listening();
		const peer = new Reader(at.memorySockets.dial(1024, '10.1.2.3')!);
		await at.clock.until(() => at.calls.length === 1, 5000);
		expect(at.calls[0]!.peer).toBe('10.1.2.3');
		await at.clock.advance(1000);
		expect(peer).toMatchObject({ text: '', closed: undefined });
	});

	test('lets nobody through whom the service would not admit', async () => {
		const at = await listening([{ ip: '10.0.0.0', mask: '255.0.0.0' }]);
		const stranger = new Reader(at.memorySockets.dial(1024, '192.168.1.1')!);
		await at.clock.advance(1000);
		expect(stranger.closed).toBeDefined();
		expect(at.calls.length).toBe(0);
		at.memorySockets.dial(1024, '10.9.9.9');
		await at.clock.until(() => at.calls.length === 1, 5000);
	});

	test('is for one at a time', async () => {
		const at = await listening();
		expect(await at.clock.settled(at.listen(), 5000)).toEqual({ ok: false, error: 'busy' });
		expect(await at.clock.settled(at.network.connect('10.0.0.9', 80, at.clock.now() + 5000), 5000)).toEqual({
			ok: false,
			error: 'busy',
		});
		at.listener.close();
		await at.clock.advance(500);
		expect(at.memorySockets.isListening(1024)).toBe(false);
		expect((await at.clock.settled(at.listen(), 5000)).ok).toBe(true);
		// The one that was closed has no power over the new one.
		at.listener.close();
		await at.clock.advance(500);
		expect(at.memorySockets.isListening(1024)).toBe(true);
	});

	test('ends with a call that is refused, and can begin again', async () => {
		const at = await listening();
		const peer = new Reader(at.memorySockets.dial(1024)!);
		await at.clock.until(() => at.calls.length === 1, 5000);
		at.calls[0]!.refuse();
		await at.clock.until(() => at.ends.length === 1, 5000);
		await at.clock.until(() => peer.closed !== undefined, 1000, 'the end at the peer');
		expect(peer.text).toBe('');
		expect((await at.clock.settled(at.listen(), 5000)).ok).toBe(true);
	});

	test.each([0, 5, 30, 60, 100, 200])('hears of a caller who hangs up after %i ms', async ms => {
		const at = await listening();
		const far = at.memorySockets.dial(1024)!;
		await at.clock.advance(ms);
		far.close();
		await at.clock.until(() => at.ends.length === 1, 5000, 'the end of the listener');
		const call = at.calls[0];
		if (call !== undefined) expect((await at.clock.settled(call.accept(), 5000)).ok).toBe(false);
		expect((await at.clock.settled(at.listen(), 10_000)).ok).toBe(true);
	});

	test('begins again when taking a call fails', async () => {
		const at = await listening();
		const far = at.memorySockets.dial(1024)!;
		await at.clock.until(() => at.calls.length === 1, 5000);
		const accepted = at.calls[0]!.accept();
		far.close();
		const outcome = await at.clock.settled(accepted, 5000);
		await at.clock.advance(1000);
		if (outcome.ok) outcome.value.close();
		await at.clock.advance(1000);
		expect((await at.clock.settled(at.listen(), 10_000)).ok).toBe(true);
	});

	test('needs a context', async () => {
		const at = bench();
		const network = new ModuleNetwork(at.modem, at.clock, () => 1);
		const events = { call: () => {}, ended: () => {} };
		expect(await network.listen({ port: 1024, admitted: [] }, events)).toEqual({ ok: false, error: 'unreachable' });
		at.modem.start();
		await at.ready();
		const opened = await at.clock.settled(network.listen({ port: 1024, admitted: [] }, events), 20_000);
		expect(opened).toEqual({ ok: false, error: 'no-context' });
	});

	test('takes over what an earlier life left open', async () => {
		const at = await online();
		const opened = await at.clock.settled(at.modem.control!.ask('AT#SL=1,1,1024', 5000), 5000);
		expect(opened.ok).toBe(true);
		const again = at.network.listen({ port: 1024, admitted: ANYBODY }, { call: () => {}, ended: () => {} });
		expect((await at.clock.settled(again, 20_000)).ok).toBe(true);
	});

	test('ends when the network takes the context away', async () => {
		const at = await listening();
		at.module.firmware!.sockets.contextLost(1);
		await at.clock.until(() => at.ends.length === 1, 5000, 'the end of the listener');
	});

	test('ends when the module is lost, and whoever waits in `listen` hears of it', async () => {
		const at = await listening();
		at.module.cutPower();
		await at.clock.until(() => at.ends.length === 1, 20_000, 'the end of the listener');
		const other = await online();
		const waiting = other.network.listen({ port: 1024, admitted: ANYBODY }, { call: () => {}, ended: () => {} });
		await other.clock.advance(10);
		const stopped = other.modem.stop();
		expect((await other.clock.settled(waiting, 1)).ok).toBe(false);
		await other.clock.settled(stopped, 5000);
		await other.clock.advance(1);
		expect(other.clock.pending('modem')).toBe(0);
	});
});

describe('a connection', () => {
	test('carries every octet both ways, more than one block of them', async () => {
		const at = await connected();
		const data = new Uint8Array(256 * 20);
		for (let copy = 0; copy < 20; copy++) data.set(ALL, copy * 256);
		await writeAll(at, at.far, data);
		await at.clock.until(() => at.board.text.length >= data.length, 60_000, 'what the peer sent');
		expect(at.board.text === textOf(data)).toBe(true);
		await writeAll(at, at.board.port, data);
		await at.clock.until(() => at.peer.text.length >= data.length, 60_000, 'what the board sent');
		expect(at.peer.text === textOf(data)).toBe(true);
		expect(at.rest).toEqual([]);
	});

	test('stops a sender whose reader has stopped, loses nothing and goes on', async () => {
		const at = await connected();
		at.board.reads = false;
		const data = new Uint8Array(30_000).map((_, place) => (place * 7) >> 3);
		let sent = 0;
		for (let turn = 0; turn < 200; turn++) {
			sent += at.far.write(data.subarray(sent));
			await at.clock.advance(50);
		}
		expect(sent).toBeLessThan(20_000);
		at.board.reads = true;
		at.board.read();
		for (let turn = 0; turn < 2000 && at.board.text.length < data.length; turn++) {
			sent += at.far.write(data.subarray(sent));
			await at.clock.advance(50);
		}
		expect(at.board.text === textOf(data)).toBe(true);
	});

	test('says when there is space again after a partial write', async () => {
		const at = await connected();
		const count = at.board.port.write(new Uint8Array(5000));
		expect(count).toBeGreaterThan(0);
		expect(count).toBeLessThan(5000);
		expect(at.board.writable).toBe(0);
		await at.clock.until(() => at.board.writable > 0, 10_000, 'space');
	});

	test('gives what the peer sent before it closed, then the end', async () => {
		const at = await connected();
		at.board.reads = false;
		at.far.write(bytesOf('x'.repeat(3000)));
		at.far.close();
		await at.clock.advance(5000);
		at.board.reads = true;
		at.board.read();
		await at.clock.until(() => at.board.closed !== undefined, 20_000, 'the end');
		expect(at.board.text.length).toBe(3000);
		expect(at.board.port.write(bytesOf('more'))).toBe(0);
		expect((await at.clock.settled(at.listen(), 10_000)).ok).toBe(true);
	});

	test('is closed by us: the peer sees it, and the socket is free again', async () => {
		const at = await connected();
		at.board.port.close();
		at.board.port.close();
		const again = at.listen();
		expect((await at.clock.settled(again, 10_000)).ok).toBe(true);
		await at.clock.until(() => at.peer.closed !== undefined, 5000, 'the end at the peer');
		expect(at.board.closed).toBeUndefined();
	});

	test('does not end with the connection of another socket', async () => {
		const at = await connected();
		let foreign: HostConnection | undefined;
		at.memorySockets.serve('10.0.0.9', 80, connection => {
			foreign = connection;
		});
		// The DTE uses a socket of its own on the shared instance.
		const dialled = at.modem.control!.ask('AT#SD=2,0,80,"10.0.0.9",0,0,1', 20_000, [], new DteWishes());
		expect((await at.clock.settled(dialled, 20_000)).ok).toBe(true);
		foreign?.close();
		await at.clock.until(() => at.rest.includes('NO CARRIER'), 10_000, 'NO CARRIER for the DTE');
		expect(at.board.closed).toBeUndefined();
		at.far.write(bytesOf('still here'));
		await at.clock.until(() => at.board.text === 'still here', 5000, 'more data');
	});

	test('ends when the module is lost, and leaves no timer when the modem is stopped', async () => {
		for (const harm of ['power', 'stop'] as const) {
			const at = await connected();
			at.board.port.write(bytesOf('on its way'));
			if (harm === 'power') at.module.cutPower();
			else await at.clock.settled(at.modem.stop(), 5000);
			await at.clock.until(() => at.board.closed !== undefined, 20_000, 'the end');
			expect(at.board.port.write(bytesOf('x'))).toBe(0);
			await at.clock.advance(1);
			if (harm === 'stop') expect(at.clock.pending('modem')).toBe(0);
		}
	});

	test('ends too where the queue of the control instance is full when the peer closes', async () => {
		const at = await connected();
		void at.modem.control!.ask('AT+COPS=?', 60_000, ['+COPS']);
		for (let place = 0; place < 17; place++) void at.modem.control!.ask('AT+CSQ', 5000, ['+CSQ']);
		const busy = await at.modem.control!.ask('AT+CSQ', 5000, ['+CSQ']);
		expect(busy.result).toBeUndefined();
		at.far.close();
		await at.clock.until(() => at.board.closed !== undefined, 120_000, 'the end');
	});

	test('waits where the queue of the control instance is full, and loses nothing', async () => {
		const at = await connected();
		for (let turn = 0; turn < 17; turn++) void at.modem.control!.ask('AT+CSQ', 5000, ['+CSQ']);
		at.board.port.write(bytesOf('out'));
		at.far.write(bytesOf('in'));
		await at.clock.until(() => at.peer.text === 'out' && at.board.text === 'in', 30_000, 'both');
		expect(at.board.closed).toBeUndefined();
	});
});

describe('connecting', () => {
	test('to a server that answers', async () => {
		const at = await online();
		let server: Reader | undefined;
		at.memorySockets.serve('10.0.0.9', 8080, connection => {
			server = new Reader(connection);
			connection.write(bytesOf('welcome'));
		});
		const dialled = await at.clock.settled(at.network.connect('10.0.0.9', 8080, at.clock.now() + 30_000), 30_000);
		if (!dialled.ok) throw new Error(dialled.error);
		const board = new Reader(dialled.value);
		board.port.write(ALL);
		await at.clock.until(() => server?.text.length === 256 && board.text === 'welcome', 10_000, 'both directions');
		expect(server?.text).toBe(textOf(ALL));
	});

	test.each([
		['a server that is not there', '10.0.0.9', 'refused'],
		['a host that would end the command', 'a";+CFUN=4', 'bad-address'],
		['no host', '', 'bad-address'],
		['a host with a line end', 'a\r', 'bad-address'],
		['a host that never answers', '10.0.0.8', 'timeout'],
	])('to %s fails, and leaves the network free', async (_what, host, error) => {
		const at = await online();
		at.memorySockets.silent.add('10.0.0.8');
		const dialled = at.network.connect(host, 80, at.clock.now() + 20_000);
		expect(await at.clock.settled(dialled, 60_000)).toEqual({ ok: false, error });
		const next = at.network.listen({ port: 1024, admitted: [] }, { call: () => {}, ended: () => {} });
		expect((await at.clock.settled(next, 60_000)).ok).toBe(true);
	});

	test.each([
		['connected', 'AT#SD=1,0,8080,"10.0.0.9",0,0,1'],
		['listening', 'AT#SL=1,1,1024'],
	])('takes over a socket that an earlier life left %s', async (_what, line) => {
		const at = await online();
		const servers: Reader[] = [];
		at.memorySockets.serve('10.0.0.9', 8080, connection => servers.push(new Reader(connection)));
		expect((await at.clock.settled(at.modem.control!.ask(line, 20_000), 20_000)).ok).toBe(true);
		const former = servers.length;
		const dialled = await at.clock.settled(at.network.connect('10.0.0.9', 8080, at.clock.now() + 30_000), 30_000);
		if (!dialled.ok) throw new Error(dialled.error);
		dialled.value.write(bytesOf('here again'));
		await at.clock.until(() => servers[former]?.text === 'here again', 10_000, 'what the board sent');
		if (former > 0) expect(servers[0]!.closed).toBeDefined();
		expect(at.memorySockets.isListening(1024)).toBe(false);
	});

	test('after its deadline sends nothing', async () => {
		const at = await online();
		const notes = at.trace.length;
		expect(await at.clock.settled(at.network.connect('10.0.0.9', 80, at.clock.now() - 1), 5000)).toEqual({
			ok: false,
			error: 'timeout',
		});
		expect(at.trace.slice(notes).some(line => line.includes('#SD'))).toBe(false);
	});

	test('keeps others out meanwhile', async () => {
		const at = await online();
		at.memorySockets.silent.add('10.0.0.8');
		const dialled = at.network.connect('10.0.0.8', 80, at.clock.now() + 20_000);
		await at.clock.advance(100);
		expect(await at.network.connect('10.0.0.9', 80, at.clock.now() + 5000)).toEqual({ ok: false, error: 'busy' });
		await at.clock.settled(dialled, 60_000);
	});
});
