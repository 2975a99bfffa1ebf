import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { Channel } from '../../src/cmux/channel.js';
import { FrameType } from '../../src/cmux/frame.js';
import { Multiplexer, type MuxClosed, type MuxFault } from '../../src/cmux/multiplexer.js';
import { agreeable, bench, drained, frameOf, hex, joined, opened, recorded, TestPort } from './support.js';

const FINAL = { pollFinal: true };
const UA0 = hex('F9 03 73 01 D7 F9');
const UA1 = hex('F9 07 73 01 15 F9');
const uih = (payload: Uint8Array) => frameOf(0, FrameType.UIH, payload, { commandBit: 0 });

describe('starting as initiator', () => {
	test('sends what a Telit module wants, octet for octet', async () => {
		const { clock, port, mux } = bench();
		const started = mux.start();
		expect(hexOf(port.octets())).toBe('F9033F011CF9');
		port.give(UA0);
		expect(await started).toEqual({ ok: true, value: undefined });
		const opening = mux.open(1);
		expect(hexOf(port.octets())).toBe('F9073F01DEF9');
		port.give(UA1);
		await clock.advance(0);
		expect(hexOf(port.octets())).toBe('F903EF09E305070DFBF9');
		port.give(uih(hex('E1 05 07 0D')));
		const result = await opening;
		expect(result).toMatchObject({ ok: true });
		if (result.ok) expect(result.value.dlci).toBe(1);
		if (result.ok) expect(mux.channel(1)).toBe(result.value);
	});

	test('repeats SABM N2 times, T1 apart, then releases the port', async () => {
		const closed: MuxClosed[] = [];
		const { clock, port, mux } = bench({ onClosed: reason => closed.push(reason) });
		const started = clock.settled(mux.start(), 1000);
		expect(await started).toEqual({ ok: false, error: 'timeout' });
		expect(clock.now()).toBe(400);
		expect(port.frames()).toHaveLength(4);
		expect(port.listener).toBeUndefined();
		expect(port.closed).toBe(false);
		await clock.advance(1000);
		expect(closed).toEqual([]);
	});

	test('takes the answer to a repeated SABM', async () => {
		const { clock, port, mux } = bench();
		const started = mux.start();
		await clock.advance(250);
		port.give(UA0);
		expect(await started).toMatchObject({ ok: true });
		expect(mux.statistics.retries).toBe(2);
	});

	test('is refused by DM', async () => {
		const { port, mux } = bench();
		const started = mux.start();
		port.give(frameOf(0, FrameType.DM, undefined, FINAL));
		expect(await started).toEqual({ ok: false, error: 'refused' });
		expect(port.listener).toBeUndefined();
	});

	test('takes text and a SABM of the module in its stride', async () => {
		const { port, mux } = bench();
		const started = mux.start();
		port.give(bytesOf('\r\nRDY\r\n'), frameOf(0, FrameType.SABM, undefined, { commandBit: 0, pollFinal: true }), UA0);
		expect(await started).toMatchObject({ ok: true });
	});

	test('notices its own echo from a peer in AT mode', async () => {
		const faults: MuxFault[] = [];
		const { clock, port, mux } = bench({ onFault: fault => faults.push(fault) });
		const started = mux.start();
		for (let attempt = 0; attempt < 4; attempt++) {
			port.give(port.octets());
			await clock.advance(100);
		}
		expect(await started).toEqual({ ok: false, error: 'timeout' });
		expect(faults).toEqual([{ kind: 'echo', dlci: 0 }]);
		expect(mux.statistics.framesSent).toBe(4);
	});

	test('fails with the port', async () => {
		const { port, mux } = bench();
		const started = mux.start();
		port.listener?.closed?.('unplugged');
		expect(await started).toEqual({ ok: false, error: 'port' });
	});

	test('happens once', async () => {
		const { port, mux } = bench();
		const started = mux.start();
		expect(await mux.start()).toEqual({ ok: false, error: 'busy' });
		port.give(UA0);
		expect(await started).toMatchObject({ ok: true });
	});

	test('names the option that is wrong', () => {
		expect(() => bench({ n1: 0 })).toThrow('n1 must be 8-32767, not 0');
		expect(() => bench({ t1: Number.NaN })).toThrow('t1');
	});
});

