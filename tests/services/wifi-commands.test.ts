import { describe, expect, test } from 'vitest';
import { findEntry } from '../../src/at/catalogue.js';
import { parseCommandLine } from '../../src/at/command-line.js';
import { maskSecrets } from '../../src/at/mask-secrets.js';
import type { Board, WifiStatus } from '../../src/services/board.js';
import { Interpreter } from '../../src/services/interpreter.js';
import type { Channel } from '../../src/services/own-command.js';
import { WIFI_COMMANDS } from '../../src/services/wifi-commands.js';
import { DEFAULTS, type Settings } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TestStore } from '../support/memory-store.js';

const OK = ['OK'];
const BAD = ['+CME ERROR: 50'];
const REFUSED = ['+CME ERROR: 3'];
const SITE = Object.freeze({ on: true, ssid: 'site', password: 'old secret' });

/** `#ATRUNWIFI` on a board without anything else. */
class Bench {
	readonly store = new TestStore();
	readonly settings = new SettingsKeeper(this.store);
	status: WifiStatus = { state: 0, address: '', signal: undefined, failure: undefined };
	hasWifi = true;
	/** What `apply` was called with. */
	readonly applied: (boolean | undefined)[] = [];

	constructor(wifi: Settings['wifi'] = DEFAULTS.wifi) {
		this.settings.change({ wifi });
	}

	async ask(line: string, channel: Channel = 'console'): Promise<string[]> {
		const parsed = parseCommandLine(line);
		if (!parsed.ok) throw new Error(line);
		const lines: string[] = [];
		const wifi = { status: this.status, apply: (isAnew?: boolean) => void this.applied.push(isAnew) };
		const board: Partial<Board> = { settings: this.settings, wifi: this.hasWifi ? wifi : undefined };
		const outcome = await new Interpreter(() => board as Board, WIFI_COMMANDS).run(parsed.value, {
			caller: { channel, identity: { kind: 'console', name: 'someone' } },
			instance: undefined,
			user: 'anyone',
			cmee: 1,
			onLine: text => lines.push(text),
		});
		lines.push(outcome.kind === 'final' ? outcome.raw.trim() : outcome.kind);
		return lines;
	}
}

