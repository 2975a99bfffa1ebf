import { describe, expect, test } from 'vitest';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { answered, type Desk, Dte, desk } from './dte.js';

const ADDRESS = '212.141.253.50';

async function netDesk(...settings: readonly string[]): Promise<Desk> {
	const at = await desk();
	await at.terminal.set('AT+CMEE=1', 'AT#SGACT=1,1', 'AT#FRWL=1,"0.0.0.0","0.0.0.0"', ...settings);
	return at;
}

/** Somebody calls port 1024 of the module. */
function call(at: Desk, from = '212.141.121.148'): { peer: HostConnection; screen: Dte } {
	const peer = at.memorySockets.dial(1024, from);
	if (peer === undefined) throw new Error('nobody listens');
	return { peer, screen: new Dte(peer, at.clock) };
}

/** A call that was taken in command mode. */
async function taken(...settings: readonly string[]) {
	const at = await netDesk('AT#SL=1,1,1024', ...settings);
	const caller = call(at);
	await at.clock.advance(100);
	await at.terminal.set('AT#SA=1,1');
	return { ...at, ...caller };
}

/** A call that was taken in online mode. */
async function online(options: Parameters<typeof desk>[0] = {}) {
	const at = await desk(options);
	await at.terminal.set('AT#SGACT=1,1', 'AT#FRWL=1,"0.0.0.0","0.0.0.0"', 'AT#SCFG=1,1,300,0,600,1', 'AT#SL=1,1,1024');
	const caller = call(at);
	await at.clock.advance(100);
	expect(await at.terminal.send('AT#SA=1')).toBe('\r\nCONNECT\r\n');
	return { ...at, ...caller };
}

describe('packet contexts', () => {
	test('#SGACT gives the address without quotes, and only once', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CMEE=1');
		expect(await terminal.send('AT#SGACT=1,1', 5000)).toBe(answered(`#SGACT: ${ADDRESS}`));
		expect(await terminal.send('AT#SGACT=1,1', 5000)).toBe('\r\n+CME ERROR: 553\r\n');
		expect(await terminal.send('AT+CGPADDR=1')).toBe(answered(`+CGPADDR: 1,"${ADDRESS}"`));
		await terminal.set('AT#SGACT=1,0');
		expect(await terminal.send('AT+CGPADDR=1')).toBe(answered('+CGPADDR: 1,""'));
	});

	test.each([
		['a context that no socket uses', 'AT#SGACT=3,1', '\r\nERROR\r\n'],
		['a context that does not exist', 'AT#SGACT=6,1', '\r\n+CME ERROR: 4\r\n'],
		['a wrong access point', 'AT+CGDCONT=1,"IP","wrong";#SGACT=1,1', '\r\n+CME ERROR: 567\r\n'],
	])('refuses %s', async (_, line, expected) => {
		const { terminal } = await desk({ network: { apns: ['internet.wind', ''] } });
		await terminal.set('AT+CMEE=1');
		expect(await terminal.send(line, 5000)).toBe(expected);
	});

	test('needs packet service', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CMEE=1', 'AT+CGATT=0');
		expect(await terminal.send('AT#SGACT=1,1', 5000)).toBe('\r\n+CME ERROR: 555\r\n');
		await terminal.set('AT+CGATT=1');
		expect(await terminal.send('AT#SGACT=1,1', 5000)).toContain('#SGACT: ');
	});

	test('#SGACTCFG brings the context up by itself: after the network took it, and after a restart', async () => {
		const { terminal, network } = await desk();
		await terminal.set('AT#SGACTCFG=1,3,180,1', 'AT#SGACT=1,1');
		network.loseContexts();
		expect(await terminal.watch(5000)).toBe('\r\n#SGACT: 212.141.253.51\r\n');
		expect(await terminal.send('AT#REBOOT', 15_000)).toContain('\r\n#SGACT: 212.141.253.52\r\n');
		network.coverage = false;
		await terminal.watch(5000);
		network.coverage = true;
		expect(await terminal.watch(10_000)).toBe('\r\n#SGACT: 212.141.253.53\r\n');
	});

	test('#SGACTCFG gives up after its attempts', async () => {
		const { terminal, clock, module } = await desk({ network: { apns: ['other'] } });
		await terminal.set('AT#SGACTCFG=1,2,180,1');
		await terminal.send('AT#REBOOT', 15_000);
		await clock.advance(1_000_000);
		expect(module.firmware?.contexts.addressOf(1)).toBeUndefined();
	});

	test('the sockets of a context that is lost end', async () => {
		const at = await netDesk('AT#SL=1,1,1024', 'AT#SL=2,1,1025');
		call(at);
		await at.clock.advance(100);
		await at.terminal.set('AT#SA=1,1');
		at.terminal.screen = '';
		at.network.loseContexts();
		expect(await at.terminal.watch(1000)).toBe('\r\nNO CARRIER\r\n\r\n#SL: ABORTED\r\n');
		expect(at.memorySockets.isListening(1025)).toBe(false);
	});

	test.each([
		['+CFUN=4', 'the radio off'],
		['+CGATT=0', 'packet service off'],
		['+CGCLASS="CC"', 'circuit service only'],
		['+COPS=2', 'deregistration'],
	])('AT%s (%s) ends them too', async command => {
		const at = await netDesk('AT#SL=1,1,1024');
		expect(await at.terminal.send(`AT${command}`, 3000)).toBe('\r\nOK\r\n\r\n#SL: ABORTED\r\n');
		expect(at.memorySockets.isListening(1024)).toBe(false);
	});
});