describe('opening a DLCI', () => {
	test.each([0, 62, 63, 64, -1, 1.5, Number.NaN])('refuses DLCI %d, which none can have', async dlci => {
		const { mux } = await opened([]);
		expect(await mux.open(dlci)).toEqual({ ok: false, error: 'invalid' });
	});

	test('is refused by DM, and can be tried again', async () => {
		const { port, mux } = await opened([]);
		for (let attempt = 0; attempt < 2; attempt++) {
			const opening = mux.open(4);
			expect(port.frames()).toMatchObject([{ dlci: 4, type: FrameType.SABM }]);
			port.give(frameOf(4, FrameType.DM, undefined, FINAL));
			expect(await opening).toEqual({ ok: false, error: 'refused' });
		}
	});

	test('gives up after N2 repetitions', async () => {
		const { clock, port, mux } = await opened([], { t1: 50, n2: 2 });
		expect(await clock.settled(mux.open(1), 1000)).toEqual({ ok: false, error: 'timeout' });
		expect(port.frames()).toHaveLength(3);
	});

	test('tolerates a peer that never answers MSC', async () => {
		const { clock, port, mux } = await opened([]);
		const opening = mux.open(1);
		port.give(UA1);
		expect(await clock.settled(opening, 2000)).toMatchObject({ ok: true });
		expect(clock.now()).toBe(1200);
		expect(port.frames()).toHaveLength(5);
		expect(mux.statistics.unanswered).toBe(1);
	});

	test('repeats a lost MSC', async () => {
		const { clock, port, mux } = await opened([]);
		const opening = mux.open(1);
		port.give(UA1);
		await clock.advance(350);
		port.give(uih(hex('E1 05 07 0D')));
		expect(await opening).toMatchObject({ ok: true });
		expect(mux.statistics).toMatchObject({ retries: 1, unanswered: 0 });
	});

	test('does not wait for MSC of a peer that says it does not know it', async () => {
		const { clock, port, mux } = await opened([]);
		const opening = mux.open(1);
		port.give(UA1);
		await clock.advance(0);
		port.give(uih(hex('11 03 E3')));
		expect(await opening).toMatchObject({ ok: true });
	});

	test('keeps what comes before the MSC is answered', async () => {
		const { clock, port, mux } = await opened([]);
		const opening = mux.open(1);
		port.give(UA1, frameOf(1, FrameType.UIH, bytesOf('RDY'), { commandBit: 0 }));
		await clock.advance(0);
		port.give(uih(hex('E1 05 07 0D')));
		const result = await opening;
		expect(result.ok && textOf(drained(result.value))).toBe('RDY');
	});

	test('is not for one that is open, nor before the start, nor after the end', async () => {
		const { mux } = await opened([1]);
		expect(await mux.open(1)).toEqual({ ok: false, error: 'busy' });
		expect(await bench().mux.open(1)).toEqual({ ok: false, error: 'closed' });
		mux.abandon();
		expect(await mux.open(2)).toEqual({ ok: false, error: 'closed' });
	});

	test('ends with the multiplexer', async () => {
		const { clock, port, mux } = await opened([]);
		const opening = mux.open(1);
		port.listener?.closed?.('unplugged');
		expect(await opening).toEqual({ ok: false, error: 'port' });
		await clock.advance(1000);
	});
});

