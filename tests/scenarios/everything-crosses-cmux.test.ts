import { expect, test } from 'vitest';
import { deskThatRuns } from '../support/desk.js';

test('the trace shows how the board attaches: AT first, then frames, then lines on each DLCI', async () => {
	const { trace } = await deskThatRuns();
	const seen = trace.map(line => line.replace(/^[0-9]+ /, ''));
	const order = [
		'uart → AT+CMUX=0',
		'uart ← OK',
		'cmux → SABM dlci 0 c p',
		'cmux ← UA dlci 0 c p',
		'cmux → SABM dlci 1 c p',
		'cmux → UIH dlci 0 c 4 MSC command dlci 1 rtc rtr',
		'dlci 1 → ATE0Q0V1',
		'dlci 1 ← OK',
		'cmux → SABM dlci 2 c p',
		'cmux → SABM dlci 3 c p',
	];
	let from = 0;
	for (const line of order) {
		const place = seen.indexOf(line, from);
		expect(place, `${line} after ${order[order.indexOf(line) - 1] ?? 'the start'}`).toBeGreaterThanOrEqual(from);
		from = place + 1;
	}
});

test('a console line goes out as a frame and never as bare text', async () => {
	const { console, trace } = await deskThatRuns();
	const before = trace.length;
	await console.ask('at+cgmm');
	const lines = trace.slice(before).join('\n');
	expect(lines).toContain('dlci 1 → AT+cgmm');
	expect(lines).toMatch(/cmux → UIH dlci 1 c 8/);
	expect(lines).not.toContain('uart');
});

test('no password that a person types appears in the trace', async () => {
	const { console, trace } = await deskThatRuns();
	await console.ask('at#tcpatrunauth=1,"testuser","s3cretpassw"');
	await console.ask('at#smsatwl=0,2,1,"1234567890123456"');
	await console.ask('at+cpin="8642"');
	await console.ask('at#sgact=1,1,"who","s3cretpassw"', 160_000);
	expect(trace.join('\n')).not.toMatch(/s3cretpassw|1234567890123456|8642/);
});
