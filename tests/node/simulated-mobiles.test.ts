import { expect, test } from 'vitest';
import { SimulatedMobiles } from '../../hosts/node/simulated-mobiles.js';
import { MessageCentre } from '../../hosts/simulator/message-centre.js';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { parseNumber } from '../../src/sms/address.js';
import { joinAnswer, openDigestSms, signRequestV1 } from '../../src/sms/requester.js';
import { REQUEST_PDU, unwrap } from '../sms/samples.js';
import { deskThatRuns } from '../support/desk.js';
import { digest } from '../support/digest.js';

const BOARD = '+393297308600';
const FROM = '+393297308677';

function bench() {
	const clock = new VirtualClock();
	const centre = new MessageCentre(clock, { delay: 1000 });
	return { clock, centre, board: new Mobile(centre, BOARD), mobiles: new SimulatedMobiles(clock, centre, BOARD) };
}

test('an SMS to the board brings its answer, with the PDUs of both', async () => {
	const { clock, board, mobiles } = bench();
	board.onMessage = message => void board.send(`\r\n${'x'.repeat(200)}\r\n\r\nOK\r\n`, message.from);
	const exchange = await clock.settled(mobiles.sendSms({ from: FROM, text: 'AT+X', timeoutMs: 60_000 }), 60_000);
	if (!exchange.ok) throw new Error(exchange.error);
	expect(exchange.value).toMatchObject({ to: BOARD, ms: 2000, answer: { parts: 2 } });
	expect(exchange.value.sent).toEqual(['0011000C919323790368000000AD0441EA0A0B']);
	expect(exchange.value.answer?.text.trimEnd().endsWith('OK')).toBe(true);
	expect(exchange.value.answer?.pdus).toHaveLength(2);
});

test('without an answer the exchange ends at its time', async () => {
	const { clock, mobiles } = bench();
	const exchange = await clock.settled(mobiles.sendSms({ from: FROM, text: 'HAT', timeoutMs: 5000 }), 5000);
	expect(exchange).toMatchObject({ ok: true, value: { answer: null, ms: 5000 } });
});

test('an answer goes to the order whose number it comes from, and one answer to one order', async () => {
	const { clock, centre, board, mobiles } = bench();
	const other = new Mobile(centre, '+393480000001');
	board.onMessage = message => void board.send(`board ${message.text}`, message.from);
	const orders = [
		mobiles.sendSms({ from: FROM, text: 'none', to: '+393480000001', timeoutMs: 8000 }),
		mobiles.sendSms({ from: FROM, text: 'one', timeoutMs: 8000 }),
		mobiles.sendSms({ from: FROM, text: 'two', timeoutMs: 8000 }),
	];
	const outcomes = await clock.settled(Promise.all(orders), 20_000);
	const texts = outcomes.map(outcome => (outcome.ok ? (outcome.value.answer?.text ?? null) : outcome.error));
	expect(texts).toEqual([null, 'board one', 'board two']);
	expect(other.received.map(({ text }) => text)).toEqual(['none']);
});

test('the board does not write to itself, and mobiles are bounded', async () => {
	const { clock, mobiles } = bench();
	expect(await mobiles.sendSms({ from: BOARD, text: 'AT', timeoutMs: 1 })).toMatchObject({ ok: false });
	const orders = Array.from({ length: 65 }, (_, index) =>
		mobiles.sendSms({ from: `+39${1000 + index}`, text: 'AT', timeoutMs: 1 }),
	);
	const outcomes = await clock.settled(Promise.all(orders), 10);
	expect(outcomes.filter(outcome => !outcome.ok)).toEqual([
		{ ok: false, error: 'at most 64 mobiles can be on the network' },
	]);
});

test('a digest request brings all SMS of its answer from a whole board, and a text beside it its own', async () => {
	const { clock, desk, console, registered } = await deskThatRuns();
	const mobiles = new SimulatedMobiles(clock, desk.centre, desk.sim.number);
	await console.ask('at+cnmi=2,1');
	await console.ask('at#smsatwl=0,1,1,"1234567890123456"');
	await console.ask(`at#smsatwl=0,2,0,"${FROM}"`);
	await console.ask('at#smsatrun=1');
	await registered();
	const delivery = { to: unwrap(parseNumber('+39329')), validityMinutes: 60 };
	const ids = { transactionId: 3, sessionId: 4 };
	const { hex } = unwrap(signRequestV1('AT#MONI=7;#MONI', '1234567890123456', ids, delivery, digest));
	const [signed, plain] = await clock.settled(
		Promise.all([
			mobiles.sendSms({ from: FROM, pdu: hex, timeoutMs: 120_000 }),
			mobiles.sendSms({ from: FROM, text: 'AT+CSQ', timeoutMs: 120_000 }),
		]),
		200_000,
	);
	const { answer } = unwrap(signed!);
	const opened = answer!.pdus.map(pdu => unwrap(openDigestSms(pdu, { password: '1234567890123456' }, digest)));
	expect(joinAnswer(opened)).toMatchObject({ valid: true });
	expect(opened.length).toBeGreaterThan(1);
	expect(unwrap(plain!).answer?.text).toMatch(/^\r\n\+CSQ: /);
});

test.each([
	['is cut off', REQUEST_PDU.slice(0, 40)],
	['is no SUBMIT', '0791934329002000040C91934386867611001580509221028180020D0A'],
])('a PDU that %s is refused', async (_what, pdu) => {
	const { mobiles } = bench();
	expect(await mobiles.sendSms({ from: FROM, pdu, timeoutMs: 1 })).toEqual({
		ok: false,
		error: expect.stringMatching(/^the SMS cannot be sent/),
	});
});