describe('the C/R bit of UIH', () => {
	test.each([
		['initiator', undefined, 1],
		['initiator', 0, 0],
		['responder', undefined, 0],
		['responder', 1, 1],
	] as const)('of an %s with the option %s is %i', async (role, uihCommandBit, bit) => {
		const { port, mux } = bench({ role, ...(uihCommandBit === undefined ? {} : { uihCommandBit }) });
		const started = mux.start();
		const own = role === 'initiator' ? 1 : 0;
		if (role === 'initiator') port.give(UA0);
		else port.give(hex('F9 03 3F 01 1C F9'));
		await started;
		const first = port.frames()[0];
		expect(first?.commandBit).toBe(1);
		void mux.test();
		expect(port.frames()).toMatchObject([{ type: FrameType.UIH, commandBit: bit }]);
		const closing = mux.close();
		await Promise.resolve();
		await Promise.resolve();
		expect(port.frames()).toMatchObject([{ type: FrameType.DISC, commandBit: own }]);
		mux.abandon();
		await closing;
	});
});

describe('the control channel', () => {
	test.each([
		['TEST', '23 07 41 42 43', '21 07 41 42 43'],
		['PSC', '43 01', '41 01'],
		['FCon', 'A3 01', 'A1 01'],
		['FCoff', '63 01', '61 01'],
		['PN', '83 11 01 00 07 00 40 00 00 00', '81 11 01 00 07 00 40 00 00 00'],
		['PN for larger frames than it sends', '83 11 01 00 07 0A 00 02 03 02', '81 11 01 00 07 0A 7F 00 03 02'],
		['PN for a convergence layer', '83 11 01 30 07 0A 40 00 03 02', '81 11 01 00 07 0A 40 00 03 02'],
		['RPN that asks', '93 03 07', '91 11 07 07 03 00 11 13 FF 3F'],
		['RPN that sets', '93 11 07 05 03 00 11 13 01 00', '91 11 07 05 03 00 11 13 01 00'],
		['RLS', '53 05 07 01', '51 05 07 01'],
		['SNC', 'D3 05 07 07', 'D1 05 07 03'],
		['a type that does not exist', '0B 01', '11 03 0B'],
	])('answers %s', async (_, command, answer) => {
		const { port } = await opened([]);
		port.give(uih(hex(command)));
		expect(port.frames().map(({ payload }) => hexOf(Uint8Array.from(payload)))).toEqual([answer.replaceAll(' ', '')]);
	});

	test('sends no larger frames on a DLCI than PN asked for', async () => {
		const { port, channel } = await opened([1]);
		port.give(uih(hex('83 11 01 00 07 0A 14 00 03 02')));
		port.frames();
		channel.write(new Uint8Array(50));
		const sizes = port.frames().map(({ payload }) => payload.length);
		expect(sizes).toEqual([20, 20, 10]);
	});

	test.each(['83 0F 01 00 07 00 40 00 00', '93 05 07 05', '53 03 07', 'D3 03 07'])(
		'does not answer %s, which is malformed',
		async command => {
			const { port, mux } = await opened([]);
			port.give(uih(hex(command)));
			expect(port.frames()).toEqual([]);
			expect(mux.statistics.stray).toBe(1);
		},
	);

	test('answers no response, and counts what it did not ask for', async () => {
		const { port, mux } = await opened([]);
		port.give(
			...['21 03 41', 'E1 05 07 0D', 'C1 01', '11 03 23', '81 01', 'E3 05 07 0D', 'E3'].map(text => uih(hex(text))),
		);
		expect(port.octets()).toHaveLength(0);
		expect(mux.statistics.stray).toBe(7);
	});

	test('answers a peer that floods it with no more than the line carries', async () => {
		const { port, mux } = await opened([1]);
		port.room = 0;
		for (let count = 0; count < 1000; count++) port.give(uih(hex('E3 05 07 0D')));
		port.room = Number.POSITIVE_INFINITY;
		port.listener?.writable?.();
		expect(port.frames().length).toBeLessThanOrEqual(17);
		expect(mux.statistics.discarded).toBeGreaterThan(900);
	});

	test('holds data of all channels between FCoff and FCon, a long hold is a fault', async () => {
		const faults: MuxFault[] = [];
		const { clock, port, channel } = await opened([1], { stall: 3000, onFault: fault => faults.push(fault) });
		port.give(uih(hex('63 01')));
		port.octets();
		channel.write(bytesOf('held'));
		await clock.advance(4000);
		expect(port.octets()).toHaveLength(0);
		expect(faults).toEqual([{ kind: 'flow-stopped', dlci: 0 }]);
		port.give(uih(hex('A3 01')));
		expect(port.frames().map(({ dlci }) => dlci)).toEqual([0, 1]);
	});

	test('asks the peer to hold and go on', async () => {
		const { clock, port, mux } = await opened([]);
		const held = mux.receiveAll(false);
		expect(await mux.receiveAll(true)).toEqual({ ok: false, error: 'busy' });
		expect(port.frames()[0]?.payload).toEqual([0x63, 0x01]);
		port.give(uih(hex('61 01')));
		expect(await held).toMatchObject({ ok: true });
		const freed = mux.receiveAll(true);
		expect(port.frames()[0]?.payload).toEqual([0xa3, 0x01]);
		port.give(uih(hex('11 03 A3')));
		expect(await freed).toEqual({ ok: false, error: 'refused' });
		expect(await clock.settled(mux.receiveAll(true), 2000)).toEqual({ ok: false, error: 'timeout' });
	});

	test('wakes a peer that went to sleep with flags before the next frame', async () => {
		const { port, channel } = await opened([1]);
		port.give(uih(hex('43 01')));
		port.octets();
		channel.write(bytesOf('a'));
		expect(hexOf(port.octets())).toMatch(/^(F9){17}07/);
		channel.write(bytesOf('a'));
		expect(hexOf(port.octets())).toMatch(/^F907/);
	});
});

