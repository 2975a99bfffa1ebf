import { describe, expect, test } from 'vitest';
import type { DeskOptions } from '../../hosts/simulator/desk.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import type { Mobile } from '../../hosts/simulator/mobile.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { TestStore } from '../support/memory-store.js';

const OWNER = '+393297308677';
const GUEST = '+393290000002';

async function board(options: Partial<DeskOptions> = {}): Promise<TestDesk> {
	const desk = await deskThatRuns(options);
	await desk.console.ask('at+cnmi=2,1');
	await desk.console.ask(`at#smsatwl=0,1,0,"${OWNER}"`);
	await desk.console.ask('at#smsatwl=0,2,0,"+39*"');
	await desk.console.ask('at#smsatrun=1');
	await desk.registered();
	return desk;
}

async function answerTo(desk: TestDesk, mobile: Mobile, text: string, limit = 300_000): Promise<string> {
	const before = mobile.received.length;
	mobile.send(text, desk.desk.sim.number);
	await desk.clock.until(() => mobile.received.length > before, limit, `an answer to ${text}`);
	return mobile.received[before]!.text;
}

async function counter(desk: TestDesk, name: string): Promise<number> {
	const found = new RegExp(`#ATRUNSTAT: ${name},([0-9]+)`).exec(await desk.console.ask('at#atrunstat'));
	return Number(found?.[1]);
}

describe('given requests that restart the module', () => {
	test('#REBOOT is answered when the module is back, with the seconds it took', async () => {
		const desk = await board();
		const answer = await answerTo(desk, desk.mobile(OWNER), 'AT#REBOOT', 600_000);
		expect(answer).toMatch(/^\r\n#ATRUN: RESTARTED,[0-9]+\r\n\r\nOK\r\n$/);
		expect(desk.desk.module.boots).toBe(2);
	});

	test('#SHDN is answered too: the ON/OFF line brings the module back', async () => {
		const desk = await board();
		expect(await answerTo(desk, desk.mobile(OWNER), 'AT#SHDN', 600_000)).toContain('#ATRUN: RESTARTED,');
		expect(await answerTo(desk, desk.mobile(OWNER), 'AT+CSQ')).toContain('+CSQ: ');
	});

	test('a number that is listed by its prefix only may not', async () => {
		const desk = await board();
		const answer = await answerTo(desk, desk.mobile(GUEST), 'AT#REBOOT');
		expect(answer).toBe('\r\n#ATRUN: REFUSED,"power"\r\n\r\nERROR\r\n');
		expect(desk.desk.module.boots).toBe(1);
	});

	test('#ATRUNGRANT gives it that right, and takes it from the other', async () => {
		const desk = await board();
		await desk.console.ask('at#atrungrant=0,2,7');
		await desk.console.ask('at#atrungrant=0,1,3');
		expect(await desk.console.ask('at#atrungrant?')).toContain('#ATRUNGRANT: 0,2,7\r\n#ATRUNGRANT: 0,1,3\r\n');
		expect(await answerTo(desk, desk.mobile(OWNER), 'AT#REBOOT')).toContain('REFUSED,"power"');
		expect(await answerTo(desk, desk.mobile(GUEST), 'AT#REBOOT', 600_000)).toContain('RESTARTED');
	});
});

describe('given requests that take the network away', () => {
	async function detached(desk: TestDesk): Promise<void> {
		desk.mobile(OWNER).send('HAT+CFUN=4', desk.desk.sim.number);
		await desk.console.see('#SMSATRUN: HAT+CFUN=4', 60_000);
		await desk.clock.advance(30_000);
		expect(await desk.console.ask('at+cfun?')).toContain('+CFUN: 4');
	}

	test('they are undone after ten minutes, and the journal says so', async () => {
		const desk = await board();
		await detached(desk);
		await desk.clock.advance(660_000);
		expect(await desk.console.ask('at+cfun?')).toContain('+CFUN: 1');
		expect(await desk.console.ask('at#atrunlog=64,"undone"')).toContain('"AT+CFUN=1","recovered","undone"');
		expect(await answerTo(desk, desk.mobile(OWNER), 'AT+CSQ')).toContain('+CSQ: ');
	});

	test('strict mode leaves them, as the firmware of the module did', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunmode=1');
		await detached(desk);
		await desk.clock.advance(660_000);
		expect(await desk.console.ask('at+cfun?')).toContain('+CFUN: 4');
	});

	test('a further request meanwhile leaves them as they are', async () => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		mobile.send('HAT+CGATT=0;+CGCLASS="CG"', desk.desk.sim.number);
		await desk.clock.advance(60_000);
		await desk.console.ask('at+cgclass="B"');
		await answerTo(desk, mobile, 'AT+CSQ');
		await desk.clock.advance(660_000);
		expect(await desk.console.ask('at#atrunlog=64,"undone"')).not.toContain('undone"');
	});
});

