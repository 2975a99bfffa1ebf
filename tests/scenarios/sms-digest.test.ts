import { describe, expect, test } from 'vitest';
import type { Mobile } from '../../hosts/simulator/mobile.js';
import { hexOf } from '../../src/base/hex.js';
import { parseNumber } from '../../src/sms/address.js';
import { joinAnswer, openDigestSms, signRequestV1, signRequestV2 } from '../../src/sms/requester.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { digest } from '../support/digest.js';

const PASSWORD = '1234567890123456';
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
const STRANGER = '+491711234567';
const DAY = 1440;

async function board(): Promise<TestDesk> {
	const desk = await deskThatRuns();
	await desk.console.ask('at+cnmi=2,1');
	await desk.console.ask(`at#smsatwl=0,2,1,"${PASSWORD}"`);
	await desk.console.ask(`at#atrunkey=0,3,"${hexOf(KEY)}"`);
	await desk.console.ask('at#smsatrun=1');
	await desk.registered();
	return desk;
}

function delivery({ desk }: TestDesk) {
	const to = parseNumber(desk.sim.number);
	if (!to.ok) throw new Error('the board has no number');
	return { to: to.value, validityMinutes: DAY };
}

function signedV1(desk: TestDesk, text: string, password = PASSWORD): string {
	const signed = signRequestV1(text, password, { transactionId: 7, sessionId: 9 }, delivery(desk), digest);
	if (!signed.ok) throw new Error(signed.error);
	return signed.value.hex;
}

function signedV2(desk: TestDesk, text: string, counter: number, imei = '357462031234567', key = KEY): string {
	const signed = signRequestV2(text, { key, imei }, { keyId: 3, counter }, delivery(desk), digest);
	if (!signed.ok) throw new Error(signed.error);
	return signed.value.hex;
}

async function answersTo(desk: TestDesk, mobile: Mobile, pdu: string, count = 1): Promise<readonly string[]> {
	const before = mobile.received.length;
	if (!mobile.sendPdu(pdu).ok) throw new Error('the mobile cannot send it');
	await desk.clock.until(() => mobile.received.length >= before + count, 300_000, 'the answer');
	return mobile.received.slice(before).flatMap(({ pdus }) => pdus);
}

async function silentFor(desk: TestDesk, mobile: Mobile, pdu: string): Promise<void> {
	const before = mobile.received.length;
	if (!mobile.sendPdu(pdu).ok) throw new Error('the mobile cannot send it');
	await desk.clock.advance(120_000);
	expect(mobile.received.length).toBe(before);
}

describe('given a board with a password in its white list', () => {
	test('a signed request from any number runs, and the answer proves that the board knows the password', async () => {
		const desk = await board();
		const [pdu] = await answersTo(desk, desk.mobile(STRANGER), signedV1(desk, 'AT+COPS?'));
		const opened = openDigestSms(pdu!, { password: PASSWORD }, digest);
		expect(opened).toMatchObject({
			ok: true,
			value: {
				valid: true,
				answer: true,
				text: '\r\n+COPS: 0,0,"I WIND"\r\n\r\nOK\r\n',
				ids: { version: 1, v1: { transactionId: 7, sessionId: 9 } },
			},
		});
		expect(desk.desk.sim.used).toBe(0);
	});

	test('a long answer comes as digest SMS of its own kind, each valid by itself, numbered', async () => {
		const desk = await board();
		const mobile = desk.mobile(STRANGER);
		await answersTo(desk, mobile, signedV1(desk, 'AT#MONI=7'));
		const pdus = await answersTo(desk, mobile, signedV1(desk, 'AT#MONI'), 5);
		const opened = pdus.map(pdu => {
			const one = openDigestSms(pdu, { password: PASSWORD }, digest);
			if (!one.ok) throw new Error(one.error);
			return one.value;
		});
		expect(opened.every(({ valid, text }) => valid && text.length <= 110)).toBe(true);
		expect(joinAnswer(opened)).toMatchObject({ valid: true, complete: true });
		expect(joinAnswer(opened).text).toMatch(/^\r\n#MONI: Cell .*\r\n\r\nOK\r\n$/s);
	});

	test('a request with a wrong digest is left to the DTE and counted, and a good one still runs', async () => {
		const desk = await board();
		const mobile = desk.mobile(STRANGER);
		desk.console.clear();
		await silentFor(desk, mobile, signedV1(desk, 'AT+COPS?', '6543210987654321'));
		expect(desk.console.screen).toBe('\r\n+CMTI: "SM",1\r\n');
		expect(await desk.console.ask('at#atrunstat')).toContain('#ATRUNSTAT: SMS_BAD_DIGEST,1\r\n');
		expect((await answersTo(desk, mobile, signedV1(desk, 'AT+CSQ'))).length).toBe(1);
	});

	test('version 1 can be switched off', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=0');
		await silentFor(desk, desk.mobile(STRANGER), signedV1(desk, 'AT+COPS?'));
	});

	test('it may not change the white list', async () => {
		const desk = await board();
		const [pdu] = await answersTo(desk, desk.mobile(STRANGER), signedV1(desk, 'AT#SMSATWL=0,1,0,"+49*"'));
		expect(openDigestSms(pdu!, { password: PASSWORD }, digest)).toMatchObject({
			value: { text: '\r\n#ATRUN: REFUSED,"admin"\r\n\r\nERROR\r\n' },
		});
		expect(await desk.console.ask('at#smsatwl?')).not.toContain('+49*');
	});
});

