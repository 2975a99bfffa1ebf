import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { BoardTime } from '../../src/services/board-time.js';
import { decodePdu } from '../../src/sms/pdu.js';
import type { Timestamp } from '../../src/sms/timestamp.js';

const DAY = 86_400_000;

/** The time stamp of a message of that day of November 2026, noon UTC. */
function dayOf(day: number): Timestamp | undefined {
	const digits = String(day).padStart(2, '0');
	const decoded = decodePdu(`0004029121000462 11${digits[1]}${digits[0]}21000000 0141`.replace(/ /g, ''));
	if (!decoded.ok || decoded.value.tpdu.type !== 'DELIVER') throw new Error('not a message');
	return decoded.value.tpdu.timestamp;
}

describe('the time of day of the board', () => {
	test('is unknown at first, and then every message is fresh', () => {
		const time = new BoardTime(new VirtualClock());
		expect(time.now()).toBe(0);
		expect(time.isFresh(dayOf(1), 1)).toBe(true);
	});

	test.each(['80/01/06,00:00:00+00', '00/01/01,00:00:00+00', '04/01/01,00:00:00', 'no time'])(
		'is not what a module shows that nobody told the time: %s',
		shown => {
			const time = new BoardTime(new VirtualClock());
			time.seeClock(`+CCLK: "${shown}"`);
			expect(time.now()).toBe(0);
		},
	);

	test('comes from the clock of the module with its zone in quarters of an hour', () => {
		const time = new BoardTime(new VirtualClock());
		time.seeClock('+CCLK: "26/11/22,18:30:00+04"');
		expect(time.now()).toBe(Date.UTC(2026, 10, 22, 17, 30) / 1000);
	});

	test('goes on while nothing arrives: without a clock, too, what was long under way is too old', async () => {
		const clock = new VirtualClock();
		const time = new BoardTime(clock);
		time.seeMessage(dayOf(10));
		await clock.advance(5 * DAY);
		time.seeMessage(dayOf(11));
		expect(time.isFresh(dayOf(11), 1440)).toBe(false);
		expect(time.isFresh(dayOf(15), 1440)).toBe(true);
		expect(time.isFresh(dayOf(11), 0)).toBe(true);
		time.seeMessage(dayOf(20));
		expect(time.isFresh(dayOf(15), 1440)).toBe(false);
	});

	test('a clock known, a message that is late does not turn the time back', async () => {
		const clock = new VirtualClock();
		const time = new BoardTime(clock);
		time.seeClock('+CCLK: "26/11/10,12:00:00+00"');
		await clock.advance(5 * DAY);
		time.seeMessage(dayOf(11));
		expect(time.now()).toBe(Date.UTC(2026, 10, 15, 12) / 1000);
		expect(time.isFresh(dayOf(11), 1440)).toBe(false);
	});

	test('a clock that leaps while the board runs is not believed alone', async () => {
		const clock = new VirtualClock();
		const time = new BoardTime(clock);
		time.seeClock('+CCLK: "26/11/10,12:00:00+00"');
		time.seeClock('+CCLK: "26/11/12,12:00:00+00"');
		expect(time.isFresh(dayOf(10), 1440)).toBe(true);
		time.seeClock('+CCLK: "26/11/10,12:00:00+00"');
		expect(time.now()).toBe(Date.UTC(2026, 10, 10, 12) / 1000);
	});

	test('a message that agrees with it proves a clock that leapt, forward and back', async () => {
		const clock = new VirtualClock();
		const time = new BoardTime(clock);
		time.seeClock('+CCLK: "26/11/10,12:00:00+00"');
		time.seeClock('+CCLK: "26/11/20,12:00:00+00"');
		time.seeMessage(dayOf(20));
		expect(time.now()).toBe(Date.UTC(2026, 10, 20, 12) / 1000);
		time.seeClock('+CCLK: "26/11/11,12:00:00+00"');
		time.seeMessage(dayOf(20));
		expect(time.now()).toBe(Date.UTC(2026, 10, 20, 12) / 1000);
		time.seeMessage(dayOf(11));
		expect(time.now()).toBe(Date.UTC(2026, 10, 11, 12) / 1000);
	});
});
