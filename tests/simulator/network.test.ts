import { describe, expect, test } from 'vitest';
import { answered, desk } from './dte.js';

describe('identity', () => {
	test.each([
		['AT+CGMI', 'Telit'],
		['AT+CGMM', 'GE864-QUAD'],
		['AT+CGMR', '10.00.022'],
		['AT+CGSN', '351111111111111'],
		['AT#CGSN', '#CGSN: 351111111111111'],
		['AT+CIMI', '222011234567890'],
		['AT#CCID', '#CCID: 8939010000000000001'],
		['AT+CNUM', '+CNUM: "","+393331234567",145'],
		['ATI4', 'GE864-QUAD'],
	])('%s tells what the module and the card are', async (line, expected) => {
		const { terminal } = await desk({
			model: 'GE864',
			imei: '351111111111111',
			sim: { imsi: '222011234567890', iccid: '8939010000000000001', number: '+393331234567' },
		});
		expect(await terminal.send(line)).toBe(answered(expected));
	});
});

describe('the card', () => {
	test('keeps the module from registering until its PIN is given', async () => {
		const { terminal, sim } = await desk({ sim: { pinEnabled: true, pin: '0042' } });
		await terminal.set('AT+CMEE=1', 'AT+CREG=1');
		expect(await terminal.send('AT+CPIN?', 400)).toBe(answered('+CPIN: SIM PIN'));
		expect(await terminal.send('AT+CIMI')).toBe('\r\n+CME ERROR: 11\r\n');
		expect(await terminal.send('AT+COPS?')).toBe('\r\n+CME ERROR: 11\r\n');
		expect(await terminal.send('AT+CPIN=42', 400)).toBe('\r\n+CME ERROR: 16\r\n');
		expect(sim.pinAttempts).toBe(2);
		expect(await terminal.send('AT+CPIN=0042', 10_000)).toBe('\r\nOK\r\n\r\n+CREG: 2\r\n\r\n+CREG: 1\r\n');
		expect(await terminal.send('AT+CPIN?', 400)).toBe(answered('+CPIN: READY'));
	});

	test('asks for the PUK after three wrong PINs and takes a new PIN with it', async () => {
		const { terminal } = await desk({ sim: { pinEnabled: true, pin: '1234', puk: '87654321' } });
		await terminal.set('AT+CMEE=1');
		await terminal.send('AT+CPIN=1', 400);
		await terminal.send('AT+CPIN=1', 400);
		expect(await terminal.send('AT+CPIN=1', 400)).toBe('\r\n+CME ERROR: 12\r\n');
		expect(await terminal.send('AT+CPIN?', 400)).toBe(answered('+CPIN: SIM PUK'));
		expect(await terminal.send('AT#PCT')).toBe(answered('#PCT: 10'));
		expect(await terminal.send('AT+CPIN="11111111","5555"', 400)).toBe('\r\n+CME ERROR: 16\r\n');
		expect(await terminal.send('AT+CPIN="87654321","5555"', 400)).toBe('\r\nOK\r\n');
		await terminal.send('AT#REBOOT', 12_000);
		expect(await terminal.send('AT+CPIN="5555"', 400)).toBe('\r\nOK\r\n');
	});

	test('is locked and unlocked with +CLCK', async () => {
		const { terminal } = await desk();
		expect(await terminal.send('AT+CLCK="SC",2')).toBe(answered('+CLCK: 0'));
		await terminal.set('AT+CLCK="SC",1,"1234"');
		expect(await terminal.send('AT+CLCK="SC",2')).toBe(answered('+CLCK: 1'));
		expect(await terminal.send('AT+CLCK="SC",0,"9999"')).toBe('\r\nERROR\r\n');
	});

	test('taken out deregisters, and #QSS tells of it', async () => {
		const { terminal, module } = await desk();
		await terminal.set('AT+CMEE=1', 'AT#QSS=1', 'AT+CREG=1');
		terminal.screen = '';
		module.setCard(false);
		expect(await terminal.watch(100)).toBe('\r\n#QSS: 0\r\n\r\n+CREG: 0\r\n');
		expect(await terminal.send('AT+CPIN?', 400)).toBe('\r\n+CME ERROR: 10\r\n');
		module.setCard(true);
		expect(await terminal.watch(5000)).toContain('+CREG: 1');
	});

	test('#SIMDET=0 says that it is gone', async () => {
		const { terminal } = await desk();
		await terminal.set('AT#SIMDET=0');
		expect(await terminal.send('AT+CREG?')).toBe(answered('+CREG: 0,0'));
		expect(await terminal.send('AT#SIMDET?')).toBe(answered('#SIMDET: 0,1'));
		await terminal.set('AT#SIMDET=2');
		await terminal.watch(5000);
		expect(await terminal.send('AT+CREG?')).toBe(answered('+CREG: 0,1'));
	});
});

