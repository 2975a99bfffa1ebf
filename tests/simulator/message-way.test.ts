import { describe, expect, test } from 'vitest';
import { MessageCentre, type MessageCentreOptions } from '../../hosts/simulator/message-centre.js';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { Random } from '../../hosts/simulator/random.js';
import { CommandType, decodeSmsCommand, encodeSmsCommand } from '../../hosts/simulator/sms-command.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOfHex, hexOf } from '../../src/base/hex.js';
import { parseNumber } from '../../src/sms/address.js';
import { decodePdu } from '../../src/sms/pdu.js';
import type { StatusReport } from '../../src/sms/status-report.js';
import type { Submit } from '../../src/sms/submit.js';
import { timestampAt } from '../../src/sms/timestamp.js';
import type { Validity } from '../../src/sms/validity.js';

const SENDER = '+393297308677';
const RECIPIENT = '+393468686711';

/** A centre, a recipient that may be away, and a sender that collects the reports. */
function way(options: MessageCentreOptions = {}, isThere = true) {
	const clock = new VirtualClock();
	const centre = new MessageCentre(clock, options);
	const recipient = new Mobile(centre, RECIPIENT);
	if (!isThere) recipient.switchOff();
	const reports: StatusReport[] = [];
	centre.attach(SENDER, {
		receive: pdu => {
			const decoded = decodePdu(hexOf(pdu));
			if (decoded.ok && decoded.value.tpdu.type === 'STATUS-REPORT') reports.push(decoded.value.tpdu);
			return 'accepted';
		},
	});
	return { clock, centre, recipient, reports };
}

function address(number: string) {
	const parsed = parseNumber(number);
	if (!parsed.ok) throw new Error(number);
	return parsed.value;
}

function submit(text: string, reference = 7, validity?: Validity): Submit {
	const content = Uint8Array.from(text, character => character.charCodeAt(0));
	const frame = { type: 'SUBMIT', rejectDuplicates: false, replyPath: false, statusReport: true } as const;
	return {
		...frame,
		reference,
		destination: address(RECIPIENT),
		protocol: 0,
		dcs: 0,
		validity,
		header: undefined,
		content,
	};
}

function sendMany({ centre }: ReturnType<typeof way>, count: number): void {
	for (let at = 0; at < count; at++) centre.submit(SENDER, submit(`${at}`, at));
}

const texts = ({ recipient }: ReturnType<typeof way>) => recipient.received.map(({ text }) => text);

describe('the way of a message', () => {
	test('takes two seconds, in order, and loses nothing', async () => {
		const at = way();
		sendMany(at, 20);
		await at.clock.advance(1999);
		expect(texts(at)).toEqual([]);
		await at.clock.advance(1);
		expect(texts(at).join()).toBe('0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19');
	});

	test('is as long as it is told to be, and changes while messages are sent', async () => {
		const at = way({ delay: 10_000 });
		sendMany(at, 1);
		const undo = at.centre.transit.disturb({ delay: 60_000 });
		sendMany(at, 2);
		await at.clock.advance(10_000);
		expect(texts(at)).toEqual(['0']);
		undo();
		sendMany(at, 3);
		await at.clock.advance(10_000);
		expect(texts(at)).toEqual(['0', '0', '1', '2']);
		await at.clock.advance(50_000);
		expect(texts(at)).toHaveLength(6);
	});

	test('loses the share that it is told, and the same messages with the same seed', async () => {
		const lost = async (seed: number) => {
			const at = way({ transit: { lose: 0.3 }, random: new Random(seed) });
			sendMany(at, 100);
			await at.clock.advance(10_000);
			return texts(at);
		};
		const one = await lost(5);
		expect(one.length).toBeGreaterThan(55);
		expect(one.length).toBeLessThan(85);
		expect(await lost(5)).toEqual(one);
		expect(await lost(6)).not.toEqual(one);
	});

	test('doubles messages, and reports each but once', async () => {
		const at = way({ transit: { double: 1 } });
		sendMany(at, 3);
		await at.clock.advance(10_000);
		expect(texts(at)).toEqual(['0', '1', '2', '0', '1', '2']);
		expect(at.reports.map(({ reference }) => reference)).toEqual([0, 1, 2]);
	});

	test('spread over time brings them in another order, each of them once', async () => {
		const at = way({ transit: { spread: 30_000 }, random: new Random(1) });
		sendMany(at, 20);
		await at.clock.advance(40_000);
		const came = texts(at);
		const sent = Array.from({ length: 20 }, (_, n) => `${n}`);
		expect(came).not.toEqual(sent);
		expect([...came].sort()).toEqual([...sent].sort());
	});

	test('of several disturbances counts the largest share, and delays add up', () => {
		const { transit } = way().centre;
		const undo = transit.disturb({ lose: 0.1, delay: 1000 });
		transit.disturb({ lose: 0.5, double: 0.2, delay: 2000, spread: 3 });
		expect(transit.now).toEqual({ delay: 5000, spread: 3, lose: 0.5, double: 0.2 });
		undo();
		expect(transit.now).toEqual({ delay: 4000, spread: 3, lose: 0.5, double: 0.2 });
	});
});

