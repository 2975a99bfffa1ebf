import { describe, expect, test } from 'vitest';
import { createSimulatedModule } from '../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Dialogue } from '../../src/at/dialogue.js';
import { bytesOf } from '../../src/base/text.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { findModule } from '../../src/modem/find-module.js';

const RATE = 115_200;
const RATES = [115_200, 9600, 57_600, 38_400, 19_200];

async function line(powered = true) {
	const clock = new VirtualClock();
	const at = createSimulatedModule({ clock, powered });
	await clock.advance(10_000);
	const say = async (text: string) => {
		at.dte.write(bytesOf(text));
		await clock.advance(500);
	};
	/** Where it was found, and how long that took. */
	const find = async (limit = 60_000) => {
		const start = clock.now();
		const dialogue = new Dialogue({ port: at.dte, clock, onUrc: () => {} });
		const rate = await clock.settled(
			findModule({ dialogue, uart: at.dte, clock, rate: RATE, rates: RATES, end: start + limit }),
			limit + 20_000,
		);
		const answer = rate === undefined ? undefined : await clock.settled(askOf(dialogue, clock), 10_000);
		dialogue.close();
		return { rate, ms: clock.now() - start, answer };
	};
	return { ...at, clock, say, find };
}

async function askOf(dialogue: Dialogue, clock: VirtualClock): Promise<readonly string[]> {
	const lines: string[] = [];
	const onLine = (text: string) => lines.push(text);
	await dialogue.run({ line: 'AT+CGMM', prefixes: [''], deadline: clock.now() + 5_000, onLine });
	return lines;
}

describe('a module is found', () => {
	test('at once where it waits at the rate of the line', async () => {
		const at = await line();
		const { rate, ms, answer } = await at.find();
		expect([rate, answer?.at(-1)]).toEqual([RATE, 'GE865-QUAD']);
		expect(ms).toBeLessThan(2_000);
	});

	test.each([9600, 19_200, 38_400, 57_600])('at %i baud, and is brought to that of the line', async rate => {
		const at = await line();
		await at.say(`AT+IPR=${rate}\r`);
		const found = await at.find();
		expect([found.rate, found.answer?.at(-1)]).toEqual([RATE, 'GE865-QUAD']);
		expect(found.ms).toBeLessThan(60_000);
	});

	test.each([RATE, 57_600])('in a multiplexer that nobody ended, at %i baud', async rate => {
		const at = await line();
		if (rate !== RATE) await at.say(`AT+IPR=${rate}\r`);
		at.dte.setBaud(rate);
		await at.say('AT+CMUX=0\r');
		const mux = new Multiplexer({ port: at.dte, clock: at.clock, role: 'initiator', n1: 127, receiveQueue: 512 });
		await at.clock.settled(mux.start(), 10_000);
		await at.clock.settled(mux.open(1), 10_000);
		// The co-processor is gone in the middle of a frame, and comes back at its own rate.
		at.dte.listen(undefined);
		at.dte.write(Uint8Array.of(0xf9, 0x07, 0xef, 0x21, 0x41));
		await at.clock.advance(1_000);
		at.dte.setBaud(RATE);
		const found = await at.find();
		expect([found.rate, found.answer?.at(-1)]).toEqual([RATE, 'GE865-QUAD']);
	});

	test.each(['AT+CMGS="+391"\r', 'AT+CO', '+++', 'AT+COPS=?\r', 'ATE1Q1\r', 'ATV0\r'])('after %j', async before => {
		const at = await line();
		await at.clock.advance(10_000);
		await at.say(before);
		const found = await at.find();
		expect([found.rate, found.answer?.at(-1)]).toEqual([RATE, 'GE865-QUAD']);
	});

	test('as soon as it is switched on', async () => {
		const at = await line(false);
		at.clock.setTimer(at.clock.now() + 20_000, () => at.module.powerOn());
		const found = await at.find();
		expect(found.rate).toBe(RATE);
		expect(found.ms).toBeLessThan(60_000);
	});
});

test('a module that is off is not found, and the search ends in its time, at the rate of the line', async () => {
	const at = await line(false);
	const { rate, ms } = await at.find(30_000);
	expect(rate).toBeUndefined();
	expect(ms).toBeLessThan(40_000);
	expect((at.dte as unknown as { baud: number }).baud).toBe(RATE);
});

test('a search whose dialogue is closed ends soon', async () => {
	const at = await line(false);
	const dialogue = new Dialogue({ port: at.dte, clock: at.clock, onUrc: () => {} });
	at.clock.setTimer(at.clock.now() + 3_000, () => dialogue.close());
	const search = { dialogue, uart: at.dte, clock: at.clock, rate: RATE, rates: RATES, end: at.clock.now() + 60_000 };
	expect(await at.clock.settled(findModule(search), 5_000)).toBeUndefined();
});