describe('the keep-alive', () => {
	test('is answered by the same pattern', async () => {
		const { port, mux } = await opened([]);
		const asked = mux.test(bytesOf('ping'));
		expect(port.frames()[0]?.payload).toEqual([...hex('23 09 70 69 6E 67')]);
		port.give(uih(hex('21 09 70 69 6E 68')));
		port.give(uih(hex('21 09 70 69 6E 67')));
		expect(await asked).toMatchObject({ ok: true });
		expect(mux.statistics.stray).toBe(1);
	});

	test('takes NSC for a sign of life', async () => {
		const { port, mux } = await opened([]);
		const asked = mux.test();
		port.give(uih(hex('11 03 23')));
		expect(await asked).toMatchObject({ ok: true });
	});

	test('of a dead peer ends the multiplexer', async () => {
		const closed: MuxClosed[] = [];
		const { clock, port, mux, channel } = await opened([1], { onClosed: reason => closed.push(reason) });
		const told = recorded(channel);
		expect(await clock.settled(mux.test(), 5000)).toEqual({ ok: false, error: 'timeout' });
		expect(clock.now()).toBe(1200);
		await clock.advance(0);
		expect(closed).toEqual(['silent']);
		expect(told).toEqual(['closed silent']);
		expect(port.listener).toBeUndefined();
	});

	test('of a peer that answers nothing but still talks only fails', async () => {
		const closed: MuxClosed[] = [];
		const { clock, port, mux, channel } = await opened([1], { onClosed: reason => closed.push(reason) });
		const asked = mux.test();
		await clock.advance(500);
		port.give(frameOf(1, FrameType.UIH, bytesOf('RING'), { commandBit: 0 }));
		expect(await clock.settled(asked, 5000)).toEqual({ ok: false, error: 'timeout' });
		expect(closed).toEqual([]);
		expect(channel.isOpen).toBe(true);
	});

	test('is not deceived by its own echo', async () => {
		const faults: MuxFault[] = [];
		const { clock, port, mux } = await opened([], { onFault: fault => faults.push(fault) });
		const asked = mux.test();
		for (let attempt = 0; attempt < 4; attempt++) {
			port.give(port.octets());
			await clock.advance(300);
		}
		expect(await asked).toEqual({ ok: false, error: 'timeout' });
		expect(faults).toEqual([{ kind: 'echo', dlci: 0 }]);
		expect(port.listener).toBeUndefined();
	});

	test('refuses a pattern that no frame holds', async () => {
		const { port, mux } = await opened([], { n1: 31 });
		expect(await mux.test(new Uint8Array(29))).toEqual({ ok: false, error: 'invalid' });
		const asked = mux.test(new Uint8Array(28));
		expect(port.frames()[0]?.payload).toHaveLength(30);
		agreeable(port);
		mux.abandon();
		expect(await asked).toEqual({ ok: false, error: 'closed' });
	});
});