describe('given a board that goes down in the middle', () => {
	test('a request that had begun is answered with "outcome unknown", once, and never run again', async () => {
		const settings = new TestStore();
		const store = new MemoryStore();
		const desk = await board({ settings, store });
		const mobile = desk.mobile(OWNER);
		mobile.send('AT+COPS=?', desk.desk.sim.number);
		await desk.clock.until(() => desk.trace.some(line => line.includes('dlci 3 → AT+COPS=?')), 120_000, 'the survey');
		// The power fails: nothing of this board runs any more, and what it stored is all that is left.
		const after = await deskThatRuns({ settings: copyOf(settings), store });
		const phone = after.mobile(OWNER);
		await after.clock.until(() => phone.received.length > 0, 300_000, 'the word of the interrupted request');
		expect(phone.received[0]!.text).toBe('\r\n#ATRUN: OUTCOME UNKNOWN\r\n\r\nERROR\r\n');
		await after.clock.advance(300_000);
		expect(phone.received.length).toBe(1);
		expect(after.trace.some(line => line.includes('AT+COPS=?'))).toBe(false);
		const again = await deskThatRuns({ settings: copyOf(settings), store });
		expect(again.trace.some(line => line.includes('AT+COPS=?'))).toBe(false);
	});

	test('a request that waits for the module is answered when it is back', async () => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		mobile.send('AT+COPS?', desk.desk.sim.number);
		await desk.clock.until(
			() => desk.trace.some(line => line.includes('dlci 1 → AT+CMGS=')),
			120_000,
			'the answer on its way',
		);
		desk.desk.power.setReset(true);
		await desk.clock.advance(400);
		desk.desk.power.setReset(false);
		await desk.clock.advance(300_000);
		// Nobody confirmed that +CMGS, so the answer is not sent a second time; the journal has it.
		expect(await desk.console.ask('at#atrunlog=64')).toMatch(/"not sent","unknown"|"run","done"/);
		expect(await answerTo(desk, mobile, 'AT+CSQ')).toContain('+CSQ: ');
	});
});

describe('given messages that waited in the store', () => {
	test('they are run oldest first when the service is switched on, and others stay', async () => {
		const desk = await board();
		await desk.console.ask('at#smsatrun=0');
		const mobile = desk.mobile(OWNER);
		for (const text of ['AT+CSQ', 'Hello', 'AT+CREG?']) {
			mobile.send(text, desk.desk.sim.number);
			await desk.clock.advance(10_000);
		}
		await desk.console.ask('at#smsatrun=1');
		await desk.clock.until(() => mobile.received.length === 2, 300_000, 'both answers');
		expect(mobile.received.map(({ text }) => text.slice(2, 7))).toEqual(['+CSQ:', '+CREG']);
		expect(desk.desk.sim.used).toBe(1);
	});

	test('one that is older than the set age is recorded and not run', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=1,30');
		await desk.console.ask('at#smsatrun=0');
		const mobile = desk.mobile(OWNER);
		mobile.send('AT#GPIO=2,1,1', desk.desk.sim.number);
		await desk.clock.advance(3_600_000);
		mobile.send('AT+CSQ', desk.desk.sim.number);
		await desk.clock.advance(10_000);
		await desk.console.ask('at#smsatrun=1');
		await desk.clock.until(() => mobile.received.length === 1, 300_000, 'the answer to the new one');
		await desk.clock.advance(60_000);
		expect(mobile.received.map(({ text }) => text.slice(2, 7))).toEqual(['+CSQ:']);
		expect(await desk.console.ask('at#gpio=2,2')).toContain('#GPIO: 0,0');
		expect(await desk.console.ask('at#atrunlog=64,"too old"')).toContain('"AT#GPIO=2,1,1","dropped","too old"');
		expect(await counter(desk, 'SMS_STALE')).toBe(1);
	});

	test('nobody known by a number can set the clock that they are judged by', async () => {
		const desk = await board();
		const answer = await answerTo(desk, desk.mobile(OWNER), 'AT+CCLK="35/01/01,00:00:00+00"');
		expect(answer).toBe('\r\n#ATRUN: REFUSED,"admin"\r\n\r\nERROR\r\n');
		expect(await answerTo(desk, desk.mobile(OWNER), 'AT+CCLK?')).toContain('+CCLK: "');
	});

	test('the store never fills up: above the watermark the oldest message that is no request goes', async () => {
		const desk = await board({ sim: { capacity: 10 } });
		const stranger = desk.mobile('+491711234567');
		for (let number = 0; number < 14; number++) {
			stranger.send(`Hello ${number}`, desk.desk.sim.number);
			await desk.clock.advance(10_000);
		}
		expect(desk.desk.sim.used).toBe(8);
		expect(await counter(desk, 'SMS_DROPPED')).toBe(6);
		expect(await answerTo(desk, desk.mobile(OWNER), 'AT+CSQ')).toContain('+CSQ: ');
	});

	test('where the DTE wants to keep all, nothing goes', async () => {
		const desk = await board({ sim: { capacity: 10 } });
		await desk.console.ask('at#atrunsms=1,1440,30,200,0');
		const stranger = desk.mobile('+491711234567');
		for (let number = 0; number < 9; number++) {
			stranger.send(`Hello ${number}`, desk.desk.sim.number);
			await desk.clock.advance(10_000);
		}
		expect(desk.desk.sim.used).toBe(9);
	});
});

