import { describe, expect, test } from 'vitest';
import { desk } from './dte.js';
import { enter, muxed } from './mux-desk.js';

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

	test('makes Z answer ERROR on every instance', async () => {
		const at = await enter();
		at.network.lines.set('+391234567', { rings: 100 });
		const { screens } = await muxed(at, [1, 2]);
		expect(await screens[1]!.send('ATZ')).toBe('\r\nOK\r\n');
		expect(await screens[0]!.send('ATD+391234567', 500)).toBe('\r\nCONNECT\r\n');
		expect(await screens[1]!.send('ATZ')).toBe('\r\nERROR\r\n');
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