describe('the end', () => {
	test('by its owner is DISC on each DLCI, then on DLCI 0', async () => {
		const closed: MuxClosed[] = [];
		const { clock, port, mux, channel } = await opened([1, 2], { onClosed: reason => closed.push(reason) });
		const told = recorded(channel);
		const closing = mux.close();
		expect(port.frames()).toMatchObject([
			{ dlci: 1, type: FrameType.DISC },
			{ dlci: 2, type: FrameType.DISC },
		]);
		port.give(UA1, frameOf(2, FrameType.UA, undefined, FINAL));
		await clock.advance(0);
		expect(port.frames()).toMatchObject([{ dlci: 0, type: FrameType.DISC }]);
		expect(port.listener).toBeDefined();
		port.give(UA0);
		await closing;
		await clock.advance(0);
		expect(closed).toEqual(['closed']);
		expect(told).toEqual(['closed closed']);
		expect(port.listener).toBeUndefined();
		expect(port.closed).toBe(false);
	});

	test('by its owner comes though the peer is dead, and the port takes nothing', async () => {
		const { clock, port, mux } = await opened([1, 2]);
		port.room = 0;
		await clock.settled(Promise.all([mux.close(), mux.close()]), 1000);
		expect(clock.now()).toBe(800);
		expect(port.listener).toBeUndefined();
		await mux.close();
	});

	test('by its owner before the start, or while it starts', async () => {
		const { mux } = bench();
		await mux.close();
		expect(await mux.start()).toEqual({ ok: false, error: 'closed' });
		const other = bench();
		const started = other.mux.start();
		await other.mux.close();
		expect(await started).toEqual({ ok: false, error: 'closed' });
		expect(other.port.listener).toBeUndefined();
	});

	test.each([
		['DISC on DLCI 0', frameOf(0, FrameType.DISC, undefined, { commandBit: 0, pollFinal: true }), '037301'],
		['CLD', uih(hex('C3 01')), '03EF05C101'],
	])('by %s of the peer is answered before the port is released', async (_, frame, answer) => {
		for (const takes of [1, 1000]) {
			const closed: MuxClosed[] = [];
			const { clock, port, channel } = await opened([1], { onClosed: reason => closed.push(reason) });
			const told = recorded(channel);
			port.takes = takes;
			port.give(frame);
			for (let step = 0; step < 10; step++) port.listener?.writable?.();
			await clock.advance(0);
			expect(hexOf(port.octets())).toMatch(new RegExp(`^F9(01${answer.slice(2)}|${answer}).*F9$`));
			expect(closed).toEqual(['asked']);
			expect(told).toEqual(['closed asked']);
			expect(port.listener).toBeUndefined();
		}
	});

	test('by the peer does not wait for a line that takes nothing', async () => {
		const closed: MuxClosed[] = [];
		const { clock, port } = await opened([1], { onClosed: reason => closed.push(reason) });
		port.room = 0;
		port.give(uih(hex('C3 01')));
		await clock.advance(299);
		expect(closed).toEqual([]);
		await clock.advance(1);
		expect(closed).toEqual(['asked']);
		expect(port.listener).toBeUndefined();
	});

	test('by DM on DLCI 0', async () => {
		const closed: MuxClosed[] = [];
		const { port } = await opened([1], { onClosed: reason => closed.push(reason) });
		port.give(frameOf(0, FrameType.DM, undefined, FINAL));
		expect(closed).toEqual(['asked']);
	});

	test('of the port ends all, what came last can be read', async () => {
		const closed: MuxClosed[] = [];
		const { clock, port, mux, channel } = await opened([1], { onClosed: reason => closed.push(reason) });
		const told = recorded(channel);
		const asked = mux.test();
		const listener = port.listener!;
		port.listener = undefined;
		port.give(frameOf(1, FrameType.UIH, bytesOf('bye'), { commandBit: 0 }));
		listener.closed?.('unplugged');
		expect(await asked).toEqual({ ok: false, error: 'port' });
		expect(closed).toEqual(['port']);
		expect(told).toEqual(['readable', 'closed port']);
		expect(textOf(drained(channel))).toBe('bye');
		await clock.advance(1000);
	});

	test('without a word', async () => {
		const closed: MuxClosed[] = [];
		const { clock, port, mux } = await opened([1], { onClosed: reason => closed.push(reason) });
		mux.abandon();
		await clock.advance(10_000);
		expect(port.octets()).toHaveLength(0);
		expect(port.listener).toBeUndefined();
		expect(closed).toEqual(['closed']);
	});
});

