import { describe, expect, test } from 'vitest';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { answered, type Desk, Dte, desk } from './dte.js';

const CALLER = '+393297308677';

describe('a command that detaches', () => {
	interface Service {
		readonly registered: boolean;
		readonly packet: boolean;
		readonly context: boolean;
		readonly messages: boolean;
	}
	const ALL: Service = { registered: true, packet: true, context: true, messages: true };
	const NONE: Service = { registered: false, packet: false, context: false, messages: false };
	const NO_PACKET: Service = { ...ALL, packet: false, context: false };

	async function serviceOf(at: Desk): Promise<Service> {
		const { terminal, module, sim } = at;
		const { registration, contexts } = module.firmware!;
		terminal.clear();
		terminal.type(`AT+CMGS="${CALLER}"\r`);
		await at.clock.advance(100);
		let sent = false;
		if (terminal.screen.includes('> ')) {
			terminal.type('x\x1a');
			await at.clock.advance(3000);
			sent = terminal.screen.endsWith('\r\nOK\r\n');
		}
		const before = sim.used;
		const mobile = new Mobile(at.centre, '+393490000001');
		mobile.send('hello', sim.number);
		await at.clock.advance(5000);
		const arrived = sim.used > before;
		expect(arrived).toBe(sent);
		return {
			registered: registration.isRegistered,
			packet: registration.hasPacketService,
			context: contexts.addressOf(1) !== undefined,
			messages: sent,
		};
	}

	test.each<[string, Service, string]>([
		['+CFUN=4', NONE, '+CFUN=1'],
		['+COPS=2', NONE, '+COPS=0'],
		['#SIMDET=0', NONE, '#SIMDET=2'],
		['+CGATT=0', NO_PACKET, '+CGATT=1'],
		['+CGACT=0', { ...ALL, context: false }, '+CGACT=1'],
		['#SGACT=1,0', { ...ALL, context: false }, '#SGACT=1,1'],
		['#GPRS=0', { ...ALL, context: false }, '#GPRS=1'],
		['+CGCLASS="CG"', { ...ALL, registered: false, messages: false }, '+CGCLASS="B"'],
		['+CGCLASS="CC"', NO_PACKET, '+CGCLASS="B"'],
		['+CGSMS=0', { ...ALL, messages: false }, '+CGSMS=1'],
		['#BND=2', NO_PACKET, '#BND=0'],
	])('%s leaves %o, and %s brings all back', async (line, left, undo) => {
		const at = await desk();
		await at.terminal.set('AT+CMGF=1', 'AT#SGACTCFG=1,3', 'AT#SGACT=1,1', 'AT#SL=1,1,1024');
		expect(await serviceOf(at)).toEqual(ALL);
		const { used } = at.sim;
		expect(await at.terminal.send(`AT${line}`, 5000)).toContain('\r\nOK\r\n');
		expect(await serviceOf(at)).toEqual(left);
		expect(at.memorySockets.isListening(1024)).toBe(left.context);
		expect(await at.terminal.send(`AT${undo}`, 20_000)).toContain('\r\nOK\r\n');
		// What waited at the centre has come.
		expect(at.sim.used).toBe(used + 1);
		expect(await serviceOf(at)).toEqual(ALL);
	});

	test('+CGCLASS="CC" refuses +CGATT=1, which counts again in class B', async () => {
		const at = await desk();
		await at.terminal.set('AT+CMEE=1', 'AT+CGCLASS="CC"');
		expect(await at.terminal.send('AT+CGATT=1', 5000)).toBe('\r\n+CME ERROR: 30\r\n');
		await at.terminal.set('AT+CGATT=0', 'AT+CGCLASS="B"');
		await at.clock.advance(5000);
		expect(await at.terminal.send('AT+CGATT?')).toBe(answered('+CGATT: 0'));
	});

	test('+CGSMS=0 ends messages only where the network carries none over packet service', async () => {
		const at = await desk();
		at.network.messagesOverPacket = true;
		await at.terminal.set('AT+CMGF=1', 'AT+CGSMS=0', 'AT#SGACT=1,1');
		expect((await serviceOf(at)).messages).toBe(true);
		await at.terminal.set('AT+CGATT=0');
		expect((await serviceOf(at)).messages).toBe(false);
	});

	test('an established connection ends with its context', async () => {
		const at = await desk();
		await at.terminal.set('AT#SGACT=1,1', 'AT#FRWL=1,"0.0.0.0","0.0.0.0"', 'AT#SL=1,1,1024');
		const peer = new Dte(at.memorySockets.dial(1024)!, at.clock);
		await at.clock.advance(100);
		await at.terminal.set('AT#SA=1,1');
		await at.terminal.send('AT+CGACT=0', 2000);
		expect(at.terminal.screen).toContain('NO CARRIER');
		expect(peer.closed).toBeDefined();
	});
});

