import { describe, expect, test } from 'vitest';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { answered, type Dte, desk } from './dte.js';

/** What +CRSM printed. */
async function card(terminal: Dte, parameters: string): Promise<string> {
	const shown = await terminal.send(`AT+CRSM=${parameters}`);
	return /\+CRSM: (.*)\r\n/.exec(shown)?.[1] ?? shown;
}

describe('+CRSM', () => {
	test.each([
		['the ICCID', '176,12258,0,0,10', '989388103254769810F2'],
		['the IMSI', '176,28423,0,0,9', '082922881032547698'],
		['the length of the network code, alone', '176,28589,0,3,1', '02'],
		['the service centre', '178,28482,1,4,28', `FD${'FF'.repeat(12)}0791934329002000${'FF'.repeat(7)}`],
	])('reads %s', async (_, parameters, shown) => {
		const { terminal } = await desk();
		expect(await card(terminal, parameters)).toBe(`144,0,"${shown}"`);
	});

	test.each([
		['a file that is not there', '176,28000,0,0,1', '148,4'],
		['a record of a transparent file', '178,12258,1,4,10', '148,8'],
		['a piece behind the end', '176,12258,0,10,1', '148,2'],
		['more than is there', '176,12258,0,8,3', '103,0'],
		['a record behind the last', '178,28474,251,4,28', '148,2'],
		['a record by a mode that is not there', '178,28474,1,2,28', '148,2'],
		['a record of another length', '178,28474,1,4,27', '103,0'],
		['to write', '214,12258,0,0,1,"00"', '152,4'],
	])('answers %s with its status words', async (_, parameters, shown) => {
		const { terminal } = await desk();
		expect(await card(terminal, parameters)).toBe(shown);
	});

	test('describes a file, and tells its status', async () => {
		const { terminal } = await desk();
		expect(await card(terminal, '192,28474,0,0,15')).toBe('144,0,"00001B586F3A040011FF440102011C"');
		expect(await card(terminal, '192,12258,0,0,15')).toBe('144,0,"0000000A2FE2040011FF4401020000"');
		expect(await card(terminal, '242')).toBe('144,0');
	});

	test('shows what else the card holds: phone book, own number, a message that stays unread', async () => {
		const { terminal, sim, centre, clock } = await desk();
		await terminal.set('AT+CPBW=2,"+39333",145,"Anna"');
		expect(await card(terminal, '178,28474,2,4,28')).toBe(
			`144,0,"416E6E61${'FF'.repeat(10)}04919333F3${'FF'.repeat(9)}"`,
		);
		expect(await card(terminal, '178,28480,1,4,28')).toContain('FF0791932379036800FF');
		new Mobile(centre, '+393297308677').send('hi', sim.number);
		await clock.advance(5000);
		expect(await card(terminal, '178,28476,1,4,176')).toMatch(/^144,0,"030791934329002000/);
		expect(await terminal.send('AT+CMGR=1')).toContain('+CMGR: 0,');
	});

	test.each(['1', '176,70000,0,0,1', '176,12258,256,0,1'])('=%s is refused', async parameters => {
		const { terminal } = await desk();
		expect(await terminal.send(`AT+CRSM=${parameters}`)).toBe('\r\nERROR\r\n');
	});
});

describe('the phone book', () => {
	test('finds by the beginning of the text, and writes it in the character set of +CSCS', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CPBW=1,"+39111",145,"Anna"', 'AT+CPBW=2,"222",129,"Bea"', 'AT+CPBW=3,"333",129,"anton"');
		expect(await terminal.send('AT+CPBF="an"')).toBe(
			answered('+CPBF: 1,"+39111",145,"Anna"', '+CPBF: 3,"333",129,"anton"'),
		);
		await terminal.set('AT+CSCS="UCS2"');
		expect(await terminal.send('AT+CPBR=2')).toBe(answered('+CPBR: 2,"222",129,"004200650061"'));
		await terminal.set('AT+CPBW=4,"444",129,"00E8"', 'AT+CSCS="8859-1"');
		expect(await terminal.send('AT+CPBF="\xe8"')).toBe(answered('+CPBF: 4,"444",129,"\xe8"'));
	});

	test.each([
		['AT+CPBF="x"', 22],
		['AT+CPBW=251,"1"', 21],
		['AT+CPBW=1,"1",129,"a name that is too long"', 24],
		['AT+CPBR=251', 21],
	])('%s is refused with %i', async (line, code) => {
		const { terminal } = await desk();
		await terminal.set('AT+CMEE=1');
		expect(await terminal.send(line)).toBe(`\r\n+CME ERROR: ${code}\r\n`);
	});
});

