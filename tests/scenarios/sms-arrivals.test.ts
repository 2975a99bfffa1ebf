import { describe, expect, test } from 'vitest';
import type { DeskOptions } from '../../hosts/simulator/desk.js';
import type { Mobile } from '../../hosts/simulator/mobile.js';
import { parseNumber } from '../../src/sms/address.js';
import { encodePdu } from '../../src/sms/pdu.js';
import { contentOfText } from '../../src/sms/user-data.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';

const OWNER = '+393297308677';
const STRANGER = '+491711234567';

async function board(options: Partial<DeskOptions> = {}): Promise<TestDesk> {
	const desk = await deskThatRuns(options);
	await desk.console.ask('at+cnmi=2,1');
	await desk.console.ask(`at#smsatwl=0,1,0,"${OWNER}"`);
	await desk.console.ask('at#smsatrun=1');
	await desk.registered();
	desk.console.clear();
	return desk;
}

async function counter(desk: TestDesk, name: string): Promise<number> {
	return Number(new RegExp(`#ATRUNSTAT: ${name},([0-9]+)`).exec(await desk.console.ask('at#atrunstat'))?.[1]);
}

function times(desk: TestDesk, text: string): number {
	return desk.trace.filter(line => line.includes(text)).length;
}

async function answered(desk: TestDesk, mobile: Mobile, count = 1): Promise<readonly string[]> {
	await desk.clock.until(() => mobile.received.length >= count, 300_000, `${count} answers`);
	return mobile.received.map(({ text }) => text);
}

/** Sends a text with the octets that a mobile may choose. */
function sendWith(desk: TestDesk, mobile: Mobile, text: string, { dcs = 0, protocol = 0 }): void {
	const to = parseNumber(desk.desk.sim.number);
	const content = contentOfText(text, (dcs & 0x0c) === 4 ? '8bit' : 'gsm7');
	if (!to.ok || !content.ok) throw new Error(text);
	const pdu = encodePdu({
		serviceCentre: undefined,
		tpdu: {
			type: 'SUBMIT',
			rejectDuplicates: false,
			replyPath: false,
			statusReport: false,
			reference: 0,
			destination: to.value,
			protocol,
			dcs,
			validity: undefined,
			header: undefined,
			content: content.value,
		},
	});
	if (!pdu.ok || !mobile.sendPdu(pdu.value.hex).ok) throw new Error('not sent');
}

describe('a message that takes the place of a request that runs', () => {
	test.each([
		['Hello', STRANGER, '\r\n+CMTI: "SM",1\r\n'],
		['AT+CMEE?', OWNER, '\r\n#SMSATRUN: AT+CMEE?\r\n'],
	])('%j is looked at', async (text, from, shown) => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		mobile.send('AT+COPS=?', desk.desk.sim.number);
		await desk.clock.until(() => times(desk, 'dlci 3 → AT+COPS=?') === 1, 60_000, 'the survey');
		const other = from === OWNER ? mobile : desk.mobile(from);
		other.send(text, desk.desk.sim.number);
		await answered(desk, mobile, from === OWNER ? 2 : 1);
		await desk.clock.advance(10_000);
		expect(desk.console.screen).toBe(`\r\n#SMSATRUN: AT+COPS=?\r\n${shown}`);
	});
});

describe('a request that switches the service off', () => {
	test('is not told to the DTE as a message, and those that wait are, once', async () => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		mobile.send('AT#SMSATRUN=0', desk.desk.sim.number);
		await answered(desk, mobile);
		await desk.clock.advance(5_000);
		expect(desk.console.screen).toBe('\r\n#SMSATRUN: AT#SMSATRUN=0\r\n');
	});

	test('leaves what waits behind it to the DTE', async () => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		mobile.send('AT+COPS=?', desk.desk.sim.number);
		await desk.clock.until(() => times(desk, 'dlci 3 → AT+COPS=?') === 1, 60_000, 'the survey');
		mobile.send('AT+CMEE?', desk.desk.sim.number);
		await desk.clock.advance(10_000);
		desk.console.clear();
		desk.console.type('at#smsatrun=0\r');
		await answered(desk, mobile);
		await desk.clock.advance(20_000);
		expect(desk.console.screen.split('+CMTI: "SM",1').length).toBe(2);
		expect(times(desk, 'dlci 3 → AT+CMEE?')).toBe(0);
		expect(desk.desk.sim.used).toBe(1);
	});
});

describe('the same message delivered twice', () => {
	test('runs once, although both wait behind another request', async () => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		mobile.send('AT+COPS=?', desk.desk.sim.number);
		await desk.clock.until(() => times(desk, 'dlci 3 → AT+COPS=?') === 1, 60_000, 'the survey');
		mobile.send('AT+CMEE?', desk.desk.sim.number);
		await desk.clock.advance(6_000);
		const { messages } = desk.desk.sim;
		const at = messages.findIndex(message => message !== undefined);
		messages[at + 1] = { ...messages[at]! };
		await desk.console.ask('at#smsatrun=1');
		await answered(desk, mobile, 2);
		await desk.clock.advance(60_000);
		expect(times(desk, 'dlci 3 → AT+CMEE?')).toBe(1);
		expect(mobile.received.length).toBe(2);
		expect(desk.desk.sim.used).toBe(0);
	});
});

