import { describe, expect, test } from 'vitest';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { answered, type Desk, Dte, desk } from './dte.js';

const CALLER = '+393297308677';

async function messageDesk(...settings: readonly string[]): Promise<Desk & { mobile: Mobile }> {
	const at = await desk();
	await at.terminal.set(...settings);
	return { ...at, mobile: new Mobile(at.centre, CALLER) };
}

async function arrive(at: Desk & { mobile: Mobile }, text: string, alphabet?: 'gsm7' | '8bit' | 'ucs2') {
	const sent = at.mobile.send(text, at.sim.number, alphabet);
	expect(sent.ok).toBe(true);
	return at.terminal.watch(5000);
}

describe('a message that arrives', () => {
	test('is announced and read as text', async () => {
		const at = await messageDesk('AT+CMGF=1', 'AT+CNMI=2,1');
		expect(await arrive(at, '[AT+COPS?]')).toBe('\r\n+CMTI: "SM",1\r\n');
		expect(await at.terminal.send('AT+CMGR=1')).toBe(
			answered(`+CMGR: "REC UNREAD","${CALLER}","","08/05/28,11:04:49+08"`, '[AT+COPS?]'),
		);
		expect(await at.terminal.send('AT+CMGR=1')).toContain('"REC READ"');
	});

	test('shows its header with +CSDH=1', async () => {
		const at = await messageDesk('AT+CMGF=1', 'AT+CNMI=2,1', 'AT+CSDH=1');
		await arrive(at, 'AT');
		expect(await at.terminal.send('AT+CMGR=1')).toContain(',145,4,0,0,"+393492000200",145,2\r\nAT\r\n');
	});

	test('is listed as a PDU with its length, and marked as read by that', async () => {
		const at = await messageDesk('AT+CNMI=2,1');
		await arrive(at, 'AT+COPS?');
		const pdu = '0791934329002000040C919323790368770000805082114094800841EA6AF8844E7F';
		expect(await at.terminal.send('AT+CMGL=4')).toBe(answered('+CMGL: 1,0,"",26', pdu));
		expect(await at.terminal.send('AT+CMGL=0')).toBe(answered());
		expect(await at.terminal.send('AT+CMGL=1')).toBe(answered('+CMGL: 1,1,"",26', pdu));
		expect(await at.terminal.send('AT+CMGR=1')).toBe(answered('+CMGR: 1,"",26', pdu));
	});

	test.each<[string, 'gsm7' | '8bit' | 'ucs2', string, string]>([
		['IRA', 'gsm7', 'a@è', 'a@?'],
		['8859-1', 'gsm7', 'a@è', 'a@\xe8'],
		['UCS2', 'gsm7', 'a@è', '0061004000E8'],
		['HEX', 'gsm7', 'a@è', '610004'],
		['IRA', '8bit', 'AT', '4154'],
		['IRA', 'ucs2', 'AT', '00410054'],
		['UCS2', 'ucs2', 'AT', '00410054'],
	])('comes in %s from %s', async (terminalAlphabet, alphabet, text, shown) => {
		const at = await messageDesk('AT+CMGF=1', 'AT+CNMI=2,1', `AT+CSCS="${terminalAlphabet}"`);
		await arrive(at, text, alphabet);
		expect(await at.terminal.send('AT+CMGR=1')).toContain(`\r\n${shown}\r\n\r\nOK`);
	});

	test.each([
		['AT+CNMI=0,1', ''],
		['AT+CNMI=2,0', ''],
		['AT+CNMI=2,1', '\r\n+CMTI: "SM",1\r\n'],
		['AT+CNMI=2,3', '\r\n+CMTI: "SM",1\r\n'],
	])('with %s shows %j and is stored', async (setting, shown) => {
		const at = await messageDesk(setting);
		expect(await arrive(at, 'x')).toBe(shown);
		expect(at.sim.used).toBe(1);
	});

	test('with +CNMI=2,2 goes to the screen and not to the card', async () => {
		const at = await messageDesk('AT+CMGF=1', 'AT+CNMI=2,2');
		expect(await arrive(at, 'AT')).toBe(`\r\n+CMT: "${CALLER}","","08/05/28,11:04:49+08"\r\nAT\r\n`);
		expect(at.sim.used).toBe(0);
	});

	test('waits at the centre while the card is full, and comes when one is erased', async () => {
		const at = await desk({ sim: { capacity: 2 } });
		await at.terminal.set('AT+CNMI=2,1');
		const mobile = new Mobile(at.centre, CALLER);
		for (const text of ['one', 'two', 'three']) mobile.send(text, at.sim.number);
		await at.clock.advance(60_000);
		expect(at.centre.waitingFor(at.sim.number)).toBe(1);
		expect(await at.terminal.send('AT+CPMS?')).toBe(answered('+CPMS: "SM",2,2,"SM",2,2,"SM",2,2'));
		at.terminal.type('AT+CMGD=1\r');
		expect(await at.terminal.watch(500)).toContain('\r\nOK\r\n\r\n+CMTI: "SM",1\r\n');
		expect(at.centre.waitingFor(at.sim.number)).toBe(0);
	});

	test('waits while the module is off or without the radio', async () => {
		const at = await messageDesk('AT+CNMI=2,1', 'AT&W', 'AT+CFUN=4');
		expect(await arrive(at, 'x')).toBe('');
		await at.terminal.set('AT+CFUN=1');
		expect(await at.terminal.watch(10_000)).toContain('+CMTI: "SM",1');
		at.module.cutPower();
		at.mobile.send('y', at.sim.number);
		await at.clock.advance(100_000);
		expect(at.sim.used).toBe(1);
		at.module.powerOn();
		expect(await at.terminal.watch(20_000)).toContain('+CMTI: "SM",2');
	});

	test.each([
		['AT+CGSMS=0', 'AT+CGSMS=1'],
		['AT+CGCLASS="CG"', 'AT+CGCLASS="B"'],
		['AT+COPS=2', 'AT+COPS=0'],
		['AT+CFUN=4', 'AT+CFUN=1'],
	])('does not come after %s, but after %s', async (line, undo) => {
		const at = await messageDesk('AT+CNMI=2,1', line);
		expect(await arrive(at, 'x')).not.toContain('+CMTI');
		await at.clock.advance(100_000);
		expect(at.centre.waitingFor(at.sim.number)).toBe(1);
		expect(await at.terminal.send(undo, 10_000)).toContain('+CMTI: "SM",1');
	});

	test('under CMUX is announced on every instance that asked, but shown on the first alone', async () => {
		const at = await messageDesk('AT+CMUX=0');
		await at.clock.advance(500);
		const mux = new Multiplexer({ port: at.dte, clock: at.clock, role: 'initiator' });
		await at.clock.settled(mux.start(), 5000);
		const screens: Dte[] = [];
		for (const dlci of [1, 2, 3]) {
			const opened = await at.clock.settled(mux.open(dlci), 5000);
			if (opened.ok) screens.push(new Dte(opened.value, at.clock));
		}
		await screens[1]!.set('AT+CNMI=2,1');
		await screens[2]!.set('AT+CNMI=2,1');
		for (const screen of screens) screen.screen = '';
		await arrive(at, 'x');
		expect(screens.map(({ screen }) => screen)).toEqual(['', '\r\n+CMTI: "SM",1\r\n', '\r\n+CMTI: "SM",1\r\n']);
		await screens[2]!.set('AT+CNMI=2,2');
		for (const screen of screens) screen.screen = '';
		await arrive(at, 'y');
		expect(screens.map(({ screen }) => screen.slice(0, 7))).toEqual(['\r\n+CMT:', '', '']);
	});
});

