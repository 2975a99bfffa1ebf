import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import { FrameType } from '../../src/cmux/frame.js';
import type { MuxFault } from '../../src/cmux/multiplexer.js';
import { agreeable, drained, frameOf, hex, opened, pattern, recorded } from './support.js';

const uih = (dlci: number, payload: Uint8Array) => frameOf(dlci, FrameType.UIH, payload, { commandBit: 0 });
/** MSC command of the peer for DLCI 1 with this V.24 octet, and a break octet perhaps. */
const msc = (status: string, broke = '') => uih(0, hex(`E3 ${broke === '' ? '05' : '07'} 07 ${status} ${broke}`));
const STOP = msc('0F');
const GO = msc('0D');

describe('a channel', () => {
	test('carries octets both ways', async () => {
		const { port, channel } = await opened([1]);
		const told = recorded(channel);
		expect(channel.write(bytesOf('AT\r'))).toBe(3);
		expect(port.octets()).toEqual(frameOf(1, FrameType.UIH, bytesOf('AT\r')));
		port.give(uih(1, bytesOf('\r\nO')), uih(1, bytesOf('K\r\n')));
		expect(told).toEqual(['readable']);
		expect(textOf(drained(channel))).toBe('\r\nOK\r\n');
	});

	test('sends no more than N1 octets in a frame', async () => {
		for (const n1 of [31, 127, 300]) {
			const { port, channel } = await opened([1], { n1 });
			channel.write(pattern(n1 * 2 + 1));
			expect(port.frames().map(({ payload }) => payload.length)).toEqual([n1, n1, 1]);
		}
	});

	test('announces to a new listener what waits already', async () => {
		const { clock, port, channel } = await opened([1]);
		port.give(uih(1, bytesOf('early')));
		const told = recorded(channel);
		expect(told).toEqual([]);
		await clock.advance(0);
		expect(told).toEqual(['readable']);
	});

	test('takes what its queue and the port hold, and says when there is space again', async () => {
		const { clock, port, channel } = await opened([1], { sendQueue: 100 });
		const told = recorded(channel);
		port.room = 200;
		const taken = channel.write(pattern(1000));
		expect(taken).toBeLessThan(400);
		expect(channel.write(bytesOf('x'))).toBe(0);
		await clock.advance(1000);
		expect(told).toEqual([]);
		port.room = Number.POSITIVE_INFINITY;
		port.listener?.writable?.();
		expect(told).toEqual(['writable']);
		const sent = port.frames().flatMap(({ payload }) => payload);
		expect(sent).toEqual([...pattern(taken)]);
	});

	test('never calls its owner from inside a call of the owner', async () => {
		const { clock, port, channel } = await opened([1], { sendQueue: 10 });
		let inside = false;
		const broken: string[] = [];
		const check = () => {
			if (inside) broken.push('called inside');
		};
		channel.listen({ readable: check, writable: check, closed: check, signals: check });
		const act = (call: () => void) => {
			inside = true;
			call();
			inside = false;
		};
		port.room = 20;
		act(() => channel.write(pattern(100)));
		port.room = Number.POSITIVE_INFINITY;
		act(() => channel.write(pattern(5)));
		port.give(uih(1, bytesOf('x')));
		act(() => channel.read(new Uint8Array(1)));
		act(() => channel.listen({ readable: check }));
		act(() => channel.close());
		await clock.advance(1000);
		expect(broken).toEqual([]);
	});

	test('shows its signals and tells of those of the peer', async () => {
		const { port, channel } = await opened([1]);
		const told = recorded(channel);
		channel.setSignals({ rtr: false, ic: true });
		expect(port.frames()[0]?.payload).toEqual([...hex('E3 05 07 45')]);
		port.give(uih(0, hex('E1 05 07 45')));
		channel.setSignals({ ic: true });
		expect(port.frames()).toEqual([]);
		port.give(msc('8D'), msc('8D'));
		expect(told).toEqual(['signals rtc,rtr,dv']);
		expect(channel.peerSignals).toEqual({ rtc: true, rtr: true, ic: false, dv: true });
		expect(port.frames().map(({ payload }) => payload)).toEqual([[...hex('E1 05 07 8D')], [...hex('E1 05 07 8D')]]);
	});

	test('sends what changed while an MSC was under way once that is answered', async () => {
		const { port, channel } = await opened([1]);
		channel.setSignals({ rtc: false });
		channel.setSignals({ rtr: false });
		channel.setSignals({ ic: true });
		expect(port.frames().map(({ payload }) => payload)).toEqual([[...hex('E3 05 07 09')]]);
		port.give(uih(0, hex('E1 05 07 09')));
		expect(port.frames().map(({ payload }) => payload)).toEqual([[...hex('E3 05 07 41')]]);
	});

	test('sends a break, with and without a length', async () => {
		const { port, channel } = await opened([1]);
		channel.sendBreak(3);
		expect(port.octets()).toEqual(frameOf(0, FrameType.UIH, hex('E3 07 07 0D 33')));
		port.give(uih(0, hex('E1 07 07 0D 33')));
		channel.sendBreak(0);
		expect(port.octets()).toEqual(frameOf(0, FrameType.UIH, hex('E3 07 07 0D 03')));
		port.give(uih(0, hex('E1 07 07 0D 03')));
		expect(port.octets()).toHaveLength(0);
		expect(() => channel.sendBreak(16)).toThrow(RangeError);
	});

	test.each([
		['53', 5],
		['F3', 15],
		['03', 1],
	])('tells of a break octet %s of the peer as length %i, and answers with the same', async (octet, length) => {
		const { port, channel } = await opened([1]);
		const told = recorded(channel);
		port.give(msc('0D'));
		port.octets();
		port.give(msc('0D', octet));
		expect(told.slice(1)).toEqual([`broke ${length}`]);
		expect(port.frames()[0]?.payload).toEqual([...hex(`E1 07 07 0D ${octet}`)]);
	});

	test('sends nothing while the peer has stopped it, and all of it afterwards', async () => {
		const { port, channel } = await opened([1]);
		port.give(STOP);
		port.octets();
		channel.write(pattern(200));
		expect(port.octets()).toHaveLength(0);
		port.give(GO);
		const data = port.frames().filter(({ dlci }) => dlci === 1);
		expect(data.flatMap(({ payload }) => payload)).toEqual([...pattern(200)]);
	});

	test('a peer that stays stopped is a fault, once each time', async () => {
		const faults: MuxFault[] = [];
		const { clock, port, channel } = await opened([1], { stall: 5000, onFault: fault => faults.push(fault) });
		port.give(STOP);
		await clock.advance(20_000);
		expect(faults).toEqual([]);
		channel.write(bytesOf('waiting'));
		await clock.advance(20_000);
		expect(faults).toEqual([{ kind: 'flow-stopped', dlci: 1 }]);
		port.give(GO, STOP);
		channel.write(bytesOf('waiting again'));
		await clock.advance(20_000);
		expect(faults).toHaveLength(2);
	});

	test('stops the peer at half its queue and releases it at a quarter', async () => {
		const { port, channel } = await opened([1], { receiveQueue: 1000 });
		const status = () => {
			const sent = port.frames().map(({ payload }) => payload[3]);
			if (sent.length > 0) port.give(uih(0, hex('E1 05 07 0D')));
			return sent;
		};
		for (let count = 0; count < 4; count++) port.give(uih(1, new Uint8Array(100)));
		expect(status()).toEqual([]);
		port.give(uih(1, new Uint8Array(100)));
		expect(status()).toEqual([0x0f]);
		port.give(uih(1, new Uint8Array(100)));
		expect(status()).toEqual([]);
		channel.read(new Uint8Array(349));
		expect(status()).toEqual([]);
		channel.read(new Uint8Array(1));
		expect(status()).toEqual([0x0d]);
	});

	test('drops and counts whole frames that find no space, and keeps the others', async () => {
		const { port, mux, channel } = await opened([1], { receiveQueue: 508 });
		for (let count = 0; count < 50; count++) port.give(uih(1, new Uint8Array(100).fill(count)));
		expect(mux.statistics.lostOctets).toBe(4500);
		expect([...new Set(drained(channel))]).toEqual([0, 1, 2, 3, 4]);
	});

	test('that its owner closes sends DISC, is deaf, and can be opened again', async () => {
		const { clock, port, mux, channel } = await opened([1]);
		const told = recorded(channel);
		channel.close();
		channel.close();
		expect(port.frames()).toMatchObject([{ dlci: 1, type: FrameType.DISC, pollFinal: true, commandBit: 1 }]);
		expect(channel.isOpen).toBe(false);
		expect(channel.write(bytesOf('x'))).toBe(0);
		expect(mux.channel(1)).toBeUndefined();
		port.give(uih(1, bytesOf('late')), frameOf(1, FrameType.UA, undefined, { pollFinal: true }));
		await clock.advance(1000);
		expect(told).toEqual([]);
		const again = mux.open(1);
		for (let round = 0; round < 4; round++) {
			await clock.advance(0);
			agreeable(port);
		}
		expect(await again).toMatchObject({ ok: true });
		expect(mux.channel(1)).not.toBe(channel);
	});

	test('can be opened again at once: the new SABM waits for the answer to DISC', async () => {
		const { clock, port, mux, channel } = await opened([1]);
		channel.close();
		const again = mux.open(1);
		await clock.advance(0);
		expect(port.frames().map(({ type }) => type)).toEqual([FrameType.DISC]);
		port.give(frameOf(1, FrameType.UA, undefined, { pollFinal: true }));
		await clock.advance(0);
		for (let round = 0; round < 4; round++) {
			await clock.advance(0);
			agreeable(port);
		}
		expect(await again).toMatchObject({ ok: true });
	});

	test('that both sides close at once needs no other answer to be opened again', async () => {
		const { clock, port, mux, channel } = await opened([1]);
		channel.close();
		port.give(frameOf(1, FrameType.DISC, undefined, { commandBit: 0, pollFinal: true }));
		expect(port.frames().map(({ type }) => type)).toEqual([FrameType.DISC, FrameType.UA]);
		void mux.open(1);
		await clock.advance(0);
		expect(port.frames().map(({ type }) => type)).toEqual([FrameType.SABM]);
	});

	test.each([
		['DISC', FrameType.DISC, FrameType.UA],
		['DM', FrameType.DM, undefined],
	])('that the peer ends with %s tells so, and what arrived can be read', async (_, type, answer) => {
		const { clock, port, mux, channel } = await opened([1]);
		const told = recorded(channel);
		port.give(uih(1, bytesOf('last')), frameOf(1, type, undefined, { commandBit: 0, pollFinal: true }));
		expect(port.frames().map(frame => frame.type)).toEqual(answer === undefined ? [] : [answer]);
		expect(told).toEqual(['readable', 'closed disconnected']);
		expect(textOf(drained(channel))).toBe('last');
		expect(channel.write(bytesOf('x'))).toBe(0);
		channel.close();
		await clock.advance(1000);
		expect(port.octets()).toHaveLength(0);
		expect(mux.channel(1)).toBeUndefined();
	});

	test('tells of its end a listener that comes late', async () => {
		const { clock, port, channel } = await opened([1]);
		port.give(frameOf(1, FrameType.DISC, undefined, { commandBit: 0, pollFinal: true }));
		await clock.advance(10);
		const told = recorded(channel);
		await clock.advance(0);
		expect(told).toEqual(['closed disconnected']);
	});

	test('repeats an MSC that is not answered, then gives it up and says so', async () => {
		const faults: MuxFault[] = [];
		const { clock, port, mux, channel } = await opened([1], { onFault: fault => faults.push(fault) });
		channel.setSignals({ rtr: false });
		await clock.advance(10_000);
		expect(port.frames()).toHaveLength(4);
		expect(mux.statistics).toMatchObject({ retries: 3, unanswered: 1 });
		expect(faults).toEqual([{ kind: 'unanswered', dlci: 1 }]);
		expect(channel.isOpen).toBe(true);
	});

	test('learns that a peer answers MSC with MSC commands', async () => {
		const { clock, port, mux, channel } = await opened([1]);
		const answer = async () => {
			port.octets();
			port.give(GO);
			port.octets();
			await clock.advance(300);
		};
		channel.setSignals({ rtr: false });
		await answer();
		await answer();
		await clock.advance(10_000);
		expect(mux.statistics).toMatchObject({ retries: 1, unanswered: 0 });
		channel.setSignals({ rtr: true });
		await answer();
		expect(port.octets()).toHaveLength(0);
		expect(mux.statistics).toMatchObject({ retries: 1, unanswered: 0 });
	});

	test('repeats its MSC though one of the peer came meanwhile', async () => {
		const { clock, port, channel } = await opened([1]);
		channel.setSignals({ rtr: false });
		port.give(GO);
		port.octets();
		await clock.advance(300);
		expect(port.frames()[0]?.payload).toEqual([...hex('E3 05 07 05')]);
	});

	test('shares the line: control first, then each channel in turn', async () => {
		const { port, mux, channels } = await opened([1, 2, 3]);
		port.room = 0;
		channels[0]!.write(pattern(600));
		channels[1]!.write(pattern(300));
		channels[2]!.write(pattern(300));
		void mux.test();
		port.room = Number.POSITIVE_INFINITY;
		port.listener?.writable?.();
		// The first frame had begun when the others came.
		const order = port.frames().map(({ dlci }) => dlci);
		expect(order[1]).toBe(0);
		expect(order.slice(0, 7).sort()).toEqual([0, 1, 1, 2, 2, 3, 3]);
		expect(order.slice(2, 8).join('')).toMatch(/^(123){2}|(231){2}|(312){2}$/);
	});
});
