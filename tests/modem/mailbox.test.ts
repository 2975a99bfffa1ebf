import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Instance } from '../../src/modem/instance.js';
import { Mailbox } from '../../src/modem/mailbox.js';
import { ScriptedPort } from '../at/scripted-port.js';
import { NOT_REOPENED } from './bench.js';

const OK = '\r\nOK\r\n';

/** A mailbox whose module answers the next line with `answer`; undefined: never. */
function bench(answer: string | undefined) {
	const clock = new VirtualClock();
	const port = new ScriptedPort();
	const instance = new Instance(1, port, { clock, gap: 0, onUrc: () => {}, onLost: () => {}, ...NOT_REOPENED });
	port.onSent = text => {
		if (answer === undefined) return;
		if (text.endsWith('\r')) port.give(answer);
		else port.give(`\r\n+CMGS: 9\r\n${OK}`);
	};
	return { clock, port, mailbox: new Mailbox(() => instance) };
}

describe('reading a message', () => {
	test.each([
		[`\r\n+CMGR: 0,,5\r\n00112233\r\n${OK}`, { ok: true, value: '00112233' }],
		[`\r\n+CREG: 1\r\n\r\n+CMGR: 0,,5\r\n00112233\r\n${OK}`, { ok: true, value: '00112233' }],
		['\r\n+CMS ERROR: 321\r\n', { ok: false, error: 'empty' }],
		[OK, { ok: false, error: 'empty' }],
		[`\r\n+CMGR: 0,,5\r\n${OK}`, { ok: false, error: 'empty' }],
		['\r\n+CMS ERROR: 500\r\n', { ok: false, error: 'refused' }],
		['\r\nERROR\r\n', { ok: false, error: 'refused' }],
		[undefined, { ok: false, error: 'no-answer' }],
	])('%j', async (answer, wanted) => {
		const { clock, mailbox, port } = bench(answer);
		expect(await clock.settled(mailbox.read(7), 60_000)).toEqual(wanted);
		expect(port.sent.startsWith('AT+CMGR=7\r')).toBe(true);
	});
});

describe('removing a message', () => {
	test.each([
		[OK, true],
		['\r\n+CMS ERROR: 321\r\n', true],
		['\r\n+CMS ERROR: 500\r\n', false],
		['\r\nERROR\r\n', false],
		[undefined, false],
	])('%j', async (answer, wanted) => {
		const { clock, mailbox } = bench(answer);
		expect(await clock.settled(mailbox.remove(7), 60_000)).toBe(wanted);
	});
});

/** The indexes of all messages that the store tells. */
async function listed(mailbox: Mailbox): Promise<readonly number[]> {
	const indexes: number[] = [];
	await mailbox.each(index => indexes.push(index));
	return indexes;
}

describe('listing the messages', () => {
	test.each([
		[`\r\n+CMGL: 1,1,"",25\r\n0011\r\n+CMGL: 12,0,,20\r\n0022\r\n${OK}`, [1, 12]],
		[OK, []],
		['\r\n+CMS ERROR: 310\r\n', []],
		[undefined, []],
	])('%j', async (answer, wanted) => {
		const { clock, mailbox } = bench(answer);
		expect(await clock.settled(listed(mailbox), 60_000)).toEqual(wanted);
	});

	test('ends at 255 of them', async () => {
		const many = Array.from({ length: 300 }, (_, at) => `+CMGL: ${at + 1},1,,5\r\n00\r\n`).join('');
		const { clock, mailbox } = bench(`\r\n${many}${OK}`);
		expect((await clock.settled(listed(mailbox), 60_000)).length).toBe(255);
	});
});

describe('sending a message', () => {
	test.each([
		['\r\n> ', { ok: true, value: undefined }],
		['\r\n>', { ok: true, value: undefined }],
		['\r\n+CMS ERROR: 310\r\n', { ok: false, error: 'refused' }],
		['\r\nERROR\r\n', { ok: false, error: 'refused' }],
		// It was never asked for: nothing can have been sent.
		[undefined, { ok: false, error: 'refused' }],
	])('%j', async (answer, wanted) => {
		const { clock, mailbox, port } = bench(answer);
		expect(await clock.settled(mailbox.send('00AABB', 2), 100_000)).toEqual(wanted);
		expect(port.sent.startsWith('AT+CMGS=2\r')).toBe(true);
		expect(port.sent.includes('00AABB\u001a')).toBe(wanted.ok);
	});
});

test('without a control instance there is no answer', async () => {
	const mailbox = new Mailbox(() => undefined);
	expect(await mailbox.read(1)).toEqual({ ok: false, error: 'no-answer' });
	expect(await mailbox.send('00', 0)).toEqual({ ok: false, error: 'refused' });
	expect(await mailbox.remove(1)).toBe(false);
	expect(await listed(mailbox)).toEqual([]);
});