describe('a message that is sent', () => {
	test('as text is prompted for, echoed, and arrives with the number of the card', async () => {
		const at = await messageDesk('AT+CMGF=1');
		expect(await at.terminal.send(`AT+CMGS="${CALLER}"`)).toBe('\r\n> ');
		at.terminal.type('hello\x1a');
		expect(await at.terminal.watch(10_000)).toBe('hello\r\n+CMGS: 1\r\n\r\nOK\r\n');
		expect(at.mobile.received.map(({ from, text }) => [from, text])).toEqual([[at.sim.number, 'hello']]);
	});

	test('to a number without + reaches the same mobile', async () => {
		const at = await messageDesk('AT+CMGF=1');
		await at.terminal.send('AT+CMGS=3297308677');
		at.terminal.type('hello\x1a');
		await at.terminal.watch(10_000);
		expect(at.mobile.received).toHaveLength(1);
	});

	test('longer than one SMS is concatenated by the module and joined at the mobile', async () => {
		const at = await messageDesk('AT+CMGF=1');
		const text = 'x'.repeat(400);
		await at.terminal.send(`AT+CMGS="${CALLER}"`);
		at.terminal.type(`${text}\x1a`);
		expect(await at.terminal.watch(20_000)).toContain('+CMGS: 3\r\n\r\nOK');
		expect(at.mobile.received.map(message => message.text)).toEqual([text]);
		expect(at.mobile.received[0]!.pdus).toHaveLength(3);
	});

	test('given up with ESC is not sent', async () => {
		const at = await messageDesk('AT+CMGF=1');
		await at.terminal.send(`AT+CMGS="${CALLER}"`);
		at.terminal.type('hello\x1b');
		expect(await at.terminal.watch(10_000)).toBe('hello\r\nOK\r\n');
		expect(at.mobile.received).toHaveLength(0);
	});

	test('as a PDU of 52 octets, the digest example, arrives octet for octet', async () => {
		const at = await desk();
		const mobile = new Mobile(at.centre, '+393468686711');
		const pdu =
			'079193432900200011000C919343868676110015AD26D0D0D000110157696A437032715633734E762B61727532305A5561773D3D41542B434F50533F';
		expect(await at.terminal.send('AT+CMGS=52')).toBe('\r\n> ');
		at.terminal.type(`${pdu}\x1a`);
		expect(await at.terminal.watch(10_000)).toContain('+CMGS: 1\r\n\r\nOK');
		expect(mobile.received[0]!.dcs).toBe(21);
		expect(mobile.received[0]!.text).toBe('\xd0\xd0\xd0\x00\x11\x01WijCp2qV3sNv+aru20ZUaw==AT+COPS?');
	});

	test.each([
		['a length that is not the octets', '53', '079193432900200011000C919343868676110015AD0141'],
		['half an octet', '14', '0011000C91934386867611000001D'],
		['no SUBMIT', '20', '0791934329002000040C9193438686761100158050922102818001410'],
	])('%s is refused', async (_, length, pdu) => {
		const at = await desk();
		await at.terminal.set('AT+CMEE=1');
		await at.terminal.send(`AT+CMGS=${length}`);
		at.terminal.type(`${pdu}\x1a`);
		expect(await at.terminal.watch(10_000)).toContain('+CMS ERROR: 304');
	});

	test('without registration ends in an error', async () => {
		const at = await messageDesk('AT+CMGF=1', 'AT+CMEE=1', 'AT+COPS=2');
		await at.terminal.send(`AT+CMGS="${CALLER}"`);
		at.terminal.type('hello\x1a');
		expect(await at.terminal.watch(10_000)).toContain('+CMS ERROR: 331');
	});

	test('can be stored first and sent from there', async () => {
		const at = await messageDesk('AT+CMGF=1');
		await at.terminal.send(`AT+CMGW="${CALLER}"`);
		at.terminal.type('later\x1a');
		expect(await at.terminal.watch(3000)).toContain('+CMGW: 1\r\n\r\nOK');
		expect(await at.terminal.send('AT+CMGL="STO UNSENT"')).toBe(
			answered(`+CMGL: 1,"STO UNSENT","${CALLER}",""`, 'later'),
		);
		expect(await at.terminal.send('AT+CMSS=1', 10_000)).toBe(answered('+CMSS: 1'));
		expect(at.mobile.received.map(({ text }) => text)).toEqual(['later']);
		expect(await at.terminal.send('AT+CMGL="STO SENT"')).toContain('later');
	});

	test('carries 8-bit octets where +CSMP says so', async () => {
		const at = await messageDesk('AT+CMGF=1', 'AT+CSMP=17,167,0,4');
		await at.terminal.send(`AT+CMGS="${CALLER}"`);
		at.terminal.type('00FF1A\x1a');
		expect(await at.terminal.watch(10_000)).toContain('OK');
		expect([...at.mobile.received[0]!.content]).toEqual([0, 255, 26]);
	});
});