describe('+CUSD', () => {
	test('shows what the network says behind a code', async () => {
		const { terminal } = await desk();
		expect(await terminal.send('AT+CUSD=1,"*123#",15', 1000)).toBe('\r\nOK\r\n');
		expect(await terminal.watch(2000)).toBe('\r\n+CUSD: 0,"Credit: 12.34 EUR",15\r\n');
	});

	test('goes on with answers, and is over with the last page', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CUSD=1,"*100#"');
		expect(await terminal.watch(3000)).toBe('\r\n+CUSD: 1,"1 Credit\n2 Tariff",15\r\n');
		await terminal.set('AT+CUSD=1,"2"');
		expect(await terminal.watch(3000)).toContain('+CUSD: 0,"Tariff: ');
		await terminal.set('AT+CUSD=1,"2"');
		expect(await terminal.watch(3000)).toBe('\r\n+CUSD: 4\r\n');
	});

	test('ends by +CUSD=2, and by itself where nobody answers', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CUSD=1,"*100#"');
		await terminal.watch(3000);
		await terminal.set('AT+CUSD=2');
		expect(await terminal.watch(70_000)).toBe('');
		await terminal.set('AT+CUSD=1,"*100#"');
		await terminal.watch(3000);
		expect(await terminal.watch(60_000)).toBe('\r\n+CUSD: 5\r\n');
	});

	test('says nothing with presentation off, and is in UCS2 where +CSCS says so', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CUSD=0,"*123#"');
		expect(await terminal.watch(3000)).toBe('');
		await terminal.set('AT+CSCS="UCS2"', 'AT+CUSD=1,"002A0031003200330023",72');
		expect(await terminal.watch(3000)).toMatch(/^\r\n\+CUSD: 0,"0043007200[0-9A-F]+",72\r\n$/);
	});

	test('without a network is refused', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CMEE=2', 'AT+COPS=2');
		expect(await terminal.send('AT+CUSD=1,"*123#"')).toBe('\r\n+CME ERROR: no network service\r\n');
	});
});

test('the supply shows in +CBC and #CBC', async () => {
	const { terminal, module } = await desk();
	expect(await terminal.send('AT+CBC;#CBC')).toBe('\r\n+CBC: 0,50\r\n\r\n#CBC: 0,380\r\n\r\nOK\r\n');
	module.supply.millivolts = 4195;
	module.supply.isCharging = true;
	expect(await terminal.send('AT+CBC;#CBC')).toBe('\r\n+CBC: 1,100\r\n\r\n#CBC: 1,420\r\n\r\nOK\r\n');
	module.supply.millivolts = 3300;
	expect(await terminal.send('AT+CBC')).toContain('+CBC: 1,0');
});

test('#CGPADDR and +CGPADDR tell the addresses of active contexts', async () => {
	const { terminal } = await desk();
	await terminal.set('AT#SGACT=1,1');
	expect(await terminal.send('AT#CGPADDR=1')).toBe(answered('#CGPADDR: 1,"212.141.253.50"'));
	expect(await terminal.send('AT+CGPADDR')).toBe(answered('+CGPADDR: 1,"212.141.253.50"'));
	expect(await terminal.send('AT#CGPADDR=2')).toBe(answered('#CGPADDR: 2,""'));
});

test('#IPR is +IPR by another name', async () => {
	const { terminal } = await desk();
	await terminal.set('AT#IPR=9600');
	expect(await terminal.send('AT#IPR?;+IPR?')).toBe('\r\n#IPR: 9600\r\n\r\n+IPR: 9600\r\n\r\nOK\r\n');
});

test('+CLAC lists every command, and each of them is known', async () => {
	const { terminal } = await desk();
	const listed = (await terminal.send('AT+CLAC'))
		.split('\r\n')
		.filter(line => /^[+#$&\\A-Z]/.test(line) && line !== 'OK');
	expect(listed.length).toBeGreaterThan(120);
	expect(listed).toEqual(expect.arrayContaining(['+CMGS', '#SGACT', 'D', '&W']));
});

test.each([
	[0, '\r\nERROR\r\n'],
	[1, '\r\n+CME ERROR: 22\r\n'],
	[2, '\r\n+CME ERROR: not found\r\n'],
])('with +CMEE=%i an error is %j', async (mode, shown) => {
	const { terminal } = await desk();
	await terminal.set(`AT+CMEE=${mode}`);
	expect(await terminal.send('AT+CPBR=1')).toBe(shown);
});

test.each([
	['AT+CPMS=?', '+CPMS: ("SM"),("SM"),("SM")'],
	['AT+CNMI=?', '+CNMI: (0-3),(0-3),(0,2),(0-2),(0,1)'],
	['AT+CSCS=?', '+CSCS: ("GSM","IRA","8859-1","PCCP437","UCS2","HEX")'],
	['AT+CPBR=?', '+CPBR: (1-250),40,14'],
	['AT+CPBF=?', '+CPBF: 40,14'],
	['AT+CUSD=?', '+CUSD: (0-2)'],
	['AT+CSAS=?', '+CSAS: (0-3)'],
	['AT+CBST=?', '+CBST: (0,1,3,4,5,6,7,65,66,68,70,71,75),(0),(0,1)'],
	['AT#ENHRST=?', '#ENHRST: (0-2),(0-43200)'],
])('%s prints its ranges', async (line, shown) => {
	const { terminal } = await desk();
	expect(await terminal.send(line)).toBe(answered(shown));
});
