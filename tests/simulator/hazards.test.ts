import { describe, expect, test } from 'vitest';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { type Hang, RELEASES, type Release } from '../../hosts/simulator/module/hangs.js';
import type { Channel } from '../../src/cmux/channel.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { answered, type Desk, Dte, desk } from './dte.js';
import { enter, muxed } from './mux-desk.js';

const CALLER = '+393297308677';

/** The instance that is blocked; the first one stays free for #REBOOT. */
const BLOCKED = 2;

/** A module under CMUX with somebody at its line who climbs the recovery ladder. */
class Ladder {
	readonly at: Desk;
	mux: Multiplexer | undefined;
	channels: Channel[] = [];
	screens: Dte[] = [];

	constructor(at: Desk) {
		this.at = at;
	}

	/** From AT mode into the multiplexer; where nobody answers, it stays without. */
	async enter(): Promise<void> {
		const { dte, clock } = this.at;
		this.mux?.abandon();
		this.mux = undefined;
		const line = new Dte(dte, clock);
		if (!(await line.send('AT+CMUX=0', 500)).endsWith('\r\nOK\r\n')) return;
		const mux = new Multiplexer({ port: dte, clock, role: 'initiator' });
		if (!(await clock.settled(mux.start(), 5000)).ok) return;
		this.mux = mux;
		for (const dlci of [1, 2, 3]) await this.open(dlci);
	}

	async open(dlci: number): Promise<void> {
		const opened = await this.at.clock.settled(this.mux!.open(dlci), 5000);
		if (!opened.ok) return;
		this.channels[dlci - 1] = opened.value;
		this.screens[dlci - 1] = new Dte(opened.value, this.at.clock);
	}

	async alive(dlci: number): Promise<boolean> {
		if (this.mux === undefined || this.channels[dlci - 1]?.isOpen !== true) return false;
		return (await this.screens[dlci - 1]!.send('AT')).endsWith('\r\nOK\r\n');
	}

	/** The mux control channel answers. */
	async controlAlive(): Promise<boolean> {
		return this.mux !== undefined && (await this.at.clock.settled(this.mux.test(), 5000)).ok;
	}

	async climb(rung: Release): Promise<void> {
		const { clock, power, module } = this.at;
		const channel = this.channels[BLOCKED - 1];
		switch (rung) {
			case 'break':
				if (this.mux !== undefined) channel?.sendBreak(0);
				await clock.advance(500);
				return;
			case 'reopen':
				if (this.mux === undefined) return;
				channel?.close();
				await clock.advance(2000);
				await this.open(BLOCKED);
				return;
			case 'mux':
				if (this.mux !== undefined) await clock.settled(this.mux.close(), 10_000);
				await clock.advance(200);
				return this.enter();
			case 'reboot':
				if (!(await this.alive(1))) return;
				await this.screens[0]!.send('AT#REBOOT', 12_000);
				return this.enter();
			case 'reset':
				power.setReset(true);
				await clock.advance(300);
				power.setReset(false);
				await clock.advance(12_000);
				return this.enter();
			case 'power':
				module.cutPower();
				await clock.advance(1000);
				module.powerOn();
				await clock.advance(12_000);
				return this.enter();
		}
	}

	/** The first rung from below that brings the blocked instance back. */
	async firstHelp(): Promise<Release | undefined> {
		for (const rung of RELEASES) {
			await this.climb(rung);
			if (await this.alive(BLOCKED)) return rung;
		}
		return undefined;
	}
}

async function ladder(...settings: readonly string[]): Promise<Ladder> {
	const at = await desk();
	at.network.lines.set('+391234567', { rings: 2000 });
	await at.terminal.set('AT#SGACT=1,1', ...settings);
	const rig = new Ladder(at);
	await rig.enter();
	expect([await rig.alive(1), await rig.alive(2), await rig.alive(3)]).toEqual([true, true, true]);
	return rig;
}