describe('+CMGD', () => {
	test.each<[string, readonly string[]]>([
		['AT+CMGD=2', ['read', 'unsent', 'sent']],
		['AT+CMGD=1,1', ['unread', 'unsent', 'sent']],
		['AT+CMGD=1,2', ['unread', 'unsent']],
		['AT+CMGD=1,3', ['unread']],
		['AT+CMGD=1,4', []],
	])('%s leaves %j', async (line, left) => {
		const at = await desk();
		const names = ['read', 'unread', 'unsent', 'sent'];
		const pdu = new Uint8Array(1);
		for (const status of [1, 0, 2, 3] as const) at.sim.store(status, pdu);
		const kept = [...at.sim.messages];
		await at.terminal.set(line);
		expect(names.filter((_, index) => at.sim.messages.includes(kept[index]))).toEqual(left);
	});

	test('answers 321 for a place that is not there, and so does +CMGR for an empty one', async () => {
		const at = await desk();
		await at.terminal.set('AT+CMEE=1');
		expect(await at.terminal.send('AT+CMGD=99')).toBe('\r\n+CMS ERROR: 321\r\n');
		expect(await at.terminal.send('AT+CMGR=1')).toBe('\r\n+CMS ERROR: 321\r\n');
	});
});

test.each([
	['AT+CSCA="+393358824000"', 'AT+CSCA?', '+CSCA: "+393358824000",145'],
	['AT+CSMP=17,173,0,21', 'AT+CSMP?', '+CSMP: 17,173,0,21'],
	['AT+CNMI=1,2,0,1,0', 'AT+CNMI?', '+CNMI: 1,2,0,1,0'],
	['AT+CSCS="GSM"', 'AT+CSCS?', '+CSCS: "GSM"'],
	['AT+CMMS=1', 'AT+CMMS?', '+CMMS: 1'],
	['AT#SMSMODE=1', 'AT#SMSMODE?', '#SMSMODE: 1'],
])('after %s %s tells it', async (set, ask, shown) => {
	const { terminal } = await desk();
	await terminal.set(set);
	expect(await terminal.send(ask)).toBe(answered(shown));
});

test.each([
	['AT+CNMI=4', '+CMS ERROR: 302'],
	['AT+CNMI=2,1,1', '+CMS ERROR: 302'],
	['AT+CPMS="ME"', '+CMS ERROR: 302'],
	['AT+CMGL=7', '+CMS ERROR: 302'],
	['AT+CSMP=256', '+CMS ERROR: 302'],
	['AT+CSCS="KOI8"', 'ERROR'],
	['AT+CMGF=2', 'ERROR'],
])('%s is refused with %s', async (line, error) => {
	const { terminal } = await desk();
	expect(await terminal.send(line)).toBe(`\r\n${error}\r\n`);
});
