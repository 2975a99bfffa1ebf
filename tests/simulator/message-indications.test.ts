import { describe, expect, test } from 'vitest';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { answered, type Desk, desk } from './dte.js';

const CALLER = '+393297308677';

async function phones(...settings: readonly string[]): Promise<Desk & { mobile: Mobile }> {
	const at = await desk();
	await at.terminal.set(...settings);
	return { ...at, mobile: new Mobile(at.centre, CALLER) };
}

/** Sends a text from the module, and waits for its reference. */
async function sends(at: Desk, text: string): Promise<string> {
	await at.terminal.send(`AT+CMGS="${CALLER}"`);
	at.terminal.type(`${text}\x1a`);
	return at.terminal.watch(3000);
}

describe('+CNMI', () => {
	test('mode 0 keeps indications back; they come with another mode', async () => {
		const at = await phones('AT+CNMI=0,1');
		for (const text of ['one', 'two']) at.mobile.send(text, at.sim.number);
		expect(await at.terminal.watch(5000)).toBe('');
		expect(await at.terminal.send('AT+CNMI=2,1')).toBe('\r\nOK\r\n\r\n+CMTI: "SM",1\r\n\r\n+CMTI: "SM",2\r\n');
		expect(await at.terminal.send('AT+CNMI=2,1')).toBe('\r\nOK\r\n');
	});

	test('with <bfr> 1 forgets them', async () => {
		const at = await phones('AT+CNMI=0,1');
		at.mobile.send('one', at.sim.number);
		await at.clock.advance(5000);
		expect(await at.terminal.send('AT+CNMI=2,1,0,0,1')).toBe('\r\nOK\r\n');
	});

	test('keeps the newest 32', async () => {
		const at = await desk({ sim: { capacity: 40 } });
		await at.terminal.set('AT+CNMI=0,1');
		const mobile = new Mobile(at.centre, CALLER);
		for (let count = 0; count < 40; count++) mobile.send('x', at.sim.number);
		await at.clock.advance(5000);
		const shown = await at.terminal.send('AT+CNMI=2,1');
		expect(shown.match(/\+CMTI/g)).toHaveLength(32);
		expect(shown).toContain('"SM",40');
	});

	test.each([
		['1 drops what comes in data mode', 'AT+CNMI=1,1', ''],
		['2 shows it after data mode', 'AT+CNMI=2,1', '\r\n+CMTI: "SM",1\r\n'],
	])('mode %s', async (_, setting, shown) => {
		const at = await phones(setting);
		await at.terminal.send('ATD*99#', 2000);
		at.mobile.send('x', at.sim.number);
		expect(await at.terminal.watch(5000)).not.toContain('+CMTI');
		at.terminal.type('+++');
		const after = await at.terminal.watch(3000);
		await at.terminal.send('ATH');
		expect(`${after}${await at.terminal.watch(1000)}`.includes('+CMTI')).toBe(shown !== '');
	});

	test.each([
		['2, no class', 'AT+CNMI=2,2', '00', '+CMT: '],
		['2, class 1', 'AT+CNMI=2,2', '11', '+CMT: '],
		['2, class 2, which is for the card', 'AT+CNMI=2,2', '12', '+CMTI: "SM",1'],
		['3, class 3', 'AT+CNMI=2,3', '13', '+CMT: '],
		['3, class 1', 'AT+CNMI=2,3', '11', '+CMTI: "SM",1'],
		['1, class 3', 'AT+CNMI=2,1', '13', '+CMTI: "SM",1'],
	])('mt %s', async (_, setting, dcs, shown) => {
		const at = await phones('AT+CMGF=1', setting);
		expect(at.mobile.sendPdu(`0001000C9193438686761100${dcs}0178`, at.sim.number).ok).toBe(true);
		expect(await at.terminal.watch(5000)).toContain(shown);
	});
});