describe('an instance that hangs', () => {
	test.each(RELEASES)('until %s is freed by that and by nothing less', async until => {
		const rig = await ladder();
		rig.at.module.hang({ what: 'instance', number: BLOCKED, until });
		expect(await rig.alive(BLOCKED)).toBe(false);
		expect(await rig.alive(3)).toBe(true);
		expect(await rig.firstHelp()).toBe(until);
	});

	test.each(RELEASES)('until %s is freed by everything more', async until => {
		for (const rung of RELEASES.slice(RELEASES.indexOf(until) + 1)) {
			const rig = await ladder();
			rig.at.module.hang({ what: 'instance', number: BLOCKED, until });
			await rig.climb(rung);
			expect([rung, await rig.alive(BLOCKED)]).toEqual([rung, true]);
		}
	});

	test('swallows the command that runs and every URC', async () => {
		const rig = await ladder();
		const screen = rig.screens[BLOCKED - 1]!;
		await screen.set('AT+CREG=1');
		screen.clear();
		screen.type('AT+COPS=?\r');
		await rig.at.clock.advance(1000);
		rig.at.module.hang({ what: 'instance', number: BLOCKED, until: 'break' });
		rig.at.network.coverage = false;
		await rig.at.clock.advance(60_000);
		expect(screen.screen).toBe('AT+COPS=?\r');
		await rig.climb('break');
		expect(await rig.alive(BLOCKED)).toBe(true);
	});

	test('in data mode lets go of its call, and the one that hangs until power survives a reset', async () => {
		const rig = await ladder();
		const screen = rig.screens[BLOCKED - 1]!;
		await screen.send('ATD+391234567', 5000);
		expect(screen.screen).toContain('CONNECT');
		rig.at.module.hang({ what: 'instance', number: BLOCKED, until: 'power' });
		await rig.climb('reset');
		expect([await rig.alive(1), await rig.alive(BLOCKED)]).toEqual([true, false]);
		await rig.climb('power');
		expect(await rig.alive(BLOCKED)).toBe(true);
	});

	test('on the bare line is the first one, and hangs there too', async () => {
		const at = await desk();
		at.module.hang({ what: 'instance', number: 1, until: 'reset' });
		expect(await at.terminal.send('AT')).toBe('');
	});

	test('that hangs already keeps the harder of two', async () => {
		const rig = await ladder();
		rig.at.module.hang({ what: 'instance', number: BLOCKED, until: 'mux' });
		rig.at.module.hang({ what: 'instance', number: BLOCKED, until: 'break' });
		expect(await rig.firstHelp()).toBe('mux');
	});
});

describe('a module that hangs as a whole', () => {
	test.each(['mux', 'reset', 'power'] as const)('until %s answers nothing at all before', async until => {
		const rig = await ladder();
		rig.at.module.hang({ what: 'all', until });
		expect(await rig.controlAlive()).toBe(false);
		// The dead control channel has ended this side's multiplexer: no DISC goes out any more.
		expect(await rig.firstHelp()).toBe(until === 'mux' ? 'reset' : until);
	});

	test('until mux comes back to AT mode when DISC arrives, though no answer does', async () => {
		const rig = await ladder();
		rig.at.module.hang({ what: 'all', until: 'mux' });
		expect(await rig.firstHelp()).toBe('mux');
	});

	test('until mux comes back when DTR drops', async () => {
		const rig = await ladder();
		rig.at.module.hang({ what: 'all', until: 'mux' });
		rig.at.dte.setDtr(false);
		rig.at.dte.setDtr(true);
		await rig.enter();
		expect(await rig.alive(1)).toBe(true);
	});

	test('until reset does not boot out of it by itself, and an ON_OFF pulse still switches it off', async () => {
		const rig = await ladder();
		rig.at.module.hang({ what: 'all', until: 'power' });
		rig.at.module.restart();
		await rig.at.clock.advance(12_000);
		await rig.enter();
		expect(rig.mux).toBeUndefined();
		rig.at.power.setOnOff(true);
		await rig.at.clock.advance(5000);
		expect(rig.at.power.isOn()).toBe(false);
	});

	test('stops the sender where nothing reads the line, until it is reset', async () => {
		const at = await desk({ wire: { capacity: 100 } });
		at.module.hang({ what: 'all', until: 'reset' });
		const octets = new Uint8Array(1000);
		let taken = 0;
		for (let round = 0; round < 10; round++) {
			taken += at.dte.write(octets);
			await at.clock.advance(100);
		}
		expect(taken).toBe(200);
		at.power.setReset(true);
		await at.clock.advance(300);
		expect(at.dte.write(octets)).toBe(100);
	});
});