describe('a line in trouble', () => {
	test('that takes no whole frame is a fault', async () => {
		const faults: MuxFault[] = [];
		const { clock, port, channel } = await opened([1], { stall: 3000, onFault: fault => faults.push(fault) });
		port.room = 3;
		channel.write(bytesOf('stuck'));
		await clock.advance(2999);
		expect(faults).toEqual([]);
		await clock.advance(1000);
		expect(faults).toEqual([{ kind: 'line-stalled', dlci: 0 }]);
	});

	test('is no fault any more after the end', async () => {
		const faults: MuxFault[] = [];
		const { clock, port, mux, channel } = await opened([1], { stall: 3000, onFault: fault => faults.push(fault) });
		port.give(uih(hex('E3 05 07 0F')), uih(hex('63 01')));
		channel.write(bytesOf('waiting'));
		port.room = 3;
		void mux.test();
		mux.abandon();
		await clock.advance(10_000);
		expect(faults).toEqual([]);
	});

	test('that falls silent inside a frame gives up that frame only', async () => {
		const { clock, port, channel } = await opened([1]);
		const told = recorded(channel);
		port.give(hex('F9 07 EF C9 41'));
		port.give(frameOf(1, FrameType.UIH, bytesOf('next'), { commandBit: 0 }));
		await clock.advance(199);
		expect(told).toEqual([]);
		await clock.advance(1);
		expect(told).toEqual(['readable']);
		expect(textOf(drained(channel))).toBe('next');
	});

	test('is not silent while octets wait in the port', async () => {
		const { clock, port, channel } = await opened([1]);
		const frame = frameOf(1, FrameType.UIH, bytesOf('slow'), { commandBit: 0 });
		port.give(frame.subarray(0, 4));
		const listener = port.listener;
		await clock.advance(150);
		// The machine is busy and does not hear of the rest.
		port.listener = undefined;
		port.give(frame.subarray(4, 6));
		port.listener = listener;
		await clock.advance(150);
		port.give(frame.subarray(6));
		expect(textOf(drained(channel))).toBe('slow');
	});

	test('of one octet at a time carries every frame whole', async () => {
		const { port, channels } = await opened([1, 2]);
		port.takes = 1;
		channels[0]!.write(bytesOf('one'));
		channels[1]!.write(bytesOf('two'));
		port.give(uih(hex('23 03 41')));
		for (let step = 0; step < 60; step++) port.listener?.writable?.();
		expect(port.frames().map(({ dlci, payload }) => `${dlci} ${textOf(Uint8Array.from(payload))}`)).toEqual([
			'1 one',
			'0 !\x03A',
			'2 two',
		]);
	});
});