describe('a status report', () => {
	test('says when the message was taken and when it was delivered', async () => {
		const at = way({ delay: 90_000, wallClock: Date.UTC(2008, 4, 28, 10) / 1000, zone: 0 });
		at.centre.submit(SENDER, submit('x'));
		await at.clock.advance(100_000);
		expect(at.reports).toHaveLength(1);
		const { status, reference, aboutCommand, timestamp, discharge } = at.reports[0]!;
		expect({ status, reference, aboutCommand }).toEqual({ status: 0, reference: 7, aboutCommand: false });
		expect(timestamp).toMatchObject({ hour: 10, minute: 0, second: 0 });
		expect(discharge).toMatchObject({ hour: 10, minute: 1, second: 30 });
	});

	test.each<[string, Validity | undefined, number]>([
		['a relative period', { form: 'relative', minutes: 5 }, 300_000],
		['an absolute one', { form: 'absolute', until: timestampAt(Date.UTC(2008, 4, 28, 9, 14, 37) / 1000, 8) }, 600_000],
		['none: a week', undefined, 604_800_000],
	])('tells that the validity is over, with %s', async (_, validity, ms) => {
		const at = way({}, false);
		at.centre.submit(SENDER, submit('x', 7, validity));
		await at.clock.advance(ms - 1000);
		expect(at.reports).toEqual([]);
		expect(at.centre.waitingFor(RECIPIENT)).toBe(1);
		await at.clock.advance(1000);
		expect(at.reports.map(({ status }) => status)).toEqual([0x46]);
		expect(at.centre.waitingFor(RECIPIENT)).toBe(0);
		const again = new Mobile(at.centre, RECIPIENT);
		await at.clock.advance(60_000);
		expect(again.received).toEqual([]);
	});
});

describe('a command to the centre', () => {
	function order(centre: MessageCentre, command: number, message = 7, statusReport = false): boolean {
		const head = { statusReport, reference: 99, protocol: 0, command, message, destination: address(RECIPIENT) };
		return centre.command(SENDER, { ...head, data: new Uint8Array(0) });
	}

	test.each([
		['that waits', false, 7, 0x22],
		['that was delivered', true, 7, 0x00],
		['that the centre does not know', true, 8, 0x49],
	])('asks after a message %s', async (_, isThere, message, status) => {
		const at = way({}, isThere);
		at.centre.submit(SENDER, { ...submit('x'), statusReport: false });
		await at.clock.advance(5000);
		expect(order(at.centre, CommandType.enquiry, message)).toBe(true);
		await at.clock.advance(5000);
		expect(at.reports).toMatchObject([{ aboutCommand: true, reference: 99, status }]);
	});

	test('takes a message back that was not delivered yet', async () => {
		const at = way({}, false);
		at.centre.submit(SENDER, submit('x'));
		at.centre.submit(SENDER, submit('y', 8));
		await at.clock.advance(5000);
		expect(order(at.centre, CommandType.remove, 7, true)).toBe(true);
		const again = new Mobile(at.centre, RECIPIENT);
		await at.clock.advance(5000);
		expect(again.received.map(({ text }) => text)).toEqual(['y']);
		expect(at.reports).toMatchObject([
			{ aboutCommand: true, status: 0x47 },
			{ aboutCommand: false, reference: 8, status: 0 },
		]);
	});

	test.each([
		[true, CommandType.cancelReport, 0],
		[false, CommandType.enableReport, 1],
	])('with a report asked for: %s, command %i leads to %i', async (statusReport, command, count) => {
		const at = way();
		at.centre.submit(SENDER, { ...submit('x'), statusReport });
		expect(order(at.centre, command)).toBe(true);
		await at.clock.advance(5000);
		expect(at.reports).toHaveLength(count);
	});

	test('that no standard knows is refused', () => {
		expect(order(way().centre, 200)).toBe(false);
	});
});

describe('the TPDU of a command', () => {
	const whole = '22630002070C919343868676110142';

	test('is read as it is written', () => {
		const read = decodeSmsCommand(bytesOfHex(whole)!);
		if (!read.ok) throw new Error(read.error);
		expect(read.value).toMatchObject({ statusReport: true, reference: 0x63, command: 2, message: 7 });
		const written = encodeSmsCommand(read.value);
		expect(written.ok && hexOf(written.value)).toBe(whole);
	});

	test('that ends early, goes on, or is another type, is refused', () => {
		for (let end = 2; end < whole.length; end += 2)
			expect(decodeSmsCommand(bytesOfHex(whole.slice(0, end))!).ok).toBe(false);
		expect(decodeSmsCommand(bytesOfHex(`${whole}00`)!)).toEqual({ ok: false, error: 'surplus' });
		expect(decodeSmsCommand(bytesOfHex(`21${whole.slice(2)}`)!)).toEqual({ ok: false, error: 'type' });
	});
});