describe('a command that blocks its instance', () => {
	test.each<[string, string, Release]>([
		['AT+CMUX=0', '', 'reboot'],
		['AT#BND=3', '', 'reboot'],
		['AT+CFUN=2', '\r\nOK\r\n', 'reset'],
		['AT+CFUN=0', '\r\nOK\r\n', 'reset'],
		['ATQ1', '', 'reboot'],
		['ATQ2', '', 'reboot'],
		['AT+CGDATA="PPP",1', 'CONNECT', 'break'],
		['ATD*99***1#', 'CONNECT', 'break'],
		['AT#FTPPUT="log.txt"', 'CONNECT', 'break'],
		['AT$GPSNMUN=3,1,0,0,0,1,0', 'CONNECT', 'break'],
		['ATD+391234567', 'CONNECT', 'break'],
	])('%s answers %j, and %s brings it back', async (line, answer, rung) => {
		const rig = await ladder('AT#FTPOPEN="ftp.example","user","word",0');
		// The session of the bare line is the module's: every instance has it.
		const shown = await rig.screens[BLOCKED - 1]!.send(line, 10_000);
		if (answer === '') expect(shown).toBe('');
		else expect(shown).toContain(answer);
		expect(await rig.alive(BLOCKED)).toBe(false);
		expect(await rig.controlAlive()).toBe(true);
		expect(await rig.firstHelp()).toBe(rung);
	});

	test.each(['AT+CMUX=0', 'AT#BND=3', 'AT+CGDATA="PPP",1', 'AT$GPSNMUN=3'])('%s leaves the others', async line => {
		const rig = await ladder();
		await rig.screens[BLOCKED - 1]!.send(line, 2000);
		expect([await rig.alive(1), await rig.alive(3)]).toEqual([true, true]);
	});

	test.each(['AT+CFUN=0', 'AT+CFUN=2'])('%s makes all of them deaf', async line => {
		const rig = await ladder();
		await rig.screens[BLOCKED - 1]!.send(line, 5000);
		expect([await rig.alive(1), await rig.alive(2), await rig.alive(3)]).toEqual([false, false, false]);
		expect(rig.at.module.firmware!.registration.isRegistered).toBe(false);
	});

	test.each(['+CGDATA="PPP",1', '#FTPPUT="a"', '$GPSNMUN=3', 'D+391234567'])(
		'AT%s is ended by DTR of its channel where &D says so, and by DISC',
		async command => {
			const rig = await ladder('AT#FTPOPEN="ftp.example","user","word",0');
			const screen = rig.screens[BLOCKED - 1]!;
			await screen.set('AT&D2');
			await screen.send(`AT${command}`, 5000);
			rig.channels[BLOCKED - 1]!.setSignals({ rtc: false });
			await rig.at.clock.advance(500);
			rig.channels[BLOCKED - 1]!.setSignals({ rtc: true });
			await rig.at.clock.advance(500);
			expect(await rig.alive(BLOCKED)).toBe(true);
			if (command.startsWith('D')) await screen.set('ATH');
			await screen.send(`AT${command}`, 5000);
			await rig.climb('reopen');
			expect(await rig.alive(BLOCKED)).toBe(true);
		},
	);

	test('Q1 leaves information lines and URCs, and Q0 brings the result codes back', async () => {
		const { terminal } = await desk();
		expect(await terminal.send('ATQ1')).toBe('');
		expect(await terminal.send('AT+COPS?')).toBe('\r\n+COPS: 0,0,"I WIND"\r\n');
		expect(await terminal.send('ATQ0')).toBe('\r\nOK\r\n');
	});

	test('#BND=3 takes the network from all, until another instance chooses its bands again', async () => {
		const rig = await ladder();
		await rig.screens[BLOCKED - 1]!.send('AT#BND=3');
		expect(await rig.screens[0]!.send('AT+CREG?')).toBe(answered('+CREG: 0,2'));
		await rig.screens[0]!.set('AT#BND=0');
		await rig.at.clock.advance(10_000);
		expect(await rig.screens[0]!.send('AT+CREG?')).toBe(answered('+CREG: 0,1'));
		expect(await rig.alive(BLOCKED)).toBe(false);
	});
});

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