describe('registration', () => {
	test('follows coverage, and tells with the place in mode 2', async () => {
		const { terminal, network } = await desk();
		await terminal.set('AT+CREG=2', 'AT+CGREG=1');
		terminal.screen = '';
		network.coverage = false;
		expect(await terminal.watch(1000)).toBe('\r\n+CGREG: 2\r\n\r\n+CREG: 2\r\n');
		expect(await terminal.send('AT+CSQ')).toBe(answered('+CSQ: 99,99'));
		expect(await terminal.send('AT+COPS?')).toBe(answered('+COPS: 0'));
		network.coverage = true;
		expect(await terminal.watch(5000)).toBe('\r\n+CREG: 1,"55FA","1297"\r\n\r\n+CGREG: 1\r\n');
		expect(await terminal.send('AT+CREG?;+CGREG?')).toBe(
			'\r\n+CREG: 2,1,"55FA","1297"\r\n\r\n+CGREG: 1,1\r\n\r\nOK\r\n',
		);
	});

	test('+COPS=? takes its thirty seconds and tells each operator with its state', async () => {
		const operators = [
			{ name: 'vodafone IT', numeric: '22210', allowed: true },
			{ name: 'I TIM', numeric: '22201', allowed: false },
		];
		const { terminal } = await desk({ network: { operators } });
		expect(await terminal.send('AT+COPS=?', 29_000)).toBe('');
		expect(await terminal.watch(2000)).toBe(
			answered('+COPS: (2,"vodafone IT","","22210"),(3,"I TIM","","22201"),,(0-4),(0,2)'),
		);
	});

	test('+COPS selects by number or name, roams, and deregisters', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CMEE=1', 'AT+COPS=1,2,"22210"');
		expect(await terminal.send('AT+COPS?')).toBe(answered('+COPS: 1,0,"vodafone IT"'));
		expect(await terminal.send('AT+CREG?')).toBe(answered('+CREG: 0,5'));
		expect(await terminal.send('AT+COPS=1,2,"22201"', 5000)).toBe('\r\n+CME ERROR: 30\r\n');
		await terminal.set('AT+COPS=2');
		expect(await terminal.send('AT+COPS?;+CREG?')).toBe('\r\n+COPS: 2\r\n\r\n+CREG: 0,0\r\n\r\nOK\r\n');
		await terminal.set('AT+COPS=0', 'AT+COPS=3,2');
		await terminal.watch(5000);
		expect(await terminal.send('AT+COPS?')).toBe(answered('+COPS: 0,2,"22288"'));
	});

	test('a survey that is aborted by a key press ends', async () => {
		const { terminal, clock } = await desk();
		terminal.type('AT+COPS=?\r');
		await clock.advance(1000);
		terminal.type(' ');
		await clock.advance(1000);
		expect(terminal.screen).toContain('\r\nOK\r\n');
	});

	test('a dial is not answered and waits for a survey on another instance only in its own group', async () => {
		const { terminal } = await desk();
		expect(await terminal.send('ATD+391234567', 30_000)).toBe('\r\nNO CARRIER\r\n');
		await terminal.set('AT+COPS=2');
		expect(await terminal.send('ATD+391234567', 1000)).toBe('\r\nNO CARRIER\r\n');
	});

	test('#MONI tells of one cell, of a neighbour, and of all in the table of the note', async () => {
		const { terminal } = await desk();
		expect(await terminal.send('AT#MONI')).toContain(
			'#MONI: I WIND BSIC:75 RxQual:0 LAC:55FA Id:1297 ARFCN:983 PWR:-72dbm',
		);
		await terminal.set('AT#MONI=1');
		expect(await terminal.send('AT#MONI')).toContain('#MONI: Adj Cell1 [LAC:D5BD Id:5265 ARFCN:59]');
		await terminal.set('AT#MONI=7');
		const rows = (await terminal.send('AT#MONI')).split('\r\n').filter(row => row.startsWith('#MONI: '));
		expect(rows.map(row => row.slice(7).trim().split(/ +/).slice(0, 6).join(' '))).toEqual([
			'Cell BSIC LAC CellId ARFCN Power',
			'S 75 55FA 1297 983 -72dbm',
			'N1 20 D5BD 5265 59 -70dbm',
			'N2 70 55FA 0000 979 -76dbm',
			'N3 72 55FA 1281 975 -81dbm',
			'N4 70 55FA 12EA 985 -85dbm',
			'N5 72 55FA 1D0D 751 -88dbm',
			'N6 73 55FA 1D23 754 -92dbm',
		]);
		expect(rows[1]).toMatch(/I WIND$/);
	});

	test('+CGDATA hears no command until it is left', async () => {
		const { terminal, clock } = await desk();
		expect(await terminal.send('AT+CGDATA="PPP",1')).toMatch(/^\r\nCONNECT\r\n~/);
		expect(await terminal.send('AT')).toBe('');
		await clock.advance(1000);
		terminal.type('+++');
		expect(await terminal.watch(1500)).toBe('\r\nNO CARRIER\r\n');
	});

	test('+CSQ follows the power of the serving cell', async () => {
		const { terminal, network } = await desk();
		network.cells = [{ ...network.cells[0]!, power: -113 }];
		expect(await terminal.send('AT+CSQ')).toBe(answered('+CSQ: 0,0'));
		network.cells = [{ ...network.cells[0]!, power: -40 }];
		expect(await terminal.send('AT+CSQ')).toBe(answered('+CSQ: 31,0'));
	});
});

