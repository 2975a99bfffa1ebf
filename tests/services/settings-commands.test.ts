import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { findEntry } from '../../src/at/catalogue.js';
import { parseCommandLine } from '../../src/at/command-line.js';
import { bytesOf } from '../../src/base/text.js';
import { Journal } from '../../src/journal/journal.js';
import type { Board } from '../../src/services/board.js';
import { BOARD_COMMANDS } from '../../src/services/board-commands.js';
import { Interpreter } from '../../src/services/interpreter.js';
import { MODULE_COMMANDS } from '../../src/services/module-commands.js';
import type { Channel } from '../../src/services/own-command.js';
import { SERIAL_COMMANDS } from '../../src/services/serial-commands.js';
import type { SerialLines } from '../../src/services/serial-lines.js';
import { settingsCommands } from '../../src/services/settings-commands.js';
import { SMS_COMMANDS } from '../../src/services/sms-commands.js';
import { TCP_COMMANDS } from '../../src/services/tcp-commands.js';
import { WIFI_COMMANDS } from '../../src/services/wifi-commands.js';
import { DEFAULTS, type Settings } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { exportText } from '../../src/settings/settings-text.js';
import { FULL, someSettings, withoutSecrets } from '../settings/samples.js';
import { countingEntropy, digest } from '../support/digest.js';
import { TestStore } from '../support/memory-store.js';

const TABLES = [BOARD_COMMANDS, SMS_COMMANDS, TCP_COMMANDS, SERIAL_COMMANDS, MODULE_COMMANDS, WIFI_COMMANDS] as const;
const REFUSED = ['+CME ERROR: 3'];

/** A board without a module that writes down what acts on it, and a caller who has a text to give. */
class Bench {
	readonly store = new TestStore();
	readonly settings: SettingsKeeper;
	/** What was done to services, lines and SIM. */
	readonly acts: string[] = [];
	channel: Channel = 'console';
	hasData = true;
	hasAuxiliary = true;
	hasWifi = true;
	/** What the caller gives at the prompt, where it is not what it promised. */
	gives: readonly string[] | undefined;
	/** Runs while the text is on its way. */
	meanwhile = () => {};
	prompts: string[] = [];

	constructor(settings: Partial<Settings> = {}) {
		this.settings = new SettingsKeeper(this.store);
		this.settings.change(settings);
	}

	/** The lines and the result of a command line, one string each. `text` is given at the prompt. */
	async ask(line: string, text = ''): Promise<string[]> {
		const parsed = parseCommandLine(line);
		if (!parsed.ok) throw new Error(line);
		const lines: string[] = [];
		const interpreter = new Interpreter(() => this.#board(), ...TABLES, settingsCommands(...TABLES));
		const outcome = await interpreter.run(parsed.value, {
			caller: { channel: this.channel, identity: { kind: 'console', name: 'someone' } },
			instance: undefined,
			user: 'anyone',
			cmee: 1,
			onLine: shown => lines.push(shown),
			...(this.hasData && {
				data: {
					ask: async ({ prompt, size, take }) => {
						this.prompts.push(prompt);
						this.meanwhile();
						let came = 0;
						for (const piece of this.gives ?? [text]) {
							came += piece.length;
							if (!take(bytesOf(piece))) return false;
						}
						return came === size;
					},
					print: () => {},
				},
			}),
		});
		lines.push(outcome.kind === 'final' ? outcome.raw.trim() : outcome.kind);
		return lines;
	}

	async import(text: string): Promise<string[]> {
		return this.ask(`#ATRUNIMPORT=${text.length}`, text);
	}

	#board(): Board {
		const { settings, acts } = this;
		const service = (name: string, isOn: (settings: Settings) => boolean) => ({
			status: 1,
			apply: async () => {
				acts.push(`${name} ${isOn(settings.current) ? 'on' : 'off'}`);
			},
		});
		const lines: Pick<SerialLines, 'has' | 'setRate'> = {
			has: port => port === 0 || this.hasAuxiliary,
			setRate: (port, rate) => acts.push(`line ${port} ${rate}`) > 0,
		};
		const board: Partial<Board> = {
			settings,
			digest,
			entropy: countingEntropy(),
			journal: new Journal(this.store, new VirtualClock()),
			smsAtrun: { ...service('SMS', ({ smsAtrun }) => smsAtrun.on), spent: () => ({ hour: 0, day: 0 }) },
			tcpServer: service('server', ({ tcpServer }) => tcpServer),
			tcpClient: { ...service('client', ({ tcpClient }) => tcpClient), failure: undefined },
			hasHostNetwork: true,
			...(this.hasWifi && {
				wifi: {
					status: { state: 0, address: '', signal: undefined, failure: undefined },
					apply: () => acts.push(`Wi-Fi ${settings.current.wifi.on ? 'on' : 'off'}`),
				},
			}),
			lines: lines as SerialLines,
			unlock: () => acts.push('unlock'),
		};
		return board as Board;
	}
}