describe('data mode', () => {
	test('of +CGDATA carries a Configure-Request every three seconds', async () => {
		const { terminal } = await desk();
		await terminal.send('AT+CGDATA="PPP",1', 10_000);
		const frames = terminal.screen.split('~').filter(frame => frame.includes('}#'));
		expect(frames).toHaveLength(4);
		// FF 03 C0 21, code 1, identifier 1, length 16 (RFC 1662: control characters escaped).
		expect(frames[0]).toContain('\xff}#\xc0!}!}!} }0');
	});

	test('of #FTPPUT takes the file, and a break closes it', async () => {
		const { terminal, module, clock } = await desk();
		await terminal.set('AT+CMEE=1');
		expect(await terminal.send('AT#FTPOPEN="a","b","c",0')).toBe('\r\n+CME ERROR: 556\r\n');
		await terminal.set('AT#SGACT=1,1');
		expect(await terminal.send('AT#FTPPUT="x"')).toBe('\r\n+CME ERROR: 557\r\n');
		await terminal.set('AT#FTPOPEN="a","b","c",0');
		expect(await terminal.send('AT#FTPPUT="x"', 2000)).toBe('\r\nCONNECT\r\n');
		terminal.type('twelve octets');
		await clock.advance(2000);
		terminal.clear();
		terminal.type('+++');
		await clock.advance(2000);
		expect(terminal.screen).toBe('\r\nNO CARRIER\r\n');
		expect([...module.firmware!.ftp!.files]).toEqual([['x', 13]]);
	});

	test('of $GPSNMUN=3 is one sentence a second, and a command line is not read', async () => {
		const { terminal, clock } = await desk();
		await terminal.send('AT$GPSNMUN=3,0,0,0,0,1,0', 5500);
		expect(terminal.screen.match(/\$GPRMC,[^\r]*\*[0-9A-F]{2}\r\n/g)).toHaveLength(5);
		expect(await terminal.send('AT', 500)).not.toContain('OK');
		await clock.advance(1000);
		terminal.type('+++');
		expect(await terminal.watch(1500)).toContain('\r\nOK\r\n');
		expect(await terminal.watch(3000)).toBe('');
	});

	test.each([
		[1, '$GPSNMUN: $GPRMC'],
		[2, '\r\n$GPRMC'],
	])('is not what $GPSNMUN=%i gives: lines between commands', async (mode, shown) => {
		const { terminal } = await desk();
		await terminal.set(`AT$GPSNMUN=${mode},0,0,0,0,1,0`);
		expect(await terminal.watch(1500)).toContain(shown);
		await terminal.set('AT$GPSNMUN=0');
		expect(await terminal.watch(3000)).toBe('');
	});
});

