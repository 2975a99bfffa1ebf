import { describe, expect, test } from 'vitest';
import { type Hang, RELEASES, type Release } from '../../hosts/simulator/module/hangs.js';
import { answered, desk } from './dte.js';
import { BLOCKED, ladder } from './ladder.js';

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

	test('until power is not freed by a reset of its own, and an ON_OFF pulse still switches it off', async () => {
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