/** An import that is refused changes nothing, stores nothing and touches nothing. */
async function expectRefusal(bench: Bench, text: string, answer: readonly string[]): Promise<void> {
	const { current, writes } = bench.settings;
	expect(await bench.import(text)).toEqual(answer);
	expect(bench.settings.current).toBe(current);
	expect([bench.settings.writes, bench.acts]).toEqual([writes, []]);
}

describe('an export', () => {
	test('has the settings a line each, with a label', async () => {
		const answer = await new Bench({ strict: true }).ask('#ATRUNEXPORT');
		expect(answer[0]).toBe('#ATRUNEXPORT: # ATRUN settings, version 1');
		expect(answer).toContain('#ATRUNEXPORT: AT#SMSATRUNCFG=3,1,5');
		expect(answer.slice(-2)).toEqual(['#ATRUNEXPORT: AT#ATRUNMODE=1', 'OK']);
	});

	test('and an import are for the console only', async () => {
		const bench = new Bench();
		for (const channel of ['sms', 'tcp'] as const) {
			bench.channel = channel;
			expect(await bench.ask('#ATRUNEXPORT')).toEqual(REFUSED);
			expect(await bench.import('AT#ATRUNMODE=1')).toEqual(REFUSED);
		}
		bench.channel = 'console';
		bench.hasData = false;
		expect(await bench.import('AT#ATRUNMODE=1')).toEqual(REFUSED);
		expect([bench.prompts, bench.settings.writes]).toEqual([[], 0]);
	});

	test('and an import are in the catalogue with the same access', () => {
		for (const { name, access } of settingsCommands()) expect(findEntry(name)).toMatchObject({ name, access });
	});

	test('is taken line by line, as somebody would type it, by a fresh board that has the keys', async () => {
		await fc.assert(
			fc.asyncProperty(someSettings, async settings => {
				const bench = new Bench({ keys: settings.keys });
				for (const line of exportText(settings)) {
					if (line.startsWith('AT')) expect([line, await bench.ask(line.slice(2))]).toEqual([line, ['OK']]);
				}
				expect(withoutSecrets(bench.settings.current)).toEqual(withoutSecrets(settings));
			}),
			{ numRuns: 40 },
		);
	});
});

