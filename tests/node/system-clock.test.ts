import { expect, test } from 'vitest';
import { SystemClock } from '../../hosts/node/system-clock.js';

test('a timer fires at its time or after it, never from inside the call that set it', async () => {
	const clock = new SystemClock();
	for (let round = 0; round < 20; round++) {
		const at = clock.now() + 1.4;
		let inside = true;
		const fired = new Promise<number>(resolve => {
			clock.setTimer(at, () => {
				expect(inside).toBe(false);
				resolve(clock.now());
			});
		});
		inside = false;
		expect(await fired).toBeGreaterThanOrEqual(at);
	}
});

test('a time in the past is as soon as possible', async () => {
	const clock = new SystemClock();
	await new Promise<void>(resolve => clock.setTimer(clock.now() - 1000, resolve));
});

test('a cancelled timer does not fire, and a far one does not fire at once', async () => {
	const clock = new SystemClock();
	const fired: string[] = [];
	const cancelled = clock.setTimer(clock.now() + 1, () => fired.push('cancelled'));
	cancelled.cancel();
	cancelled.cancel();
	const far = clock.setTimer(clock.now() + 2 ** 33, () => fired.push('far'));
	await new Promise<void>(resolve => clock.setTimer(clock.now() + 10, resolve));
	far.cancel();
	expect(fired).toEqual([]);
});