describe('messages that are no requests', () => {
	test('are told once and counted once, however often the module is attached again', async () => {
		const desk = await board();
		desk.mobile(STRANGER).send('Hello', desk.desk.sim.number);
		const mobile = desk.mobile(OWNER);
		mobile.send('AT+CMEE?', desk.desk.sim.number, 'ucs2');
		mobile.send(`AT+CMEE?${' '.repeat(200)}`, desk.desk.sim.number);
		await desk.clock.advance(60_000);
		const { used } = desk.desk.sim;
		const told = desk.console.screen.match(/\+CMTI: "SM",[0-9]+/g) ?? [];
		expect(told.length).toBe(used);
		expect(new Set(told).size).toBe(used);
		const counts = async () => [await counter(desk, 'SMS_OTHERS'), await counter(desk, 'SMS_REFUSED')];
		const before = await counts();
		expect(before[1]).toBe(2);
		for (let time = 0; time < 2; time++) {
			desk.desk.power.setReset(true);
			await desk.clock.advance(500);
			desk.desk.power.setReset(false);
			await desk.clock.advance(120_000);
		}
		await desk.console.ask('at#smsatrun=1');
		await desk.clock.advance(10_000);
		expect(await counts()).toEqual(before);
		expect(desk.console.screen).not.toContain('+CMTI');
		expect(mobile.received).toEqual([]);
	});
});

describe('a request of any kind that a mobile can send', () => {
	test.each([
		...[0x00, 0x10, 0x11, 0x12, 0x13, 0xf0, 0xf1, 0xf3, 0x04, 0x15, 0x16, 0x17, 0xf5, 0xf6].map(dcs => [dcs, 0]),
		...[0x41, 0x40, 0x7f, 0x20].map(protocol => [0, protocol]),
	] as const)('coding %i, protocol %i, is answered in its own coding', async (dcs, protocol) => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		sendWith(desk, mobile, 'AT+CMEE?', { dcs: dcs!, protocol: protocol! });
		expect(await answered(desk, mobile)).toEqual(['\r\n+CMEE: 1\r\n\r\nOK\r\n']);
		expect(mobile.received[0]!.dcs).toBe(dcs);
	});

	test.each([0, 1])('commands with \\ and ^ run with #SMSMODE=%i', async mode => {
		const desk = await board();
		await desk.console.ask(`at#smsmode=${mode}`);
		const mobile = desk.mobile(OWNER);
		for (const alphabet of ['gsm7', '8bit'] as const) {
			mobile.send('AT\\V;^SMSO', desk.desk.sim.number, alphabet);
			await answered(desk, mobile, alphabet === 'gsm7' ? 1 : 2);
			await desk.clock.advance(5_000);
		}
		expect(times(desk, 'AT\\V;^SMSO')).toBeGreaterThanOrEqual(2);
	});
});

describe('the budget of outgoing SMS', () => {
	test('cuts a long answer to what is left of it, with a mark, and takes no more', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=1,1440,2,200');
		const mobile = desk.mobile(OWNER);
		mobile.send(`AT${'#SMSATRUNCFG=?;'.repeat(10)}+CMEE?`, desk.desk.sim.number);
		const [answer] = await answered(desk, mobile);
		expect(answer!.endsWith('...')).toBe(true);
		expect(mobile.received[0]!.pdus.length).toBe(2);
		expect(await counter(desk, 'SMS_HOUR')).toBe(2);
		mobile.send('AT', desk.desk.sim.number);
		await desk.clock.advance(60_000);
		expect(mobile.received.length).toBe(1);
	});

	test('holds for words of the board beside a request that runs, too', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=1,1440,3,200');
		const mobile = desk.mobile(OWNER);
		mobile.send('AT+COPS=?', desk.desk.sim.number);
		await desk.clock.advance(4_000);
		for (let number = 0; number < 16; number++) mobile.send(`AT${' '.repeat(number)}`, desk.desk.sim.number);
		await desk.clock.advance(600_000);
		expect(mobile.received.length).toBe(3);
	});
});

describe('a store that cannot be listed while the SIM is busy', () => {
	test('is looked through later', async () => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		await desk.console.ask('at#smsatrun=0');
		mobile.send('AT+CMEE?', desk.desk.sim.number);
		await desk.clock.advance(20_000);
		desk.desk.sim.inserted = false;
		await desk.console.ask('at#smsatrun=1');
		await desk.clock.advance(8_000);
		expect(mobile.received).toEqual([]);
		desk.desk.sim.inserted = true;
		expect((await answered(desk, mobile)).length).toBe(1);
	});
});