describe('a listening socket', () => {
	test('needs its context', async () => {
		const { terminal } = await desk();
		await terminal.set('AT+CMEE=1');
		expect(await terminal.send('AT#SL=1,1,1024')).toBe('\r\n+CME ERROR: 556\r\n');
	});

	test('listens once', async () => {
		const { terminal } = await netDesk('AT#SL=1,1,1024');
		expect(await terminal.send('AT#SL=1,1,1024')).toBe('\r\n+CME ERROR: 564\r\n');
		expect(await terminal.send('AT#SL=2,1,1024')).toBe('\r\n+CME ERROR: 564\r\n');
		expect(await terminal.send('AT#SS=1')).toBe(answered(`#SS: 1,4,${ADDRESS},1024`));
	});

	test('tells of a call, names the peer, and connects', async () => {
		const at = await netDesk('AT#SL=1,1,1024');
		const { peer } = call(at);
		expect(await at.terminal.watch(100)).toBe('\r\nSRING: 1\r\n');
		const port = 1332;
		expect(await at.terminal.send('AT#SS=1')).toBe(answered(`#SS: 1,5,${ADDRESS},1024,212.141.121.148,${port}`));
		expect(await at.terminal.send('AT#SA=1,1')).toBe('\r\nOK\r\n');
		expect(await at.terminal.send('AT#SS')).toBe(
			answered(
				`#SS: 1,2,${ADDRESS},1024,212.141.121.148,${port}`,
				'#SS: 2,0',
				'#SS: 3,0',
				'#SS: 4,0',
				'#SS: 5,0',
				'#SS: 6,0',
			),
		);
		expect(peer.peerPort).toBe(1024);
	});

	test('drops peers outside the firewall without a word, and everybody when there is no rule', async () => {
		const at = await netDesk('AT#FRWL=2', 'AT#FRWL=1,"10.1.0.0","255.255.0.0"', 'AT#SL=1,1,1024');
		const outside = call(at, '10.2.0.1');
		expect(await at.terminal.watch(200)).toBe('');
		expect(outside.screen.closed).toBeDefined();
		call(at, '10.1.7.7');
		expect(await at.terminal.watch(200)).toBe('\r\nSRING: 1\r\n');
		await at.terminal.set('AT#SH=1', 'AT#FRWL=2', 'AT#SL=1,1,1024');
		call(at, '10.1.7.7');
		expect(await at.terminal.watch(200)).toBe('');
	});

	test('refuses with #SH and then has to be opened again', async () => {
		const at = await netDesk('AT#SL=1,1,1024');
		const { screen } = call(at);
		await at.clock.advance(100);
		await at.terminal.set('AT#SH=1');
		await at.clock.advance(100);
		expect(screen.closed).toBeDefined();
		expect(at.memorySockets.isListening(1024)).toBe(false);
	});

	test('takes one call: a second one is dropped', async () => {
		const at = await netDesk('AT#SL=1,1,1024');
		call(at);
		const second = call(at);
		await at.clock.advance(200);
		expect(second.screen.closed).toBeDefined();
	});

	test('answers by itself where #SCFGEXT says so', async () => {
		const at = await netDesk('AT#SCFGEXT=1,0,0,0,1', 'AT#SL=1,1,1024');
		const { peer } = call(at);
		expect(await at.terminal.watch(100)).toBe('\r\nCONNECT\r\n');
		peer.close();
		expect(await at.terminal.watch(200)).toBe('\r\nNO CARRIER\r\n');
		expect(await at.terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('has no call to answer before one came', async () => {
		const { terminal } = await netDesk('AT#SL=1,1,1024');
		expect(await terminal.send('AT#SA=1,1')).toBe('\r\nERROR\r\n');
	});
});

describe('a socket in command mode', () => {
	test.each<[string, string, string]>([
		['mode 0', 'AT#SCFGEXT=1,0,0,0', '\r\nSRING: 1\r\n'],
		['mode 1', 'AT#SCFGEXT=1,1,0,0', '\r\nSRING: 1,5\r\n\r\nSRING: 1,3\r\n'],
		['mode 2', 'AT#SCFGEXT=1,2,0,0', '\r\nSRING: 1,5,hello\r\n\r\nSRING: 1,3,abc\r\n'],
		['mode 2 in hexadecimal', 'AT#SCFGEXT=1,2,1,0', '\r\nSRING: 1,5,68656C6C6F\r\n\r\nSRING: 1,3,616263\r\n'],
	])('announces data in %s', async (_, setting, shown) => {
		const at = await netDesk(setting, 'AT#SL=1,1,1024');
		const { screen } = call(at);
		await at.clock.advance(100);
		await at.terminal.set('AT#SA=1,1');
		at.terminal.screen = '';
		screen.type('hello');
		await at.clock.advance(100);
		screen.type('abc');
		await at.clock.advance(100);
		expect(at.terminal.screen).toBe(shown);
	});

	test('gives what came in pieces, counts it, and says ERROR when there is nothing', async () => {
		const { terminal, screen, clock } = await taken();
		screen.type('hello\r\n\x00\xff');
		await clock.advance(100);
		expect(await terminal.send('AT#SI=1')).toBe(answered('#SI: 1,0,9,9,0'));
		expect(await terminal.send('AT#SRECV=1,5')).toBe(answered('#SRECV: 1,5', 'hello'));
		expect(await terminal.send('AT#SRECV=1,1500')).toBe(answered('#SRECV: 1,4', '\r\n\x00\xff'));
		expect(await terminal.send('AT#SRECV=1,1500')).toBe('\r\nERROR\r\n');
	});

	test('sends text up to Ctrl-Z, and raw octets by count', async () => {
		const { terminal, screen, clock } = await taken();
		expect(await terminal.send('AT#SSEND=1')).toBe('\r\n> ');
		terminal.type('text\x1a');
		await clock.advance(300);
		expect(await terminal.send('AT#SSENDEXT=1,6')).toBe('\r\n> ');
		terminal.type('\x1a\x1b\r\n\x00\xff');
		expect(await terminal.watch(300)).toBe('\r\nOK\r\n');
		expect(screen.screen).toBe('text\x1a\x1b\r\n\x00\xff');
		expect(await terminal.send('AT#SSEND=1')).toBe('\r\n> ');
		terminal.type('not this\x1b');
		await clock.advance(300);
		expect(await terminal.send('AT#SI=1')).toBe(answered('#SI: 1,10,0,0,0'));
	});

	test('tells NO CARRIER once the peer has closed and its last octets were read', async () => {
		const { terminal, screen, peer, clock } = await taken();
		screen.type('bye');
		peer.close();
		await clock.advance(200);
		expect(await terminal.send('AT#SRECV=1,1500')).toBe(`${answered('#SRECV: 1,3', 'bye')}\r\nNO CARRIER\r\n`);
		expect(await terminal.send('AT#SS=1')).toBe(answered('#SS: 1,0'));
	});

	test('closes when nothing passes for its idle time', async () => {
		const at = await netDesk('AT#SCFG=1,1,300,10,600,1', 'AT#SL=1,1,1024');
		const { screen } = call(at);
		await at.clock.advance(100);
		await at.terminal.set('AT#SA=1,1');
		await at.clock.advance(9000);
		screen.type('x');
		await at.clock.advance(9000);
		expect(at.terminal.screen).toContain('SRING: 1');
		expect(await at.terminal.watch(2000)).toBe('\r\nNO CARRIER\r\n');
		expect(screen.closed).toBeDefined();
	});

	test('stops a peer that sends more than anybody reads, and loses nothing', async () => {
		const { terminal, peer, clock } = await taken();
		const block = new Uint8Array(1000).map((_, at) => at & 127);
		let sent = 0;
		const send = () => {
			while (sent < 20_000) {
				const count = peer.write(block.subarray(sent % 1000));
				if (count === 0) return;
				sent += count;
			}
		};
		peer.listen({ readable: () => undefined, writable: send });
		send();
		await clock.advance(2000);
		expect(sent).toBeLessThan(14_000);
		let received = 0;
		while (received < 20_000) {
			const answer = await terminal.send('AT#SRECV=1,1500', 200);
			const count = Number(/#SRECV: 1,(\d+)\r\n/.exec(answer)?.[1] ?? Number.NaN);
			const data = answer.slice(answer.indexOf('\r\n', 2) + 2).slice(0, count);
			for (let at = 0; at < count; at += 97) expect(data.charCodeAt(at)).toBe(((received + at) % 1000) & 127);
			received += count;
		}
		expect(received).toBe(20_000);
	});

	test('belongs to the instance that opened it', async () => {
		const at = await netDesk('AT#SL=1,1,1024', 'AT+CMUX=0');
		await at.clock.advance(500);
		const mux = new Multiplexer({ port: at.dte, clock: at.clock, role: 'initiator' });
		await at.clock.settled(mux.start(), 5000);
		const opened = await at.clock.settled(mux.open(2), 5000);
		if (!opened.ok) throw new Error(opened.error);
		const second = new Dte(opened.value, at.clock);
		await second.set('AT+CMEE=1', 'AT#SH=2');
		expect(await second.send('AT#SH=1')).toBe('\r\n+CME ERROR: 612\r\n');
		expect(at.memorySockets.isListening(1024)).toBe(true);
	});
});

describe('a socket in online mode', () => {
	test('moves octets both ways in packets', async () => {
		const { terminal, screen, clock } = await online();
		terminal.type('AT is no command here\r');
		await clock.advance(50);
		expect(screen.screen).toBe('');
		await clock.advance(100);
		expect(screen.screen).toBe('AT is no command here\r');
		screen.type('answer');
		expect(await terminal.watch(100)).toBe('answer');
	});

	test('leaves by the escape sequence, stays connected, and resumes', async () => {
		const { terminal, screen, clock } = await online();
		await clock.advance(1000);
		terminal.type('+++');
		expect(await terminal.watch(999)).toBe('');
		expect(await terminal.watch(100)).toBe('\r\nOK\r\n');
		screen.type('meanwhile');
		expect(await terminal.watch(100)).toBe('\r\nSRING: 1\r\n');
		expect(await terminal.send('AT#SO=1')).toBe('\r\nCONNECT\r\nmeanwhile');
		expect(screen.screen).toBe('');
	});

	test.each([
		['without silence before', 0, '+++', 1200],
		['without silence behind', 1200, '+++x', 0],
		['of four characters', 1200, '++++', 1200],
	])('an escape sequence %s is data', async (_, before, text, behind) => {
		const { terminal, screen, clock } = await online();
		terminal.type('a');
		await clock.advance(before);
		terminal.type(text);
		await clock.advance(behind + 400);
		expect(screen.screen).toBe(`a${text}`);
		expect(terminal.screen).not.toContain('OK');
	});

	test('ends with NO CARRIER when the peer closes, behind its last octets', async () => {
		const { terminal, screen, peer } = await online();
		screen.type('bye');
		peer.close();
		expect(await terminal.watch(300)).toBe('bye\r\nNO CARRIER\r\n');
		expect(await terminal.send('AT#SS=1')).toBe(answered('#SS: 1,0'));
	});

	test('inside CMUX is left by a break octet, not by +++', async () => {
		const at = await netDesk('AT+CMUX=0');
		await at.clock.advance(500);
		const mux = new Multiplexer({ port: at.dte, clock: at.clock, role: 'initiator' });
		await at.clock.settled(mux.start(), 5000);
		const opened = await at.clock.settled(mux.open(1), 5000);
		if (!opened.ok) throw new Error(opened.error);
		const screen = new Dte(opened.value, at.clock);
		await screen.set('AT#SCFG=1,1,300,0,600,1');
		let peer: Dte | undefined;
		at.memorySockets.serve('10.9.9.9', 80, connection => {
			peer = new Dte(connection, at.clock);
		});
		expect(await screen.send('AT#SD=1,0,80,"10.9.9.9"')).toBe('\r\nCONNECT\r\n');
		expect(opened.value.peerSignals.dv).toBe(true);
		await at.clock.advance(1200);
		screen.type('+++');
		await at.clock.advance(1500);
		expect(peer?.screen).toBe('+++');
		screen.screen = '';
		opened.value.sendBreak(0);
		expect(await screen.watch(300)).toBe('\r\nOK\r\n');
		expect(opened.value.peerSignals.dv).toBe(false);
		expect(await screen.send('AT#SS=1')).toContain('#SS: 1,2,');
	});

	test('moves 20 kB to a slow line intact', async () => {
		const { terminal, peer, clock } = await online({ baud: 38_400 });
		const block = new Uint8Array(500).map((_, at) => 33 + (at % 90));
		let sent = 0;
		const send = () => {
			while (sent < 20_000) {
				const count = peer.write(block.subarray(sent % 500));
				if (count === 0) return;
				sent += count;
			}
		};
		peer.listen({ readable: () => undefined, writable: send });
		terminal.screen = '';
		send();
		await clock.advance(8000);
		expect(terminal.screen).toBe(String.fromCharCode(...block).repeat(40));
	});
});

describe('#SD', () => {
	test.each([
		['nobody answers there', 'AT#SD=1,0,81,"10.9.9.9",0,0,1', '\r\n+CME ERROR: 562\r\n'],
		['the peer is silent', 'AT#SD=1,0,80,"10.0.0.99",0,0,1', '\r\n+CME ERROR: 559\r\n'],
		['the context is down', 'AT#SD=4,0,80,"10.9.9.9",0,0,1', '\r\n+CME ERROR: 556\r\n'],
		['the port is none', 'AT#SD=1,0,0,"10.9.9.9",0,0,1', '\r\n+CME ERROR: 4\r\n'],
		['UDP is asked for', 'AT#SD=1,1,80,"10.9.9.9",0,0,1', '\r\n+CME ERROR: 4\r\n'],
		['a server is there', 'AT#SD=1,0,80,"10.9.9.9",0,0,1', '\r\nOK\r\n'],
		['a server has a name', 'AT#SD=1,0,80,"gateway.example",0,0,1', '\r\nOK\r\n'],
	])('when %s', async (_, line, expected) => {
		const at = await desk({ network: { names: { 'gateway.example': '10.9.9.9' } } });
		await at.terminal.set('AT+CMEE=1', 'AT#SGACT=1,1');
		at.memorySockets.serve('10.9.9.9', 80, () => undefined);
		at.memorySockets.silent.add('10.0.0.99');
		expect(await at.terminal.send(line, 70_000)).toBe(expected);
	});

	test('with +CMEE=0 fails as a call does', async () => {
		const at = await netDesk('AT+CMEE=0');
		expect(await at.terminal.send('AT#SD=1,0,81,"10.9.9.9"', 1000)).toBe('\r\nNO CARRIER\r\n');
	});

	test('given up by a key press leaves the socket closed', async () => {
		const at = await netDesk();
		at.memorySockets.silent.add('10.0.0.99');
		at.terminal.type('AT#SD=1,0,80,"10.0.0.99"\r');
		await at.clock.advance(1000);
		at.terminal.type('x');
		expect(await at.terminal.watch(500)).toContain('NO CARRIER');
		await at.clock.advance(70_000);
		await at.terminal.send('');
		expect(await at.terminal.send('AT#SS=1')).toBe(answered('#SS: 1,0'));
	});
});

test.each([
	['AT#SCFG=1,1,2000', 'ERROR'],
	['AT#SCFG=7,1,300', 'ERROR'],
	['AT#SCFGEXT=1,3,0,0', 'ERROR'],
	['AT#SRECV=1,10', 'ERROR'],
	['AT#SSEND=1', 'ERROR'],
	['AT#SSENDEXT=1,10', 'ERROR'],
	['AT#SO=1', 'ERROR'],
	['AT#SH=1', 'OK'],
	['AT#FRWL=1,"1.2.3","255.0.0.0"', 'ERROR'],
	['AT#QDNS="nowhere.example"', 'ERROR'],
])('%s on a module without a connection answers %s', async (line, expected) => {
	const { terminal } = await desk();
	expect(await terminal.send(line, 2000)).toBe(`\r\n${expected}\r\n`);
});