describe('a status report', () => {
	test('is shown with <ds> 1', async () => {
		const at = await phones('AT+CMGF=1', 'AT+CSMP=49,167,0,0', 'AT+CNMI=2,1,0,1');
		expect(await sends(at, 'x')).toContain('+CMGS: 1');
		expect(await at.terminal.watch(5000)).toMatch(
			/^\r\n\+CDS: 6,1,"\+393297308677",145,"08\/05\/28,11:04:\d\d\+08","08\/05\/28,11:04:\d\d\+08",0\r\n$/,
		);
		expect(at.sim.used).toBe(0);
	});

	test('is stored and told with <ds> 2, and read and listed in both formats', async () => {
		const at = await phones('AT+CMGF=1', 'AT+CSMP=49,167,0,0', 'AT+CNMI=2,1,0,2');
		await sends(at, 'x');
		expect(await at.terminal.watch(5000)).toBe('\r\n+CDSI: "SM",1\r\n');
		expect(await at.terminal.send('AT+CMGL="ALL"')).toMatch(
			/\+CMGL: 1,"REC UNREAD",6,1,"\+393297308677",145,".*",".*",0\r\n/,
		);
		expect(await at.terminal.send('AT+CMGR=1')).toMatch(/\+CMGR: "REC READ",6,1,"\+393297308677",145,".*",".*",0\r\n/);
		expect(await at.terminal.send('AT+CMGF=0;+CMGR=1')).toMatch(/\+CMGR: 1,"",\d+\r\n0791934329002000060[0-9A-F]+\r\n/);
	});

	test.each(['AT+CNMI=2,1,0,0', 'AT+CSMP=17,167,0,0'])('does not come with %s', async line => {
		const at = await phones('AT+CMGF=1', 'AT+CSMP=49,167,0,0', 'AT+CNMI=2,1,0,1', line);
		await sends(at, 'x');
		expect(await at.terminal.watch(5000)).toBe('');
		expect(at.sim.used).toBe(0);
	});
});

describe('+CSMS=1', () => {
	test('has +CNMA acknowledge what goes to the screen; the next one waits for it', async () => {
		const at = await phones('AT+CMGF=1', 'AT+CMEE=1', 'AT+CNMI=2,2');
		expect(await at.terminal.send('AT+CSMS=1')).toBe(answered('+CSMS: 1,1,1'));
		expect(await at.terminal.send('AT+CNMA')).toBe('\r\n+CMS ERROR: 340\r\n');
		for (const text of ['one', 'two']) at.mobile.send(text, at.sim.number);
		const first = await at.terminal.watch(5000);
		expect(first).toContain('one');
		expect(first).not.toContain('two');
		at.terminal.type('AT+CNMA\r');
		expect(await at.terminal.watch(1000)).toMatch(/OK\r\n\r\n\+CMT: .*\r\ntwo\r\n$/);
		await at.terminal.set('AT+CNMA');
	});

	test('takes a screen that does not acknowledge for gone, and uses the card', async () => {
		const at = await phones('AT+CMGF=1', 'AT+CNMI=2,2', 'AT+CSMS=1');
		at.mobile.send('one', at.sim.number);
		await at.clock.advance(30_000);
		expect(await at.terminal.send('AT+CNMI?')).toBe(answered('+CNMI: 2,0,0,0,0'));
		at.mobile.send('two', at.sim.number);
		await at.clock.advance(5000);
		expect(at.sim.used).toBe(1);
	});
});

describe('+CMMS', () => {
	const fast = async (...lines: readonly string[]) => {
		const at = await phones('AT+CMGF=1', ...lines);
		await sends(at, 'one');
		const start = at.clock.now();
		await at.terminal.send(`AT+CMGS="${CALLER}"`, 100);
		at.terminal.type('two\x1a');
		await at.clock.until(() => at.terminal.screen.includes('+CMGS: 2'), 10_000, 'the second reference');
		return { at, ms: at.clock.now() - start };
	};

	test.each([
		['AT+CMMS=0', 2500, 0],
		['AT+CMMS=1', 1200, 0],
		['AT+CMMS=2', 1200, 2],
	])('%s: the next message takes %i ms at least, and then it says %i', async (line, least, after) => {
		const { at, ms } = await fast(line);
		expect(ms).toBeGreaterThanOrEqual(least);
		expect(ms).toBeLessThan(least + 500);
		await at.clock.advance(6000);
		expect(await at.terminal.send('AT+CMMS?')).toBe(answered(`+CMMS: ${after}`));
	});
});

