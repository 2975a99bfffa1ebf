import { describe, expect, test } from 'vitest';
import { MessageCentre, type MessageCentreOptions } from '../../hosts/simulator/message-centre.js';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { decodePdu } from '../../src/sms/pdu.js';

const ONE = '+393297308677';
const OTHER = '+393468686711';

function pair(options: MessageCentreOptions = {}) {
	const clock = new VirtualClock();
	const centre = new MessageCentre(clock, options);
	return { clock, centre, one: new Mobile(centre, ONE), other: new Mobile(centre, OTHER) };
}

describe('the message centre', () => {
	test.each([
		['a short text', 'AT+COPS?', 1],
		['the longest single SMS', 'x'.repeat(160), 1],
		['a text of two parts', 'x'.repeat(161), 2],
		['another alphabet', 'пример', 1],
		['characters of the extension table at a boundary', `${'x'.repeat(152)}€${'x'.repeat(20)}`, 2],
	])('carries %s from one mobile to another', async (_, text, parts) => {
		const { clock, one, other } = pair();
		const sent = one.send(text, OTHER);
		expect(sent.ok && sent.value.length).toBe(parts);
		await clock.advance(10_000);
		expect(other.received.map(message => [message.from, message.text])).toEqual([[ONE, text]]);
		expect(one.received).toHaveLength(0);
	});

	test('makes the DELIVER of the SUBMIT: origin, time of arrival, coding, content', async () => {
		const { clock, one, other } = pair({ wallClock: Date.UTC(2008, 4, 29, 10, 20, 18) / 1000 });
		one.send('\x01\xff', OTHER, '8bit');
		await clock.advance(10_000);
		const pdu = decodePdu(other.received[0]!.pdus[0]!);
		if (!pdu.ok || pdu.value.tpdu.type !== 'DELIVER') throw new Error('no DELIVER');
		const { origin, timestamp, dcs, content } = pdu.value.tpdu;
		expect(origin).toMatchObject({ kind: 'number', type: 1, digits: ONE.slice(1) });
		expect(timestamp).toEqual({ year: 2008, month: 5, day: 29, hour: 12, minute: 20, second: 18, quarterHours: 8 });
		expect(dcs).toBe(4);
		expect([...content]).toEqual([1, 255]);
		expect(pdu.value.serviceCentre?.digits).toBe('393492000200');
	});

	test.each([
		['3468686711', 1],
		['00393468686711', 1],
		['393468686711', 0],
		['+393468686711', 1],
	])('knows the subscriber by %s: %i', async (to, count) => {
		const { clock, one, other } = pair();
		one.send('x', to);
		await clock.advance(10_000);
		expect(other.received).toHaveLength(count);
	});

	test.each([
		[0, 0],
		[2, 2],
	])('delivers %i copies where the hook says so', async (copies, count) => {
		const { clock, one, other } = pair({ copies: () => copies });
		one.send('x', OTHER);
		await clock.advance(10_000);
		expect(other.received).toHaveLength(count);
	});

	test('keeps messages for who is not there, in their order', async () => {
		const { clock, centre, one, other } = pair();
		other.switchOff();
		for (const text of ['a', 'b', 'c']) one.send(text, OTHER);
		await clock.advance(100_000);
		expect(centre.waitingFor(OTHER)).toBe(3);
		const again = new Mobile(centre, OTHER);
		await clock.advance(100);
		expect(again.received.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
		expect(other.received).toHaveLength(0);
	});

	test('keeps a bounded number', async () => {
		const { clock, centre, one } = pair();
		for (let count = 0; count < 250; count++) one.send('x', '+399');
		await clock.advance(10_000);
		expect(centre.waitingFor('+399')).toBe(200);
		expect(centre.dropped).toBe(50);
	});

	test('reports a delivery to the sender that asked', async () => {
		const { clock, centre } = pair();
		const reports: Uint8Array[] = [];
		centre.attach('+391', {
			receive: pdu => {
				reports.push(pdu);
				return 'accepted';
			},
		});
		const pdu = decodePdu('0031070C919343868676110000AD0141');
		if (!pdu.ok || pdu.value.tpdu.type !== 'SUBMIT') throw new Error('no SUBMIT');
		expect(centre.submit('+391', pdu.value.tpdu)).toBe(true);
		await clock.advance(10_000);
		expect(reports).toHaveLength(1);
	});

	test('joins parts that come twice and in any order', async () => {
		let copies = 2;
		const { clock, one, other } = pair({ copies: () => copies-- });
		one.send('y'.repeat(300), OTHER);
		await clock.advance(20_000);
		expect(other.received.map(({ text }) => text)).toEqual(['y'.repeat(300)]);
	});
});