describe('a responder', () => {
	const sabm = (dlci: number) => frameOf(dlci, FrameType.SABM, undefined, FINAL);
	const disc = (dlci: number) => frameOf(dlci, FrameType.DISC, undefined, FINAL);
	const MSC = frameOf(0, FrameType.UIH, hex('E3 05 07 0D'));

	function responder(options = {}) {
		const accepted: Channel[] = [];
		const made = bench({ role: 'responder', onOpen: channel => accepted.push(channel), ...options });
		return { ...made, accepted };
	}

	test('answers like a Telit module, octet for octet', async () => {
		const { clock, port, accepted } = responder({ requireMsc: true });
		port.give(sabm(0));
		expect(hexOf(port.octets())).toBe('F9037301D7F9');
		port.give(sabm(1));
		expect(hexOf(port.octets())).toBe('F907730115F9');
		expect(accepted.map(({ dlci }) => dlci)).toEqual([1]);
		accepted[0]!.write(bytesOf('RDY'));
		await clock.advance(2000);
		expect(port.octets()).toHaveLength(0);
		port.give(MSC);
		expect(port.frames()).toMatchObject([
			{ dlci: 0, commandBit: 0, payload: [0xe1, 5, 7, 0x0d] },
			{ dlci: 0, commandBit: 0, payload: [0xe3, 5, 7, 0x0d] },
			{ dlci: 1, commandBit: 0, payload: [...bytesOf('RDY')] },
		]);
	});

	test('without that habit shows its signals and sends at once', () => {
		const { port, accepted } = responder();
		port.give(sabm(0), sabm(1));
		accepted[0]!.write(bytesOf('RDY'));
		expect(port.frames().map(({ dlci, type }) => [dlci, type])).toEqual([
			[0, FrameType.UA],
			[1, FrameType.UA],
			[0, FrameType.UIH],
			[1, FrameType.UIH],
		]);
	});

	test('waits for its peer no longer than told', async () => {
		const { clock, port, mux } = responder({ startWithin: 5000 });
		expect(await clock.settled(mux.start(), 6000)).toEqual({ ok: false, error: 'timeout' });
		expect(clock.now()).toBe(5000);
		expect(port.listener).toBeUndefined();
		const other = responder();
		other.port.give(sabm(0));
		expect(await other.mux.start()).toMatchObject({ ok: true });
		await other.clock.advance(10_000);
		expect(other.port.listener).toBeDefined();
	});

	test('takes only the DLCIs it accepts, and none before DLCI 0', () => {
		const { port, accepted } = responder({ accepts: (dlci: number) => dlci <= 3 });
		port.give(sabm(1));
		port.give(sabm(0));
		for (const dlci of [3, 4, 62, 63]) port.give(sabm(dlci));
		const answers = port.frames().filter(({ type }) => type !== FrameType.UIH);
		expect(answers.map(({ dlci, type }) => [dlci, type === FrameType.UA])).toEqual([
			[1, false],
			[0, true],
			[3, true],
			[4, false],
			[62, false],
			[63, false],
		]);
		expect(accepted.map(({ dlci }) => dlci)).toEqual([3]);
	});

	test('answers a repeated SABM, and the channel stays', () => {
		const { port, accepted } = responder();
		port.give(sabm(0), sabm(0), sabm(1), sabm(1), sabm(1));
		expect(port.frames().filter(({ type }) => type === FrameType.UA)).toHaveLength(5);
		expect(accepted).toHaveLength(1);
		expect(accepted[0]!.isOpen).toBe(true);
	});

	test('takes a SABM after data alone for a peer that starts anew too', () => {
		const { port, accepted } = responder();
		port.give(sabm(0), sabm(1), frameOf(1, FrameType.UIH, bytesOf('AT\r')), sabm(1));
		expect(accepted).toHaveLength(2);
		expect(accepted[0]!.isOpen).toBe(false);
	});

	test('takes a SABM after MSC for a peer that starts anew', () => {
		const { port, accepted } = responder();
		port.give(sabm(0), sabm(1), MSC);
		const told = recorded(accepted[0]!);
		port.give(sabm(1));
		expect(told).toContain('closed restarted');
		expect(accepted).toHaveLength(2);
		port.give(MSC);
		const again = recorded(accepted[1]!);
		port.give(sabm(0));
		expect(again).toContain('closed restarted');
		port.give(sabm(1));
		expect(accepted).toHaveLength(3);
	});

	test('that was held by FCoff is free again when the peer starts anew', () => {
		const { port, accepted } = responder();
		port.give(sabm(0), frameOf(0, FrameType.UIH, hex('63 01')), sabm(0), sabm(1));
		port.octets();
		accepted[0]!.write(bytesOf('RDY'));
		expect(port.frames()).toMatchObject([{ dlci: 1 }]);
	});

	test('answers DISC with UA, and DM where nothing is open', () => {
		const { port, accepted } = responder({ requireMsc: true });
		port.give(sabm(0), sabm(1));
		port.octets();
		const told = recorded(accepted[0]!);
		port.give(disc(1), disc(1), disc(2));
		expect(port.frames().map(({ dlci, type }) => [dlci, type])).toEqual([
			[1, FrameType.UA],
			[1, FrameType.DM],
			[2, FrameType.DM],
		]);
		expect(told).toEqual(['closed disconnected']);
		port.give(sabm(1));
		expect(accepted).toHaveLength(2);
	});

	test('tells an initiator that sends to a channel which is not there', () => {
		const { port, mux } = responder();
		port.give(sabm(0));
		port.octets();
		port.give(frameOf(2, FrameType.UIH, bytesOf('AT\r')));
		expect(port.frames()).toMatchObject([{ dlci: 2, type: FrameType.DM }]);
		expect(mux.statistics.stray).toBe(1);
	});

	test('can open a DLCI too, where the peer accepts it', async () => {
		const { clock, port, mux } = responder();
		port.give(sabm(0));
		port.octets();
		const opening = mux.open(1);
		expect(port.frames()).toMatchObject([{ dlci: 1, type: FrameType.SABM, commandBit: 0 }]);
		port.give(sabm(1));
		port.give(frameOf(1, FrameType.UA, undefined, { commandBit: 0, pollFinal: true }));
		await clock.advance(0);
		port.give(frameOf(0, FrameType.UIH, hex('E1 05 07 0D')));
		expect(await opening).toMatchObject({ ok: true });
	});
});

describe('the trace', () => {
	test('sees every frame of either direction', async () => {
		const clock = { now: () => 0, setTimer: () => ({ cancel: () => {} }) };
		const port = new TestPort();
		const shown: string[] = [];
		const mux = new Multiplexer({
			port,
			clock,
			role: 'initiator',
			onFrame: (direction, { dlci, type }) => shown.push(`${direction} ${dlci} ${type.toString(16)}`),
		});
		void mux.start();
		port.give(joined(UA0, uih(hex('23 03 41'))));
		expect(shown).toEqual(['sent 0 2f', 'received 0 63', 'received 0 ef', 'sent 0 ef']);
	});

	test('counts frames and octets', async () => {
		const { port, mux, channel } = await opened([1]);
		const before = mux.statistics;
		channel.write(bytesOf('abc'));
		port.give(frameOf(1, FrameType.UIH, bytesOf('defg'), { commandBit: 0 }), bytesOf('noise'));
		const after = mux.statistics;
		expect(after.framesSent - before.framesSent).toBe(1);
		expect(after.octetsSent - before.octetsSent).toBe(9);
		expect(after.framesReceived - before.framesReceived).toBe(1);
		expect(after.octetsReceived - before.octetsReceived).toBe(15);
	});
});