describe('fixed dialling', () => {
	async function fixed() {
		const at = await desk({ sim: { fixedNumbers: ['+3932973'], pin2: '8888' } });
		at.network.lines.set('+391234567', { rings: 100 });
		at.network.lines.set('3297300000', { rings: 100 });
		await at.terminal.set('AT+CMEE=1', 'AT+CMGF=1');
		return at;
	}

	async function sends(at: Desk, number: string): Promise<string> {
		at.terminal.type(`AT+CMGS="${number}"\r`);
		await at.clock.advance(100);
		at.terminal.clear();
		at.terminal.type('x\x1a');
		await at.clock.advance(3000);
		return at.terminal.screen.replace(/^x(\x1a)?/, '').trim();
	}

	test('wants PIN2, and then lets only its numbers be written to and called', async () => {
		const at = await fixed();
		expect(await at.terminal.send('AT+CLCK="FD",1,"0000"')).toBe('\r\n+CME ERROR: 16\r\n');
		expect(await sends(at, '+391234567')).toMatch(/OK$/);
		await at.terminal.set('AT+CLCK="FD",1,"8888"');
		expect(await at.terminal.send('AT+CLCK="FD",2')).toBe(answered('+CLCK: 1'));
		expect(await sends(at, '+391234567')).toBe('+CMS ERROR: 302');
		expect(await sends(at, CALLER)).toMatch(/OK$/);
		// The same number without the prefix of its country.
		expect(await sends(at, '3297308677')).toMatch(/OK$/);
		expect(await at.terminal.send('ATD+391234567', 30_000)).toBe('\r\nNO CARRIER\r\n');
		expect(await at.terminal.send('ATD3297300000', 30_000)).toBe('\r\nCONNECT\r\n');
	});

	test('stays on without power, and is switched off with PIN2', async () => {
		const at = await fixed();
		await at.terminal.set('AT+CLCK="FD",1,"8888"');
		await at.terminal.send('AT#REBOOT', 12_000);
		await at.terminal.set('AT+CMGF=1', 'AT+CMEE=1');
		expect(await sends(at, '+391234567')).toBe('+CMS ERROR: 302');
		await at.terminal.set('AT+CLCK="FD",0,"8888"');
		expect(await sends(at, '+391234567')).toMatch(/OK$/);
	});

	test('gives its list to those who have PIN2 alone', async () => {
		const at = await fixed();
		const { terminal } = at;
		await terminal.set('AT+CPBS="FD"');
		expect(await terminal.send('AT+CPBR=1,10')).toBe(answered('+CPBR: 1,"+3932973",145,""'));
		expect(await terminal.send('AT+CPBW=2,"+391234567",145,"far"')).toBe('\r\n+CME ERROR: 17\r\n');
		expect(await terminal.send('AT+CPIN?', 500)).toBe(answered('+CPIN: SIM PIN2'));
		expect(await terminal.send('AT+CPIN="8888"', 500)).toBe('\r\nOK\r\n');
		await terminal.set('AT+CPBW=2,"+391234567",145,"far"', 'AT+CLCK="FD",1,"8888"');
		expect(await sends(at, '+391234567')).toMatch(/OK$/);
		await terminal.set('AT+CPBW=2');
		expect(await sends(at, '+391234567')).toBe('+CMS ERROR: 302');
		expect(await terminal.send('AT+CPBS?')).toBe(answered('+CPBS: "FD",1,10'));
		expect(await terminal.send('AT+CPBR=2')).toBe('\r\n+CME ERROR: 22\r\n');
	});
});
