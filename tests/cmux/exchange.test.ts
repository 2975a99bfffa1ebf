import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Exchange } from '../../src/cmux/exchange.js';

function begun(retries: number) {
	const clock = new VirtualClock();
	const sent: string[] = [];
	const outcomes: string[] = [];
	const exchange = new Exchange<string>({
		clock,
		wait: 100,
		retries,
		late: 'late',
		send: attempt => sent.push(`${attempt} at ${clock.now()}`),
		done: outcome => outcomes.push(`${outcome} at ${clock.now()}`),
	});
	return { clock, sent, outcomes, exchange };
}

describe('an exchange', () => {
	test('repeats what is not answered, then gives up', async () => {
		const { clock, sent, outcomes } = begun(2);
		await clock.advance(10_000);
		expect(sent).toEqual(['0 at 0', '1 at 100', '2 at 200']);
		expect(outcomes).toEqual(['late at 300']);
	});

	test('without retries sends once', async () => {
		const { clock, sent, outcomes } = begun(0);
		await clock.advance(10_000);
		expect(sent).toHaveLength(1);
		expect(outcomes).toEqual(['late at 100']);
	});

	test('ends with the first answer and sends nothing more', async () => {
		const { clock, sent, outcomes, exchange } = begun(3);
		await clock.advance(150);
		exchange.settle('answer');
		exchange.settle('another');
		await clock.advance(10_000);
		expect(sent).toHaveLength(2);
		expect(outcomes).toEqual(['answer at 150']);
	});
});