describe('given a board with a key', () => {
	test('a request of version 2 runs with the rights of an administrator, and its answer carries its counter', async () => {
		const desk = await board();
		const [pdu] = await answersTo(
			desk,
			desk.mobile(STRANGER),
			signedV2(desk, 'AT#SMSATWL=0,1,0,"+49*"', 1_700_000_000),
		);
		expect(openDigestSms(pdu!, { secret: { key: KEY, imei: '357462031234567' } }, digest)).toMatchObject({
			ok: true,
			value: { valid: true, text: '\r\nOK\r\n', ids: { version: 2, v2: { keyId: 3, counter: 1_700_000_000 } } },
		});
		expect(await desk.console.ask('at#smsatwl?')).toContain('+49*');
	});

	test('a captured request sent again does not run again, and the next one does', async () => {
		const desk = await board();
		const mobile = desk.mobile(STRANGER);
		await answersTo(desk, mobile, signedV2(desk, 'AT#GPIO=2,1,1', 100));
		await desk.console.ask('at#gpio=2,0,1');
		await desk.clock.advance(5_000);
		await silentFor(desk, desk.mobile('+4930123456'), signedV2(desk, 'AT#GPIO=2,1,1', 100));
		expect(await desk.console.ask('at#gpio=2,2')).toContain('#GPIO: 1,0');
		expect(desk.desk.sim.used).toBe(0);
		expect((await answersTo(desk, mobile, signedV2(desk, 'AT+CSQ', 101))).length).toBe(1);
		expect(await desk.console.ask('at#atrunstat')).toContain('#ATRUNSTAT: SMS_REPLAYED,1\r\n');
	});

	test.each([
		['for another board', '357462031234560', KEY],
		['with another key', '357462031234567', KEY.map(octet => octet ^ 1)],
	])('a request %s is none', async (_, imei, key) => {
		const desk = await board();
		await silentFor(desk, desk.mobile(STRANGER), signedV2(desk, 'AT+CSQ', 5, imei, key));
	});

	test('forty wrong digests lock nobody out, and fill no journal', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=1,1440,30,200,1');
		const attacker = desk.mobile(STRANGER);
		for (let number = 0; number < 40; number++) {
			attacker.sendPdu(signedV1(desk, `AT+CSQ;${number}`, '0000000000000000'));
			await desk.clock.advance(5_000);
		}
		expect((await answersTo(desk, desk.mobile('+393200000000'), signedV2(desk, 'AT+CSQ', 9))).length).toBe(1);
		const log = await desk.console.ask('at#atrunlog=64,"bad digest"');
		expect(log.split('#ATRUNLOG:').length - 1).toBeLessThanOrEqual(2);
		expect(desk.desk.sim.used).toBeLessThan(desk.desk.sim.capacity);
	});

	test('neither password nor key is ever told: not by a command, not in the trace, not in the journal', async () => {
		const desk = await board();
		await answersTo(desk, desk.mobile(STRANGER), signedV2(desk, `AT#SMSATWL=0,5,1,"abcdefghijklmnop"`, 5));
		await desk.console.ask('at#smsatwl?');
		await desk.console.ask('at#atrunkey?');
		await desk.console.ask('at#atrunlog=64');
		const told = `${desk.console.screen}${desk.trace.join('\n')}`;
		expect(told).not.toContain('abcdefghijklmnop');
		expect(told).not.toContain(PASSWORD);
		expect(told).not.toContain(hexOf(KEY));
	});
});

/** Its answer takes three SMS. */
const LONG = `AT${'#SMSATRUNCFG=?;'.repeat(6)}#SMSATRUN?`;

describe('given a budget that does not reach for the whole answer', () => {
	test.each([
		['v1', (desk: TestDesk) => signedV1(desk, LONG), { password: PASSWORD }],
		['v2', (desk: TestDesk) => signedV2(desk, LONG, 9), { secret: { key: KEY, imei: '357462031234567' } }],
	] as const)('an answer of %s is cut with a mark, and every SMS of it is valid', async (_, sign, secret) => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=1,1440,2,200');
		const mobile = desk.mobile(STRANGER);
		const pdus = await answersTo(desk, mobile, sign(desk), 2);
		await desk.clock.advance(60_000);
		expect(mobile.received.length).toBe(2);
		const opened = pdus.map(pdu => {
			const one = openDigestSms(pdu, secret, digest);
			if (!one.ok) throw new Error(one.error);
			return one.value;
		});
		expect(joinAnswer(opened)).toMatchObject({ valid: true, complete: true });
		expect(joinAnswer(opened).text.endsWith('...')).toBe(true);
	});
});

describe('given strict mode', () => {
	test('version 2 is no request, version 1 is one although it is switched off, and no budget counts', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=0,1440,1,200');
		await desk.console.ask('at#atrunmode=1');
		const mobile = desk.mobile(STRANGER);
		await silentFor(desk, mobile, signedV2(desk, 'AT+CSQ', 9));
		expect((await answersTo(desk, mobile, signedV1(desk, LONG), 3)).length).toBe(3);
	});
});