describe('#ATRUNWIFI', () => {
	test.each<[string, Settings['wifi']]>([
		['1,"yard","12345678"', { on: true, ssid: 'yard', password: '12345678' }],
		['1,yard,12345678', { on: true, ssid: 'yard', password: '12345678' }],
		['0,"yard","12345678"', { on: false, ssid: 'yard', password: '12345678' }],
		['1', SITE],
		['0', { ...SITE, on: false }],
		['1,"site"', SITE],
		['1,,"new secret"', { ...SITE, password: 'new secret' }],
		['1,"site",""', { ...SITE, password: '' }],
		['1,"yard"', { on: true, ssid: 'yard', password: '' }],
		['1,"yard",""', { on: true, ssid: 'yard', password: '' }],
		['0,""', DEFAULTS.wifi],
		['0,"","some secret"', DEFAULTS.wifi],
		[`1,"${'x'.repeat(32)}","${'p'.repeat(63)}"`, { on: true, ssid: 'x'.repeat(32), password: 'p'.repeat(63) }],
		[`1,"a b,;=#","${'aF'.repeat(32)}"`, { on: true, ssid: 'a b,;=#', password: 'aF'.repeat(32) }],
		['1,"yard","quote\\22 and \\5C"', { on: true, ssid: 'yard', password: 'quote" and \\' }],
	])('=%s on a board that was on a site is stored, and acted on at once', async (given, wifi) => {
		const bench = new Bench(SITE);
		expect(await bench.ask(`#ATRUNWIFI=${given}`)).toEqual(OK);
		expect(bench.settings.current.wifi).toEqual(wifi);
		expect(new SettingsKeeper(bench.store).current.wifi).toEqual(wifi);
		expect(bench.applied).toEqual([true]);
	});

	test.each([
		['2', BAD],
		['', BAD],
		['"1"', BAD],
		[`1,"${'x'.repeat(33)}"`, BAD],
		['1,"yard\\22"', BAD],
		['1,"yard\\5C"', BAD],
		['1,"yard\\0A"', BAD],
		['1,"caf\xe9"', BAD],
		['1,"yard","7 chars"', BAD],
		['1,"yard","with \\00 in it"', BAD],
		['1,"yard","caf\xe9 caf\xe9"', BAD],
		[`1,"yard","${'p'.repeat(64)}"`, BAD],
		[`1,"yard","${'a'.repeat(65)}"`, BAD],
		['1,"yard","12345678",1', BAD],
		['1,""', REFUSED],
	])('=%s is refused and changes nothing', async (given, answer) => {
		const bench = new Bench(SITE);
		expect(await bench.ask(`#ATRUNWIFI=${given}`)).toEqual(answer);
		expect([bench.settings.current.wifi, bench.applied]).toEqual([SITE, []]);
	});

	test('is not switched on without a name', async () => {
		expect(await new Bench().ask('#ATRUNWIFI=1')).toEqual(REFUSED);
	});

	test('is set from the console only', async () => {
		const bench = new Bench(SITE);
		for (const channel of ['sms', 'tcp'] as const) expect(await bench.ask('#ATRUNWIFI=0', channel)).toEqual(REFUSED);
		expect([bench.settings.current.wifi, bench.applied]).toEqual([SITE, []]);
	});

	test('is not acted on where it could not be stored', async () => {
		const bench = new Bench(SITE);
		bench.store.tear = 5;
		expect(await bench.ask('#ATRUNWIFI=0')).toEqual(['+CME ERROR: 23']);
		expect([bench.settings.current.wifi, bench.applied]).toEqual([SITE, []]);
	});

	test.each<[Settings['wifi'], WifiStatus, string]>([
		[DEFAULTS.wifi, { state: 0, address: '', signal: undefined, failure: undefined }, '0,"","",0,"",,""'],
		[SITE, { state: 1, address: '10.0.0.7', signal: -61, failure: undefined }, '1,"site","***",1,"10.0.0.7",-61,""'],
		[SITE, { state: 3, address: '', signal: undefined, failure: 'not found' }, '1,"site","***",3,"",,"not found"'],
		[
			{ on: true, ssid: 'open', password: '' },
			{ state: 2, address: '', signal: undefined, failure: undefined },
			'1,"open","",2,"",,""',
		],
	])('? tells how it is, by each way, and never the password', async (wifi, status, told) => {
		const bench = new Bench(wifi);
		bench.status = status;
		for (const channel of ['console', 'sms', 'tcp'] as const) {
			expect(await bench.ask('#ATRUNWIFI?', channel)).toEqual([`#ATRUNWIFI: ${told}`, 'OK']);
		}
	});

	test('=? tells the ranges', async () => {
		expect(await new Bench().ask('#ATRUNWIFI=?')).toEqual(['#ATRUNWIFI: (0,1),,', 'OK']);
	});

	test.each(['#ATRUNWIFI?', '#ATRUNWIFI=?', '#ATRUNWIFI=0', '#ATRUNWIFI=1,"yard","12345678"'])(
		'%s on a board without Wi-Fi is not supported, and stored nowhere',
		async line => {
			const bench = new Bench();
			bench.hasWifi = false;
			expect(await bench.ask(line)).toEqual(['+CME ERROR: 4']);
			expect(bench.settings.current.wifi).toEqual(DEFAULTS.wifi);
		},
	);

	test('is in the catalogue with the same access', () => {
		for (const { name, access } of WIFI_COMMANDS) expect(findEntry(name)).toMatchObject({ name, access });
	});

	test.each([
		['AT#ATRUNWIFI=1,"site","the secret"', 'AT#ATRUNWIFI=1,***,***'],
		['at#atrunwifi=1,"the secret"', 'at#ATRUNWIFI=1,***'],
		['AT#ATRUNWIFI="the secret"', 'AT#ATRUNWIFI=***'],
		['AT#ATRUNWIFI=1,"site","the secret', 'AT#ATRUNWIFI***'],
		['AT#ATRUNWIF=1,"site","the secret"', 'AT#ATRUNWIFI***'],
		['AT#ATRUNWIFI?', 'AT#ATRUNWIFI?'],
		['#ATRUNWIFI: (0,1),,', '#ATRUNWIFI: (0,1),,'],
	])('%s is shown as %s', (line, shown) => {
		expect(maskSecrets(line)).toBe(shown);
	});
});