describe('a data call', () => {
	async function called(lasts?: number) {
		const at = await desk();
		at.network.lines.set('+391234567', { rings: 2000, ...(lasts !== undefined && { lasts }) });
		expect(await at.terminal.send('ATD+391234567', 2500)).toBe('\r\nCONNECT\r\n');
		return at;
	}

	test('ends with NO CARRIER when the far end hangs up, late', async () => {
		const { terminal } = await called(180_000);
		expect(await terminal.watch(179_000)).toBe('');
		expect(await terminal.watch(2000)).toBe('\r\nNO CARRIER\r\n');
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('can be escaped from, gone back to, and hung up', async () => {
		const { terminal, clock } = await called();
		await clock.advance(1100);
		terminal.type('+++');
		expect(await terminal.watch(1500)).toBe('\r\nOK\r\n');
		expect(await terminal.send('ATD+391234567', 5000)).toBe('\r\nNO CARRIER\r\n');
		expect(await terminal.send('ATO')).toBe('\r\nCONNECT\r\n');
		await clock.advance(1100);
		terminal.type('+++');
		await clock.advance(1500);
		await terminal.set('ATH');
		expect(await terminal.send('ATO')).toBe('\r\nNO CARRIER\r\n');
	});

	test('that was escaped from tells of its end unasked', async () => {
		const { terminal, clock } = await called(10_000);
		await clock.advance(1100);
		terminal.type('+++');
		await clock.advance(1500);
		expect(await terminal.watch(20_000)).toBe('\r\nNO CARRIER\r\n');
	});

	test('ends with the network, and not at all with a break while it rings', async () => {
		const { terminal, network } = await called();
		network.coverage = false;
		expect(await terminal.watch(100)).toBe('\r\nNO CARRIER\r\n');
		network.coverage = true;
		await terminal.watch(10_000);
		terminal.type('ATD+391234567\r');
		await terminal.watch(1000);
		terminal.type(' ');
		expect(await terminal.watch(100)).toContain('NO CARRIER');
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

describe('the commands that run one at a time across all instances', () => {
	test.each([
		'+COPS=0',
		'+COPS=?',
		'+CGATT=1',
		'+CGACT=1,1',
		'+CREG=1',
		'#QDNS="x"',
		'+CPBS="SM"',
		'+CLCK="SC",2',
		'+CLIP=1',
		'#FTPCLOSE',
		'#CSURVB',
		'D+390000',
		'A',
		'H',
	])('AT%s waits for a survey on another', async command => {
		const at = await enter();
		const { screens } = await muxed(at, [1, 2]);
		screens[0]!.type('AT#CSURV\r');
		await at.clock.advance(1000);
		screens[1]!.type(`AT${command}\r`);
		await at.clock.advance(28_000);
		expect(screens[1]!.screen.replace(/\s*Network survey started ...\s*/, '')).toBe(`AT${command}\r`);
		await at.clock.advance(40_000);
		expect(screens[1]!.screen).toMatch(/(OK|ERROR|NO CARRIER)\r\n$/);
	});

	test.each(['+COPS?', '+CREG?', '+CSQ', '#SGACT=1,1', '+CMGF=1', '#SS'])('AT%s does not', async command => {
		const at = await enter();
		const { screens } = await muxed(at, [1, 2]);
		screens[0]!.type('AT#CSURV\r');
		await at.clock.advance(1000);
		expect(await screens[1]!.send(`AT${command}`, 3000)).toContain('OK\r\n');
	});

	test('do not count a call that is there, only its dialling', async () => {
		const at = await enter();
		at.network.lines.set('+391234567', { rings: 5000 });
		const { screens } = await muxed(at, [1, 2]);
		screens[0]!.type('ATD+391234567\r');
		await at.clock.advance(100);
		screens[1]!.type('AT+CREG=1\r');
		await at.clock.advance(4000);
		expect(screens[1]!.screen).not.toContain('OK');
		await at.clock.advance(2000);
		expect(screens[1]!.screen).toContain('OK');
		expect(screens[0]!.screen).toContain('CONNECT');
	});
});

describe('hangs in a module that is not on', () => {
	test('are nothing while it is off, and wait for its first command while it boots', async () => {
		const hang: Hang = { what: 'instance', number: 1, until: 'reset' };
		const at = await desk({ powered: false });
		at.module.hang(hang);
		at.module.powerOn();
		await at.clock.advance(2000);
		at.module.hang({ what: 'instance', number: 1, until: 'power' });
		await at.clock.advance(10_000);
		expect(await at.terminal.send('AT')).toBe('');
		at.module.cutPower();
		at.module.powerOn();
		await at.clock.advance(12_000);
		expect(await at.terminal.send('AT')).toBe('\r\nOK\r\n');
	});
});
