import { describe, expect, test } from 'vitest';
import { type StationDriver, WifiStation } from '../../hosts/esp32/wifi/wifi-station.js';
import { FaultGuard } from '../../hosts/firmware/fault-guard.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';

/** The SDK's class without the radio. */
class FakeDriver implements StationDriver {
	readonly log: string[] = [];
	told: ((event: string, why?: number) => void) | undefined;
	error: string | undefined;

	watch(told: (event: string, why?: number) => void): () => void {
		if (this.error === 'out of memory') throw new Error(this.error);
		this.log.push('watch');
		this.told = told;
		return () => {
			this.log.push('unwatch');
			this.told = undefined;
		};
	}

	connect(ssid: string, password: string): void {
		this.log.push(`connect ${ssid} ${password}`);
		if (this.error !== undefined) throw new Error(this.error);
	}

	off(): void {
		this.log.push('off');
	}

	address(): string | undefined {
		return '10.0.0.5';
	}

	signal(): number | undefined {
		return -70;
	}
}

function bench() {
	const clock = new VirtualClock();
	const driver = new FakeDriver();
	const faults: string[] = [];
	const guard = new FaultGuard(
		(place, error) => faults.push(`${place}: ${String(error)}`),
		() => {},
	);
	const station = new WifiStation({ clock, guard, driver });
	const events: string[] = [];
	const owner = { joined: () => void events.push('joined'), ended: (why: string) => void events.push(why) };
	return { clock, driver, faults, station, events, owner };
}

describe('the Wi-Fi station of the board', () => {
	test('touches no radio before it is told to join, nor when it is told to leave', () => {
		const { driver, station } = bench();
		station.leave();
		expect([driver.log, station.isRadioOn, station.address, station.signal]).toEqual([[], false, undefined, undefined]);
	});

	test('joins, tells of it with the address, and leaves', () => {
		const { driver, station, events, owner } = bench();
		station.join('site', 'secret', owner);
		expect([events, station.isRadioOn, station.isAssociated, station.address]).toEqual([[], true, false, undefined]);
		driver.told!('start');
		driver.told!('connect');
		expect([events, station.isAssociated]).toEqual([[], true]);
		driver.told!('gotIP');
		expect([events, station.address, station.signal]).toEqual([['joined'], '10.0.0.5', -70]);
		station.leave();
		station.leave();
		expect(driver.log).toEqual(['watch', 'connect site secret', 'unwatch', 'off']);
		expect([events, station.isRadioOn, station.isAssociated, station.address]).toEqual([
			['joined'],
			false,
			false,
			undefined,
		]);
	});

	test.each<[string, readonly (readonly [string, number?])[], string]>([
		['a password that is refused', [['disconnect', -1]], 'refused'],
		['nobody of that name', [['disconnect', 0]], 'not found'],
		['a loss before the address', [['connect'], ['disconnect', 0]], 'lost'],
		['a password that is changed while it is joined', [['connect'], ['gotIP'], ['disconnect', -1]], 'refused'],
	])('tells %s', (_what, told, why) => {
		const { driver, station, events, owner } = bench();
		station.join('site', 'secret', owner);
		for (const [event, value] of told) driver.told!(event, value);
		expect(events.slice(-1)).toEqual([why]);
		expect([station.isAssociated, station.address, station.isRadioOn]).toEqual([false, undefined, true]);
	});

	test('joins again without a new start of the radio, and tells only who asked last', () => {
		const { driver, station, events, owner } = bench();
		const former: string[] = [];
		station.join('site', 'secret', { joined: () => former.push('joined'), ended: why => former.push(why) });
		station.join('site', 'other', owner);
		driver.told!('connect');
		driver.told!('gotIP');
		expect([former, events]).toEqual([[], ['joined']]);
		expect(driver.log).toEqual(['watch', 'connect site secret', 'connect site other']);
	});

	test('tells of a driver that throws from a timer, and without the words of the exception', async () => {
		const { clock, driver, faults, station, events, owner } = bench();
		driver.error = 'secret';
		station.join('site', 'secret', owner);
		expect(events).toEqual([]);
		await clock.advance(1);
		expect([events, faults]).toEqual([['failed'], []]);
	});

	test('joins at a later try where the driver could not even watch at the first', async () => {
		const { clock, driver, station, events, owner } = bench();
		driver.error = 'out of memory';
		station.join('site', 'secret', owner);
		await clock.advance(1);
		expect([events, station.isRadioOn]).toEqual([['failed'], false]);
		driver.error = undefined;
		station.join('site', 'secret', owner);
		driver.told!('gotIP');
		expect(events).toEqual(['failed', 'joined']);
	});

	test('tells nothing of a driver that threw where it has left since', async () => {
		const { clock, driver, station, events, owner } = bench();
		driver.error = 'no memory';
		station.join('site', 'secret', owner);
		station.leave();
		await clock.advance(1);
		expect(events).toEqual([]);
		expect(driver.log.slice(-2)).toEqual(['unwatch', 'off']);
	});

	test('may be left inside its own news', () => {
		const { driver, faults, station, events } = bench();
		station.join('site', 'secret', {
			joined: () => station.leave(),
			ended: why => events.push(why),
		});
		driver.told!('gotIP');
		expect([driver.log.slice(-2), events, faults]).toEqual([['unwatch', 'off'], [], []]);
	});

	test('hands what its owner throws to the guard', () => {
		const { driver, faults, station } = bench();
		station.join('site', 'secret', {
			joined: () => {
				throw new Error('broken');
			},
			ended: () => {},
		});
		expect(() => driver.told!('gotIP')).toThrow('broken');
		expect(faults).toEqual(['Wi-Fi: Error: broken']);
	});
});