describe('an import', () => {
	test('of an export gives a fresh board the same settings, but for secrets', async () => {
		await fc.assert(
			fc.asyncProperty(
				someSettings,
				fc.boolean(),
				fc.constantFrom('\r\n', '\n', '\r'),
				async (settings, label, end) => {
					const bench = new Bench({ keys: settings.keys });
					const writes = bench.settings.writes;
					const lines = exportText(settings).map(line => (label ? `#ATRUNEXPORT: ${line}` : line));
					expect(await bench.import(lines.join(end))).toEqual(['OK']);
					expect(bench.settings.current).toEqual({ ...withoutSecrets(settings), keys: settings.keys });
					expect(bench.settings.writes - writes).toBeLessThanOrEqual(1);
					expect(new SettingsKeeper(bench.store).current).toEqual(bench.settings.current);
				},
			),
			{ numRuns: 40 },
		);
	});

	test('of its own export brings a board back to what it had, secrets too, whatever was set since', async () => {
		await fc.assert(
			fc.asyncProperty(someSettings, someSettings, async (settings, since) => {
				const bench = new Bench(settings);
				const text = exportText(settings).join('\r\n');
				const { users, keys, pin, imei, accessPoints, wifi } = settings;
				const passwords = settings.whiteList.filter(({ kind }) => kind === 'password');
				const numbers = since.whiteList.filter(
					({ kind, index }) => kind === 'number' && passwords.every(entry => entry.index !== index),
				);
				const whiteList = [...passwords, ...numbers].sort((one, other) => one.index - other.index);
				bench.settings.change({ ...since, users, keys, pin, imei, accessPoints, wifi, whiteList });
				expect(await bench.import(text)).toEqual(['OK']);
				expect(bench.settings.current).toEqual(settings);
			}),
			{ numRuns: 30 },
		);
	});

	test('of what the board has already touches nothing', async () => {
		const bench = new Bench(FULL);
		expect(await bench.import(exportText(FULL).join('\r\n'))).toEqual(['OK']);
		expect([bench.acts, bench.settings.writes]).toEqual([[], 1]);
		expect(bench.prompts).toEqual(['\r\n>>> ']);
	});

	test('stops the services, stores once, and starts them as they are set now; then the rates and the PIN', async () => {
		const bench = new Bench({ smsAtrun: { ...DEFAULTS.smsAtrun, on: true }, tcpServer: true });
		const text = `
			AT#SMSATRUNCFG=1;#SMSATRUN=1
			# a comment
			#ATRUNEXPORT: at#tcpatruncfg = 1,2,1024,1024,"host"

			AT#TCPATRUND=1
			#ATRUNEXPORT:# another
			AT#ATRUNCONS=0,9600
			AT#ATRUNPIN="1234"
			#`;
		expect(await bench.import(text)).toEqual(['OK']);
		const stopped = ['SMS off', 'server off', 'client off'];
		expect(bench.acts).toEqual([...stopped, 'SMS on', 'server off', 'client on', 'line 0 9600', 'unlock']);
		expect(bench.settings.writes).toBe(2);
		expect(bench.settings.current).toEqual({
			...DEFAULTS,
			smsAtrun: { ...DEFAULTS.smsAtrun, instance: 1, on: true },
			tcpAtrun: { ...DEFAULTS.tcpAtrun, host: 'host' },
			tcpClient: true,
			rates: { console: 9600, auxiliary: 9600 },
			pin: { code: '1234', tried: false },
		});
	});

	test('sets what it does not name to its default, but for what stands on secrets', async () => {
		const bench = new Bench(FULL);
		expect(await bench.import('AT#ATRUNMODE=0')).toEqual(['OK']);
		const { users, keys, pin, imei } = FULL;
		const whiteList = FULL.whiteList.filter(({ kind }) => kind === 'password');
		expect(bench.settings.current).toEqual({ ...DEFAULTS, whiteList, users, keys, pin, imei });
	});

	test('keeps the password of an access point only for the same context, name and user', async () => {
		const point = { cid: 1, name: 'apn', user: 'me', password: 'old' };
		for (const [line, password] of [
			['AT#ATRUNAPN=1,"apn","me"', 'old'],
			['AT#ATRUNAPN=1,"apn","me","new"', 'new'],
			['AT#ATRUNAPN=1,"apn","you"', ''],
			['AT#ATRUNAPN=1,"other","me"', ''],
			['AT#ATRUNAPN=2,"apn","me"', ''],
		] as const) {
			const bench = new Bench({ accessPoints: [point] });
			expect(await bench.import(line)).toEqual(['OK']);
			expect(bench.settings.current.accessPoints[0]?.password).toBe(password);
		}
	});

	test('takes secrets that somebody has added to it, before what needs them', async () => {
		const bench = new Bench();
		const text = `AT#ATRUNKEY=0,2,"${'CD'.repeat(32)}"\nAT#TCPATRUNCFG=1,2,1024,1024,"",1,5,2\nAT#TCPATRUNAUTH=1,"u","p"`;
		expect(await bench.import(text)).toEqual(['OK']);
		const { keys, users, tcpAtrun } = bench.settings.current;
		expect([keys.length, users.length, tcpAtrun.authMode]).toEqual([1, 1, 2]);
	});

	test.each([
		['AT#ATRUNRESET=2', 'sets no setting'],
		['AT#ATRUNIMPORT=5', 'sets no setting'],
		['AT#SMSATRUNCFG?', 'sets no setting'],
		['AT#TCPATRUNCLOSE', 'sets no setting'],
		['AT+CFUN=4', 'sets no setting'],
		['AT#ATRUNMODE=1;+CFUN=4', 'sets no setting'],
		['AT#ATRUNMODE=1;E0', 'sets no setting'],
		['ATD123', 'sets no setting'],
		['AT', 'no command line'],
		['#ATRUNMODE=1', 'no command line'],
		['OK', 'no command line'],
		['AT#ATRUNMODE="1', 'no command line'],
		['AT#ATRUNMODE=1\x00', 'no command line'],
		['AT#ATRUNMODE=2', 'bad parameters'],
		['AT#ATRUNMODE', 'sets no setting'],
		['AT#ATRUNMODULE="NOKIA"', 'bad parameters'],
		['AT#SMSATWL=1,1', 'no such entry'],
		['AT#SMSATRUNCFG=2;#SMSATRUN=1;#TCPATRUNL=1', 'not allowed with these settings'],
		['AT#TCPATRUNCFG=1,2,1024,1024,"",1,5,2', 'not allowed with these settings'],
		['AT#ATRUNTCP=0,30,600,1', 'not allowed with these settings'],
		[
			`AT${'#TCPATRUNAUTH=1,"1","p";#TCPATRUNAUTH=1,"2","p";#TCPATRUNAUTH=1,"3","p";#TCPATRUNAUTH=1,"4","p"'}`,
			'list is full',
		],
	])('with the line %j is refused as a whole, with the number of the line', async (line, why) => {
		const answer = [`#ATRUNIMPORT: 3,"${why}"`, 'ERROR'];
		await expectRefusal(new Bench(), `AT#TCPATCMDSEQ=1\r\n\r\n${line}\r\nAT#ATRUNMODE=1\r\n`, answer);
	});

	test('with a rate for a port that the board does not have is refused', async () => {
		const bench = new Bench();
		bench.hasAuxiliary = false;
		await expectRefusal(bench, 'AT#ATRUNCONS=1,300', ['#ATRUNIMPORT: 1,"not allowed with these settings"', 'ERROR']);
	});

	test('with a Wi-Fi that the board does not have is refused', async () => {
		const bench = new Bench();
		bench.hasWifi = false;
		await expectRefusal(bench, 'AT#ATRUNWIFI=0,"site"', ['#ATRUNIMPORT: 1,"this board has no such thing"', 'ERROR']);
	});

	test('keeps the password of the Wi-Fi only for the same name, and lets it join at once', async () => {
		for (const [line, wifi, act] of [
			['AT#ATRUNWIFI=1,"site"', { on: true, ssid: 'site', password: 'old secret' }, 'Wi-Fi on'],
			['AT#ATRUNWIFI=1,"site","new secret"', { on: true, ssid: 'site', password: 'new secret' }, 'Wi-Fi on'],
			['AT#ATRUNWIFI=1,"other"', { on: true, ssid: 'other', password: '' }, 'Wi-Fi on'],
			['AT#ATRUNMODE=0', DEFAULTS.wifi, 'Wi-Fi off'],
		] as const) {
			const bench = new Bench({ wifi: { on: false, ssid: 'site', password: 'old secret' } });
			expect(await bench.import(line)).toEqual(['OK']);
			expect(bench.settings.current.wifi).toEqual(wifi);
			expect(bench.acts.slice(-1)).toEqual([act]);
		}
	});

	test('cut off at any octet is refused or has only whole lines, and never half of a change', async () => {
		const text = 'AT#SMSATRUNCFG=2\nAT#SMSATWL=0,1,0,"+39*"\nAT#SMSATRUN=1';
		for (let cut = 1; cut <= text.length; cut++) {
			const bench = new Bench();
			const [last] = (await bench.import(text.slice(0, cut))).slice(-1);
			expect(['OK', 'ERROR']).toContain(last);
			expect(bench.settings.writes).toBe(Number(last === 'OK' && cut >= 16));
			expect(bench.settings.current.whiteList.length).toBe(Number(last === 'OK' && cut >= 40));
		}
	});

	test('of which not all octets come, or too many, changes nothing', async () => {
		const bench = new Bench();
		for (const gives of [[], ['AT#ATRUN'], ['AT#ATRUNMODE=1', 'x'], ['AT#ATRUNMODE=1 and more']]) {
			bench.gives = gives;
			await expectRefusal(bench, 'AT#ATRUNMODE=1', ['ERROR']);
		}
		bench.gives = ['AT#ATRUN', 'MODE=', '1'];
		expect(await bench.import('AT#ATRUNMODE=1')).toEqual(['OK']);
	});

	test.each(['0', '8193', '-1', '"x"', ''])('of %s octets is refused without a prompt', async size => {
		const bench = new Bench();
		expect(await bench.ask(`#ATRUNIMPORT=${size}`)).toEqual(['+CME ERROR: 50']);
		expect(bench.prompts).toEqual([]);
	});

	test('that the store refuses leaves all as it was, services on', async () => {
		const bench = new Bench({ smsAtrun: { ...DEFAULTS.smsAtrun, on: true } });
		const { current } = bench.settings;
		bench.store.tear = 5;
		expect(await bench.import('AT#ATRUNMODE=1')).toEqual(['+CME ERROR: 23']);
		expect(bench.settings.current).toEqual(current);
		expect(bench.acts).toEqual(['SMS off', 'server off', 'client off', 'SMS on', 'server off', 'client off']);
	});

	test('is made for the settings there are when its text has come', async () => {
		const bench = new Bench();
		const users = [{ name: 'late', salt: '00', hash: 'FF' }];
		bench.meanwhile = () => bench.settings.change({ users });
		expect(await bench.import('AT#ATRUNMODE=1')).toEqual(['OK']);
		expect(bench.settings.current).toEqual({ ...DEFAULTS, users, strict: true });
	});

	test('of any text changes all or nothing and throws nothing', async () => {
		const piece = fc.constantFrom(
			'AT',
			'#',
			'# ',
			'\r\n',
			'#ATRUNMODE=1',
			'#SMSATWL=0,1,0,"1"',
			';',
			'"',
			'é',
			'\x00',
			'=',
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async pieces => {
				const bench = new Bench();
				const [last] = (await bench.import(pieces.join(''))).slice(-1);
				expect(['OK', 'ERROR']).toContain(last);
				if (last === 'ERROR') expect(bench.settings.writes).toBe(0);
			}),
			{ numRuns: 100 },
		);
	});
});
