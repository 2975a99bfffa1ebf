import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../src/sms/status-report.js';

describe('the status of a report', () => {
	test.each([
		[0x00, 'delivered'],
		[0x02, 'delivered'],
		[0x1f, 'delivered'],
		[0x20, 'pending'],
		[0x30, 'pending'],
		[0x3f, 'pending'],
		[0x40, 'failed'],
		[0x46, 'failed'],
		[0x60, 'failed'],
		[0x80, 'failed'],
		[0xff, 'failed'],
	])('%i means %s', (status, outcome) => {
		expect(outcomeOf(status)).toBe(outcome);
	});
});