describe('given the budget of outgoing SMS', () => {
	test('a quarter stays for those who are known in full when others have used up theirs', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunsms=1,1440,4,100');
		const guest = desk.mobile(GUEST);
		for (let number = 0; number < 5; number++) {
			guest.send(`AT+CSQ${' '.repeat(number)}`, desk.desk.sim.number);
			await desk.clock.advance(30_000);
		}
		expect(guest.received.length).toBe(3);
		expect(await answerTo(desk, desk.mobile(OWNER), 'AT+CREG?')).toContain('+CREG: 0,1');
		expect(await counter(desk, 'SMS_OVER_BUDGET')).toBe(2);
		expect(await counter(desk, 'SMS_HOUR')).toBe(4);
	});

	test('a restart does not refill it', async () => {
		const settings = new TestStore();
		const store = new MemoryStore();
		const desk = await board({ settings, store });
		await desk.console.ask('at#atrunsms=1,1440,1,100');
		await answerTo(desk, desk.mobile(OWNER), 'AT+CSQ');
		const after = await deskThatRuns({ settings: copyOf(settings), store });
		await after.registered();
		const phone = after.mobile(OWNER);
		phone.send('AT+CREG?', after.desk.sim.number);
		await after.clock.advance(120_000);
		expect(phone.received).toEqual([]);
	});

	test('two boards that list each other do not talk for ever', async () => {
		const desk = await board();
		const other = desk.mobile(OWNER);
		// What a board answers, sent to a board.
		for (const text of ['\r\n+CSQ: 21,0\r\n\r\nOK\r\n', '\r\nERROR\r\n'])
			other.send(text, desk.desk.sim.number, '8bit');
		await desk.clock.advance(120_000);
		expect(other.received).toEqual([]);
		expect(desk.desk.sim.used).toBe(2);
	});
});

describe('given the delays of section 4', () => {
	test('the suggested one applies by itself, an explicit one replaces it, and strict mode has none', async () => {
		const desk = await board();
		const mobile = desk.mobile(OWNER);
		const wait = async (): Promise<number> => {
			desk.trace.length = 0;
			desk.console.clear();
			await answerTo(desk, mobile, `AT#SGACT=1,0${' '.repeat(mobile.received.length)}`);
			const at = (text: string) => Number(desk.trace.find(line => line.includes(text))?.split(' ')[0]);
			return Math.round((at('dlci 3 → AT#SGACT=1,0') - at('dlci 1 → AT+CMGD=')) / 1000);
		};
		expect(await wait()).toBe(5);
		await desk.console.ask('at#atrundelay=1,2');
		expect(await desk.console.ask('at#atrundelay?')).toContain('#ATRUNDELAY: 0,0\r\n#ATRUNDELAY: 1,2\r\n');
		expect(await wait()).toBe(2);
		await desk.console.ask('at#atrundelay=1,0');
		expect(await wait()).toBe(0);
	});

	test('strict mode waits for nothing that is not set', async () => {
		const desk = await board();
		await desk.console.ask('at#atrunmode=1');
		desk.trace.length = 0;
		await answerTo(desk, desk.mobile(OWNER), 'AT#SGACT=1,0');
		const at = (text: string) => Number(desk.trace.find(line => line.includes(text))?.split(' ')[0]);
		expect(at('dlci 3 → AT#SGACT=1,0') - at('dlci 1 → AT+CMGD=')).toBeLessThan(1_000);
	});
});

/** What a store holds now: what is left when the power fails. */
function copyOf(store: TestStore): TestStore {
	const copy = new TestStore();
	for (const [name, record] of Object.entries(store.records)) copy.records[name] = record.slice();
	return copy;
}
