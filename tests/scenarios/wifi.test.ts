import { describe, expect, test } from 'vitest';
import { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import { SimulatedNetwork } from '../../hosts/simulator/simulated-network.js';
import { SimulatedWifi } from '../../hosts/simulator/simulated-wifi.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { Restart } from '../../src/ports/restart.js';
import { SAFE_TIME } from '../../src/services/boot-guard.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { TestStore } from '../support/memory-store.js';
import { Person } from '../support/person.js';
import { ask, connectionTo, counters, gone, HOME, listens, onConsole, session } from './tcp-desk.js';

const SSID = 'yard 7';
const PASSWORD = 'gate of the yard';
const SECOND = 1_000;
const MINUTE = 60_000;

interface WifiDesk extends TestDesk {
	readonly wifi: SimulatedWifi;
}

/** A flashed board with a Wi-Fi that nobody has set up, within reach of an access point. */
async function wifiBoard(store = new TestStore(), start?: Restart): Promise<WifiDesk> {
	const clock = new VirtualClock();
	const hostSockets = new MemorySockets(clock);
	const wifi = new SimulatedWifi(clock, { ssid: SSID, password: PASSWORD });
	const options = {
		settings: store,
		wifi,
		hostNetwork: new SimulatedNetwork(hostSockets, clock, () => wifi.isUp),
		...(start && { start }),
	};
	return { ...(await deskThatRuns(options, clock)), hostSockets, wifi };
}

/** Serves `user` / `pass` from 10.x.x.x on port 1024 by its Wi-Fi. */
async function servingBoard(store?: TestStore): Promise<WifiDesk> {
	const board = await wifiBoard(store);
	await onConsole(
		board,
		`at#atrunwifi=1,"${SSID}","${PASSWORD}"`,
		'at#atruntcp=1',
		'at#tcpatrunfrwl=1,"10.0.0.0","255.0.0.0"',
		'at#tcpatrunauth=1,"user","pass"',
		'at#tcpatruncfg=1,2,1024,1024,"",1,5,0',
		'at#tcpatrunl=1',
	);
	await listens(board, 'host');
	return board;
}

/** The values that `#ATRUNWIFI?` tells. */
async function told(board: TestDesk): Promise<string> {
	return /#ATRUNWIFI: (.*)\r\n/.exec(await board.console.ask('at#atrunwifi?'))?.[1] ?? '';
}

async function joined(board: WifiDesk, limit = MINUTE): Promise<void> {
	await board.clock.until(() => board.wifi.isUp, limit, 'the Wi-Fi');
}

describe('given a flashed board with Wi-Fi', () => {
	test('the radio is off, and the board says so', async () => {
		const board = await wifiBoard();
		await board.clock.advance(10 * MINUTE);
		expect(board.wifi.joins).toBe(0);
		expect(await told(board)).toBe('0,"","",0,"",,""');
		const statistics = await board.console.ask('at#atrunstat');
		expect(statistics).toContain('#ATRUNSTAT: WIFI_STATE,0\r\n');
		expect(statistics).not.toContain('WIFI_SIGNAL');
	});

	test('it joins as soon as the console says so, and leaves likewise', async () => {
		const board = await wifiBoard();
		await onConsole(board, `at#atrunwifi=1,"${SSID}","${PASSWORD}"`);
		expect(await told(board)).toBe(`1,"${SSID}","***",2,"",,""`);
		await joined(board);
		expect(await told(board)).toBe(`1,"${SSID}","***",1,"192.168.4.17",-58,""`);
		expect(await board.console.ask('at#atrunstat')).toContain('#ATRUNSTAT: WIFI_SIGNAL,-58\r\n');
		await onConsole(board, 'at#atrunwifi=0');
		expect(board.wifi.isAssociated).toBe(false);
		expect(await told(board)).toBe(`0,"${SSID}","***",0,"",,""`);
		await board.clock.advance(10 * MINUTE);
		expect(board.wifi.joins).toBe(1);
	});

	test('while it is off TCP ATRUN on the host network waits for it, without an error', async () => {
		const board = await wifiBoard();
		await onConsole(board, 'at#atruntcp=1', 'at#tcpatrunl=1');
		await board.clock.advance(10 * MINUTE);
		expect(board.hostSockets.isListening(1024)).toBe(false);
		await onConsole(board, `at#atrunwifi=1,"${SSID}","${PASSWORD}"`);
		await listens(board, 'host');
	});

	test('no secret of it is on the console, in the trace, the journal or an export', async () => {
		const board = await servingBoard();
		board.wifi.isPresent = false;
		await board.clock.advance(10 * MINUTE);
		let shown = '';
		for (const line of ['at#atrunwifi?', 'at#atrunwifi=?', 'at#atrunlog=64', 'at#atrunexport', 'at#atruninfo']) {
			shown += await board.console.ask(line);
		}
		expect(shown).toContain(`AT#ATRUNWIFI=1,"${SSID}"`);
		expect(shown + board.trace.join('\n')).not.toContain(PASSWORD);
	});
});

describe('given a board that is served over its Wi-Fi', () => {
	test('a session runs commands', async () => {
		const board = await servingBoard();
		const client = await session(board, 'host');
		expect(await ask(board, client, 'at+cgmm')).toContain('GE865');
		expect(await ask(board, client, 'at#atrunwifi=0')).toBe('\r\n#ATRUN: REFUSED,"admin"\r\n\r\nERROR\r\n');
		await onConsole(board, 'at#atrungrant=1,1,127');
		expect(await ask(board, client, 'at#atrunwifi=0')).toBe('\r\n+CME ERROR: 3\r\n');
		expect(await ask(board, client, 'at#atrunwifi?')).toContain(`1,"${SSID}","***",1,"192.168.4.17"`);
	});

	test('the firewall judges before an octet is sent', async () => {
		const board = await servingBoard();
		const stranger = new Person(connectionTo(board, 'host', '192.168.4.2'), board.clock);
		await gone(board, stranger);
		expect(stranger.screen).toBe('');
	});

	test('the access point goes away and comes back: the session ends, and the next one is served without a hand', async () => {
		const board = await servingBoard();
		const client = await session(board, 'host');
		board.console.clear();
		board.wifi.isPresent = false;
		await gone(board, client);
		expect(board.hostSockets.isListening(1024)).toBe(false);
		await board.console.see('#TCPATRUN: <DISCONNECT>');
		await board.clock.advance(MINUTE);
		expect(await told(board)).toMatch(/^1,"yard 7","\*\*\*",[23],"",,"(lost|not found)"$/);
		board.wifi.isPresent = true;
		await joined(board, 5 * MINUTE + 10 * SECOND);
		await session(board, 'host');
		expect(await told(board)).toContain(',1,"192.168.4.17",-58,""');
		const { WIFI_JOINED, WIFI_LOST } = await counters(board, 'WIFI_JOINED', 'WIFI_LOST');
		expect([WIFI_JOINED, WIFI_LOST]).toEqual([2, 1]);
		const log = await board.console.ask('at#atrunlog=5,"Wi-Fi"');
		expect(log).toContain('"Wi-Fi","","dropped","lost"');
		expect(log).toContain('"Wi-Fi","","recovered","joined"');
	});

	test('the answer to a command that was under way is given to the next session', async () => {
		const board = await servingBoard();
		// A login that says nothing may not say this either.
		await onConsole(board, 'at#tcpatrunl=0', 'at#tcpatruncfg=1,2,1024,1024,"",1,5,1', 'at#tcpatrunl=1');
		const client = await session(board, 'host');
		board.desk.module.hang({ what: 'instance', number: 2, until: 'mux' });
		client.type('at+csq\r');
		await board.clock.advance(2 * SECOND);
		board.wifi.isPresent = false;
		await gone(board, client);
		board.wifi.isPresent = true;
		// The service's own five minutes, and the rungs.
		await board.clock.advance(400 * SECOND);
		const next = new Person(connectionTo(board, 'host'), board.clock);
		next.type('user\rpass\r');
		await next.see('#ATRUN: LAST,"AT+csq"\r\n#ATRUN: TIMEOUT,"mux"\r\n\r\nERROR\r\n');
	});

	test('the access point is away for hours: the tries go on, five minutes apart', async () => {
		const board = await servingBoard();
		board.wifi.isPresent = false;
		await board.clock.advance(60 * MINUTE);
		const before = board.wifi.joins;
		await board.clock.advance(2 * 60 * MINUTE);
		// 300 s of rest and 8 s of search.
		expect(board.wifi.joins - before).toBeGreaterThanOrEqual(23);
		expect(board.wifi.joins - before).toBeLessThanOrEqual(24);
		board.wifi.isPresent = true;
		await joined(board, 5 * MINUTE + 10 * SECOND);
		await session(board, 'host');
	});

	test('an access point that takes the board and drops it again and again is not stormed', async () => {
		const board = await servingBoard();
		for (let round = 0; round < 8; round++) {
			await joined(board, 10 * MINUTE);
			board.wifi.isPresent = false;
			await board.clock.advance(10 * SECOND);
			board.wifi.isPresent = true;
		}
		const joins = board.wifi.joins;
		await board.clock.advance(4 * MINUTE);
		expect(board.wifi.joins - joins).toBeLessThanOrEqual(1);
		await joined(board, 5 * MINUTE);
		await session(board, 'host');
	});

	test('the lease runs out without a word: the board notices within half a minute, and joins again', async () => {
		const board = await servingBoard();
		const client = await session(board, 'host');
		board.wifi.loseAddress();
		await gone(board, client);
		board.wifi.leases = true;
		await joined(board, 2 * MINUTE);
		await session(board, 'host');
	});

	test('an access point without a DHCP server is told apart, and taken once there is one', async () => {
		const board = await wifiBoard();
		board.wifi.leases = false;
		await onConsole(board, `at#atrunwifi=1,"${SSID}","${PASSWORD}"`);
		await board.clock.advance(61 * SECOND);
		expect(await told(board)).toBe(`1,"${SSID}","***",3,"",,"no address"`);
		board.wifi.leases = true;
		await joined(board, 2 * MINUTE);
		expect(await told(board)).toContain(',1,"192.168.4.17"');
	});

	test('switched off, it ends the session and listens nowhere; switched on, it serves', async () => {
		const board = await servingBoard();
		const client = await session(board, 'host');
		await onConsole(board, 'at#atrunwifi=0');
		await gone(board, client);
		await board.clock.advance(10 * MINUTE);
		expect(board.hostSockets.isListening(1024)).toBe(false);
		await onConsole(board, 'at#atrunwifi=1');
		await session(board, 'host');
	});

	test('the module’s carrier is not touched by a Wi-Fi that comes and goes', async () => {
		const board = await servingBoard();
		await board.registered();
		await onConsole(board, 'at#tcpatrunl=0', 'at#sgactcfg=1,3', 'at#sgact=1,1');
		await onConsole(board, 'at#scfg=1,1,300,0,600,1', 'at#atruntcp=0', 'at#tcpatrunl=1');
		const client = await session(board, 'module');
		board.wifi.isPresent = false;
		await board.clock.advance(MINUTE);
		board.wifi.isPresent = true;
		await board.clock.advance(5 * MINUTE);
		expect(client.closed).toBeUndefined();
		expect(await ask(board, client, 'at+cgmm')).toContain('GE865');
	});

	test('a restart finds it again: joined and listening, with nobody at the console', async () => {
		const store = new TestStore();
		const first = await servingBoard(store);
		await first.clock.settled(first.desk.stop(), MINUTE);
		expect(first.wifi.isAssociated).toBe(false);
		const board = await wifiBoard(store);
		await session(board, 'host');
		expect(await told(board)).toBe(`1,"${SSID}","***",1,"192.168.4.17",-58,""`);
	});

	test('in safe mode the radio stays off, until the half hour is over', async () => {
		const store = new TestStore();
		const crashes: readonly Restart[] = [{ reason: 'fault' }, { reason: 'watchdog' }, { reason: 'fault' }];
		const first = await servingBoard(store);
		await first.clock.settled(first.desk.stop(), MINUTE);
		let board = first;
		for (const start of crashes) {
			board = await wifiBoard(store, start);
			if (start !== crashes[2]) await board.clock.settled(board.desk.stop(), MINUTE);
		}
		await board.clock.advance(MINUTE);
		expect(board.wifi.joins).toBe(0);
		expect(await told(board)).toContain(`1,"${SSID}","***",0`);
		await board.clock.advance(SAFE_TIME);
		await session(board, 'host');
	});

	test('a factory reset leaves the access point, and forgets name and password', async () => {
		const store = new TestStore();
		const board = await servingBoard(store);
		await onConsole(board, 'at#atrunreset=2');
		expect(board.wifi.isAssociated).toBe(false);
		expect(await told(board)).toBe('0,"","",0,"",,""');
		await board.clock.advance(10 * MINUTE);
		expect(board.wifi.joins).toBe(1);
		expect(store.records.settings_a ?? store.records.settings_b).toBeUndefined();
	});
});

describe('given a wrong password', () => {
	test('the board says so, and tries with growing pauses; the right one is taken at once', async () => {
		const board = await wifiBoard();
		await onConsole(board, `at#atrunwifi=1,"${SSID}","not the right one"`);
		await board.clock.advance(4 * SECOND);
		expect(await told(board)).toBe(`1,"${SSID}","***",3,"",,"refused"`);
		// Pauses of 5, 10, 20 … 300 s and 3 s for each try.
		const joins: number[] = [];
		for (const time of [1, 2, 3, 4, 5, 6]) {
			await board.clock.advance(MINUTE);
			joins[time] = board.wifi.joins;
		}
		expect(joins.slice(1)).toEqual([4, 5, 6, 6, 6, 7]);
		await board.clock.advance(60 * MINUTE);
		expect(board.wifi.joins).toBeLessThanOrEqual(7 + 12);
		const joinsBefore = board.wifi.joins;
		await onConsole(board, `at#atrunwifi=1,,"${PASSWORD}"`);
		await joined(board, 4 * SECOND);
		expect(board.wifi.joins).toBe(joinsBefore + 1);
		const log = await board.console.ask('at#atrunlog=64,"Wi-Fi"');
		expect(log.split('"dropped","refused"')).toHaveLength(2);
	});

	test('the access point gets the password of the board: it is back without a hand', async () => {
		const board = await wifiBoard();
		await onConsole(board, `at#atrunwifi=1,"${SSID}","not the right one"`);
		await board.clock.advance(20 * MINUTE);
		board.wifi.password = 'not the right one';
		await joined(board, 5 * MINUTE + 4 * SECOND);
	});

	test('the same command again tries at once, without waiting for the pause', async () => {
		const board = await wifiBoard();
		board.wifi.isPresent = false;
		await onConsole(board, `at#atrunwifi=1,"${SSID}","${PASSWORD}"`);
		await board.clock.advance(20 * MINUTE);
		board.wifi.isPresent = true;
		expect(await told(board)).toContain(',3,"",,"not found"');
		await onConsole(board, 'at#atrunwifi=1');
		await joined(board, 4 * SECOND);
	});
});

describe('given a board that dials its host by its Wi-Fi', () => {
	test('it dials when it has joined, and again after the access point was away', async () => {
		const board = await wifiBoard();
		const calls: Person[] = [];
		board.hostSockets.serve(HOME, 5000, far => calls.push(new Person(far, board.clock)));
		await onConsole(board, 'at#atruntcp=1', `at#tcpatruncfg=1,2,1024,5000,"${HOME}",1,5,0,5,1`);
		// OK would mean connected; it stays on.
		expect(await board.console.ask('at#tcpatrund=1')).toContain('ERROR');
		await onConsole(board, `at#atrunwifi=1,"${SSID}","${PASSWORD}"`);
		await joined(board);
		await board.clock.until(() => calls.length === 1, 5 * SECOND, 'the first call');
		board.wifi.isPresent = false;
		await gone(board, calls[0]!);
		await board.clock.advance(20 * MINUTE);
		expect(calls).toHaveLength(1);
		board.wifi.isPresent = true;
		await joined(board, 5 * MINUTE + 10 * SECOND);
		await board.clock.until(() => calls.length === 2, 5 * SECOND, 'the second call');
		expect(await ask(board, calls[1]!, 'at+cgmm')).toContain('GE865');
	});

	test('an outage uses up no try: after the last one of them it still dials', async () => {
		const board = await wifiBoard();
		const calls: Person[] = [];
		board.hostSockets.serve(HOME, 5000, far => calls.push(new Person(far, board.clock)));
		await onConsole(
			board,
			`at#atrunwifi=1,"${SSID}","${PASSWORD}"`,
			'at#atruntcp=1,30,600,0,0,0',
			`at#tcpatruncfg=1,2,1024,5000,"${HOME}",1,5,0,0,1`,
		);
		await joined(board);
		await onConsole(board, 'at#tcpatrund=1');
		for (let round = 1; round <= 3; round++) {
			await board.clock.until(() => calls.length === round, 10 * MINUTE, `call ${round}`);
			await ask(board, calls[round - 1]!, 'at+cgmm');
			board.wifi.isPresent = false;
			await gone(board, calls[round - 1]!);
			board.wifi.isPresent = true;
		}
	});
});