describe('pins and clock', () => {
	test('#GPIO sets, keeps and reads pins', async () => {
		const { terminal, module } = await desk();
		await terminal.set('AT#GPIO=2,1', 'AT#GPIO=3,0,0');
		expect(await terminal.send('AT#GPIO=2,2')).toBe(answered('#GPIO: 1,1'));
		module.firmware!.gpio.drive(3, 1);
		module.firmware!.gpio.drive(2, 0);
		expect(await terminal.send('AT#GPIO=3,2;#GPIO=2,2')).toBe('\r\n#GPIO: 0,1\r\n\r\n#GPIO: 1,1\r\n\r\nOK\r\n');
		expect(await terminal.send('AT#GPIO=99,1')).toBe('\r\nERROR\r\n');
		await terminal.send('AT#REBOOT', 12_000);
		expect(await terminal.send('AT#GPIO=2,2')).toBe(answered('#GPIO: 0,0'));
	});

	test('+CCLK runs, and from where it was set', async () => {
		const { terminal, clock } = await desk();
		await terminal.set('AT+CCLK="09/12/31,23:59:50+04"');
		await clock.advance(11_000);
		expect(await terminal.send('AT+CCLK?')).toContain('"10/01/01,00:00:01');
		expect(await terminal.send('AT+CCLK="09/13/31,23:59:50+04"')).toBe('\r\nERROR\r\n');
	});
});

describe("the module's own services", () => {
	test.each([
		['AT#SMSATRUN?', '#SMSATRUN: 0,0'],
		['AT#TCPATRUNL?', '#TCPATRUNL: 0,0'],
		['AT#TCPATRUND?', '#TCPATRUND: 0,0'],
		['AT#ENAEVMONI?', '#ENAEVMONI: 0,0'],
		['AT#SMSATRUNCFG?', '#SMSATRUNCFG: 3,1,5'],
	])('%s: off from the factory', async (line, expected) => {
		const { terminal } = await desk();
		expect(await terminal.send(line)).toBe(answered(expected));
	});

	test('keep what they are told, across a power cut', async () => {
		const { terminal, module, clock } = await desk();
		await terminal.set('AT#SMSATRUN=1', 'AT#SMSATRUNCFG=2,0');
		module.cutPower();
		module.powerOn();
		await clock.advance(10_000);
		expect(await terminal.send('AT#SMSATRUN?;#SMSATRUNCFG?')).toBe(
			'\r\n#SMSATRUN: 1,1\r\n\r\n#SMSATRUNCFG: 2,0,5\r\n\r\nOK\r\n',
		);
		expect(await terminal.send('AT#SMSATRUNCFG=4')).toBe('\r\nERROR\r\n');
	});
});
