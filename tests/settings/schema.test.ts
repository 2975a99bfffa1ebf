import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULTS, type Settings, settingsOf } from '../../src/settings/schema.js';

const FULL: Settings = {
	smsAtrun: { on: true, instance: 2, urc: false, timeout: 60 },
	whiteList: [
		{ index: 1, kind: 'number', text: '+39*' },
		{ index: 8, kind: 'password', text: 'verifier' },
	],
	tcpAtrun: {
		connId: 6,
		instance: 1,
		tcpPort: 65535,
		hostPort: 1,
		host: 'board.example',
		urc: false,
		timeout: 1,
		authMode: 1,
		retryCount: 5,
		retryDelay: 3600,
	},
	tcpServer: true,
	tcpClient: true,
	tcpRules: { hostNetwork: true, login: 5, idle: 0, mutual: true, hello: true, slowRetry: 1440 },
	hosts: [{ index: 4, host: 'other.example', port: 65535 }],
	rates: { console: 300, auxiliary: 115_200 },
	console: {
		echo: false,
		quiet: true,
		verbose: false,
		s0: 255,
		s2: 255,
		s3: 127,
		s4: 0,
		s5: 0,
		s12: 0,
		s25: 255,
		cmee: 2,
	},
	firewall: [{ ip: '1.2.3.4', mask: '255.255.255.255' }],
	users: [{ name: 'u', salt: '00', hash: 'FF' }],
	commandSequence: true,
	delay: { tcp: 0, sms: 30 },
	smsRules: { v1: false, maxAge: 0, perHour: 100, perDay: 1000, dropOthers: false },
	keys: [{ id: 4, hex: 'AB'.repeat(32) }],
	grants: [{ kind: 2, index: 4, mask: 127 }],
	guards: [{ guarded: 4, policy: 2, minutes: 60 }],
	module: 'HE910',
	pin: { code: '1234', tried: true },
	accessPoints: [{ cid: 5, name: 'internet', user: 'u', password: 'p' }],
	wifi: { on: true, ssid: 'site', password: 'password' },
	imei: '356789012345678',
	strict: true,
};

describe('settings out of a document', () => {
	test('that is whole are the same', () => {
		expect(settingsOf(JSON.parse(JSON.stringify(FULL)))).toEqual(FULL);
	});

	test.each([undefined, null, 1, 'text', true, [], {}, [FULL]])('that is %j are the defaults', document => {
		expect(settingsOf(document)).toEqual(DEFAULTS);
	});

	test('are the defaults of a flashed board: everything off, every list empty', () => {
		expect(DEFAULTS.smsAtrun).toEqual({ on: false, instance: 3, urc: true, timeout: 5 });
		expect(DEFAULTS.tcpAtrun).toMatchObject({ connId: 1, instance: 2, tcpPort: 1024, hostPort: 1024, host: '' });
		expect(DEFAULTS.tcpAtrun).toMatchObject({ urc: true, timeout: 5, authMode: 0, retryCount: 0, retryDelay: 2 });
		expect([DEFAULTS.tcpServer, DEFAULTS.tcpClient, DEFAULTS.strict]).toEqual([false, false, false]);
		expect([DEFAULTS.whiteList, DEFAULTS.firewall, DEFAULTS.users]).toEqual([[], [], []]);
	});

	test('without one key take its default and keep the others', () => {
		for (const key of Object.keys(FULL) as (keyof Settings)[]) {
			const document: { [key: string]: unknown } = { ...FULL };
			delete document[key];
			expect(settingsOf(document)).toEqual({ ...FULL, [key]: DEFAULTS[key] });
		}
	});

	test('with one key of another type take its default', () => {
		for (const key of Object.keys(FULL) as (keyof Settings)[]) {
			for (const wrong of [null, 5, 'x', [5], { on: 1 }]) {
				expect(settingsOf({ ...FULL, [key]: wrong })[key]).toEqual(DEFAULTS[key]);
			}
		}
	});

	test('drop keys that are not known, inside sections and entries too', () => {
		const document = {
			...FULL,
			more: 1,
			smsAtrun: { ...FULL.smsAtrun, more: 1 },
			users: [{ ...FULL.users[0], password: 'x' }],
			delay: { ...FULL.delay, console: 4 },
		};
		expect(settingsOf(document)).toEqual(FULL);
	});

	test.each([
		['instance', 0],
		['instance', 4],
		['instance', 1.5],
		['timeout', 0],
		['tcpPort', 65536],
		['tcpPort', -1],
		['connId', 7],
		['authMode', 3],
		['retryDelay', 1e9],
		['retryCount', '3'],
	])('with %s = %j take the default of just that', (key, value) => {
		const { tcpAtrun } = settingsOf({ ...FULL, tcpAtrun: { ...FULL.tcpAtrun, [key]: value } });
		expect(tcpAtrun).toEqual({ ...FULL.tcpAtrun, [key]: DEFAULTS.tcpAtrun[key as 'instance'] });
	});

	test('drop entries of lists that are not whole', () => {
		const entry = { index: 1, kind: 'number', text: '+39*' };
		const broken = [
			null,
			3,
			{},
			{ ...entry, index: 9 },
			{ ...entry, index: '1' },
			{ ...entry, kind: 'x' },
			{ index: 1 },
		];
		expect(settingsOf({ whiteList: [...broken, entry] }).whiteList).toEqual([entry]);
		expect(settingsOf({ users: [null, { name: 'u' }, { name: 'u', salt: 1, hash: '' }] }).users).toEqual([]);
		expect(settingsOf({ firewall: ['1.2.3.4', { ip: '1.2.3.4' }] }).firewall).toEqual([]);
	});

	test('keep no more entries than a list can have', () => {
		const many = <Entry>(entry: Entry) => Array.from({ length: 100 }, () => entry);
		const settings = settingsOf({
			whiteList: many(FULL.whiteList[0]),
			firewall: many(FULL.firewall[0]),
			users: many(FULL.users[0]),
		});
		expect(settings.whiteList).toHaveLength(8);
		expect(settings.firewall).toHaveLength(5);
		expect(settings.users).toHaveLength(3);
	});

	test('are whole whatever the document is', () => {
		fc.assert(
			fc.property(fc.jsonValue(), document => {
				const settings = settingsOf(document);
				expect(Object.keys(settings)).toEqual(Object.keys(DEFAULTS));
				expect(settingsOf(settings)).toEqual(settings);
			}),
			{ numRuns: 100 },
		);
	});
});
