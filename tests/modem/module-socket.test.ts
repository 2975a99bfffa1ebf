import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { Instance } from '../../src/modem/instance.js';
import { ModuleSocket } from '../../src/modem/module-socket.js';
import { ScriptedPort } from '../at/scripted-port.js';
import { NOT_REOPENED } from './bench.js';

const OK = '\r\nOK\r\n';

/** A socket whose module answers what the test says; undefined: not at all. */
function bench(answer: (sent: string) => string | undefined) {
	const clock = new VirtualClock();
	const port = new ScriptedPort();
	port.onSent = text => {
		const said = answer(text);
		if (said !== undefined) clock.setTimer(clock.now() + 10, () => port.give(said));
	};
	const instance = new Instance(1, port, {
		clock,
		gap: 0,
		onUrc: () => socket.arrived(),
		onLost: () => {},
		...NOT_REOPENED,
	});
	let hungUp = 0;
	const socket: ModuleSocket = new ModuleSocket(1, instance, clock, () => hungUp++);
	const seen = { text: '', closed: '' };
	const block = new Uint8Array(100);
	socket.listen({
		readable: () => {
			for (let count = socket.read(block); count > 0; count = socket.read(block))
				seen.text += textOf(block.subarray(0, count));
		},
		closed: reason => {
			seen.closed = reason;
		},
	});
	return { clock, port, socket, seen, hungUp: () => hungUp };
}

describe('a socket of the module', () => {
	test('misses no SRING that comes between the data and its OK, or right behind it', async () => {
		for (const ring of ['before', 'behind']) {
			let turn = 0;
			const { clock, seen } = bench(sent => {
				if (!sent.startsWith('AT#SRECV')) return undefined;
				turn++;
				if (turn > 2) return '\r\nERROR\r\n';
				const rings = turn === 1 ? '\r\nSRING: 1,4\r\n' : '';
				const data = `\r\n#SRECV: 1,4\r\n${turn === 1 ? 'one ' : 'two '}\r\n`;
				return ring === 'before' ? `${data}${rings}${OK}` : `${data}${OK}${rings}`;
			});
			await clock.advance(1000);
			expect(seen.text).toBe('one two ');
		}
	});

	test.each([
		['#SSENDEXT is refused', '\r\n+CME ERROR: 563\r\n'],
		['#SSENDEXT is an error', '\r\nERROR\r\n'],
		['#SSENDEXT is not answered', undefined],
	])('ends when %s', async (_what, answer) => {
		const { clock, socket, seen } = bench(sent => (sent.startsWith('AT#SSENDEXT') ? answer : '\r\nERROR\r\n'));
		socket.write(bytesOf('data'));
		await clock.advance(100_000);
		expect(seen.closed).not.toBe('');
		expect(socket.write(bytesOf('more'))).toBe(0);
		socket.close();
		expect(clock.pending()).toBe(0);
	});

	test.each([
		['there is nothing', '\r\nERROR\r\n', ''],
		['the socket is closed', '\r\n+CME ERROR: 551\r\n', 'the connection is over'],
		['nothing comes', undefined, 'the module does not answer'],
	])('when #SRECV says that %s', async (_what, answer, closed) => {
		const { clock, seen } = bench(sent => (sent.startsWith('AT#SRECV') ? answer : undefined));
		await clock.advance(60_000);
		expect(seen.closed).toBe(closed);
	});

	test('sends what was written in little pieces together, in blocks of 1024', async () => {
		const sizes: number[] = [];
		let wanted = 0;
		let data = '';
		const { clock, socket } = bench(sent => {
			const found = /^AT#SSENDEXT=1,(\d+)\r$/.exec(sent);
			if (found !== null) {
				wanted = Number(found[1]);
				sizes.push(wanted);
				return '\r\n> ';
			}
			if (sent.length !== wanted) return '\r\nERROR\r\n';
			data += sent;
			return OK;
		});
		await clock.advance(100);
		for (let turn = 0; turn < 150; turn++) socket.write(bytesOf('0123456789'));
		await clock.advance(1000);
		expect(sizes).toEqual([1024, 476]);
		expect(data).toBe('0123456789'.repeat(150));
	});

	test('closes once, tells its owner, and leaves no timer', async () => {
		const { clock, socket, seen, hungUp } = bench(() => '\r\nERROR\r\n');
		await clock.advance(100);
		socket.write(bytesOf('data'));
		socket.ended('gone');
		socket.close();
		socket.close();
		expect(clock.pending()).toBe(0);
		await clock.advance(100);
		expect(hungUp()).toBe(1);
		expect(seen.closed).toBe('');
	});
});