describe('+CMGC', () => {
	test('takes a message back in text mode, and asks after one as a PDU', async () => {
		const at = await phones('AT+CMGF=1', 'AT+CNMI=2,1,0,1', 'AT+CSMP=17,167,0,0');
		at.mobile.switchOff();
		await sends(at, 'x');
		await at.terminal.send(`AT+CMGC=34,2,0,1,"${CALLER}"`);
		at.terminal.type('\x1a');
		const shown = await at.terminal.watch(6000);
		expect(shown).toContain('+CMGC: 2\r\n\r\nOK\r\n');
		expect(shown).toMatch(/\+CDS: 38,2,"\+393297308677",145,".*",".*",71\r\n/);
		await at.terminal.set('AT+CMGF=0');
		await at.terminal.send('AT+CMGC=14');
		at.terminal.type('0002000000010C9193237903687700\x1a');
		expect(await at.terminal.watch(6000)).toContain('+CMGC: 3\r\n\r\nOK\r\n');
	});

	test.each([
		['a length that is not the octets', 'AT+CMGC=13', '0002000000010C9193237903687700', '304'],
		['a SUBMIT', 'AT+CMGC=14', '0001000000010C9193237903687700', '304'],
		['no hexadecimal', 'AT+CMGC=14', 'xyz', '304'],
		['a command that the centre does not know', 'AT+CMGC=14', '0002000063010C9193237903687700', '500'],
	])('refuses %s', async (_, line, data, code) => {
		const at = await phones('AT+CMEE=1');
		await at.terminal.send(line);
		at.terminal.type(`${data}\x1a`);
		expect(await at.terminal.watch(6000)).toContain(`+CMS ERROR: ${code}`);
	});
});

describe('+CSAS and +CRES', () => {
	test('keep and bring back the centre, text parameters and broadcast, over a restart', async () => {
		const at = await desk();
		await at.terminal.set('AT+CSCA="+39111"', 'AT+CSMP=49,10,0,8', 'AT+CSCB=1,"0-5,7",""', 'AT+CSAS=2');
		await at.terminal.set('AT+CSCA="+39222"', 'AT+CSMP=17,167,0,0', 'AT+CSCB=0');
		at.module.cutPower();
		at.module.powerOn();
		await at.clock.advance(12_000);
		await at.terminal.set('AT+CRES=2');
		expect(await at.terminal.send('AT+CSCA?;+CSMP?;+CSCB?')).toBe(
			'\r\n+CSCA: "+39111",145\r\n\r\n+CSMP: 49,10,0,8\r\n\r\n+CSCB: 1,"0-5,7",""\r\n\r\nOK\r\n',
		);
	});

	test.each(['AT+CRES', 'AT+CRES=1', 'AT+CRES=4', 'AT+CSAS=4'])('%s is refused where nothing was kept', async line => {
		const { terminal } = await desk();
		expect(await terminal.send(line)).toBe('\r\n+CMS ERROR: 321\r\n');
	});
});

describe('a number in the character set of +CSCS', () => {
	test.each([
		['IRA', CALLER, '+393492000200'],
		['GSM', CALLER, '+393492000200'],
		[
			'UCS2',
			'002B003300390033003200390037003300300038003600370037',
			'002B003300390033003400390032003000300030003200300030',
		],
		['HEX', '2B333933323937333038363737', '2B333933343932303030323030'],
	])('%s is read and printed so', async (alphabet, number, centre) => {
		const at = await phones('AT+CMGF=1', `AT+CSCS="${alphabet}"`);
		expect(await at.terminal.send('AT+CSCA?')).toBe(answered(`+CSCA: "${centre}",145`));
		await at.terminal.send(`AT+CMGS="${number}"`);
		at.terminal.type(alphabet === 'UCS2' ? '00680069\x1a' : alphabet === 'HEX' ? '6869\x1a' : 'hi\x1a');
		await at.terminal.watch(6000);
		expect(at.mobile.received.map(({ text }) => text)).toEqual(['hi']);
		at.mobile.send('x', at.sim.number);
		await at.clock.advance(5000);
		expect(await at.terminal.send('AT+CMGR=1')).toContain(`"${number}"`);
	});
});

test('+CMSS sends what is stored to another number', async () => {
	const at = await phones('AT+CMGF=1');
	await at.terminal.send('AT+CMGW="+39111"');
	at.terminal.type('later\x1a');
	await at.terminal.watch(3000);
	expect(await at.terminal.send(`AT+CMSS=1,"${CALLER}"`, 6000)).toBe(answered('+CMSS: 1'));
	expect(at.mobile.received.map(({ text }) => text)).toEqual(['later']);
	expect(await at.terminal.send('AT+CMSS=1,"x"', 6000)).toBe('\r\n+CMS ERROR: 304\r\n');
});

test('without a service centre nothing is sent', async () => {
	const at = await desk({ sim: { serviceCentre: '' } });
	await at.terminal.set('AT+CMGF=1');
	await at.terminal.send(`AT+CMGS="${CALLER}"`);
	at.terminal.type('x\x1a');
	expect(await at.terminal.watch(6000)).toContain('+CMS ERROR: 330');
});
