import * as fc from 'fast-check';
import { DEFAULTS, type Settings } from '../../src/settings/schema.js';

const HEX = 'AB'.repeat(32);

/** A board with everything set; its document is about as long as a real one. */
export const FULL: Settings = {
	...DEFAULTS,
	smsAtrun: { on: true, instance: 3, urc: false, timeout: 60 },
	whiteList: [
		{ index: 1, kind: 'number', text: '+39*' },
		{ index: 3, kind: 'password', text: 'zPoSLQ2n2bZ0GVVj3xYWEQ==' },
		{ index: 8, kind: 'number', text: '3290000001' },
	],
	tcpAtrun: {
		connId: 6,
		instance: 1,
		tcpPort: 65535,
		hostPort: 1,
		host: 'board.example',
		urc: false,
		timeout: 1,
		authMode: 2,
		retryCount: 5,
		retryDelay: 3600,
	},
	tcpServer: true,
	tcpRules: { hostNetwork: true, login: 5, idle: 0, mutual: true, hello: true, slowRetry: 1440 },
	hosts: [
		{ index: 1, host: '10.0.0.1', port: 1024 },
		{ index: 4, host: 'other.example', port: 65535 },
	],
	rates: { console: 300, auxiliary: 115_200 },
	firewall: [
		{ ip: '1.2.3.4', mask: '255.255.255.255' },
		{ ip: '10.0.0.0', mask: '255.0.0.0' },
	],
	users: [
		{ name: 'one', salt: '00'.repeat(16), hash: HEX },
		{ name: 'the\\other', salt: '11'.repeat(16), hash: HEX },
	],
	commandSequence: true,
	delay: { tcp: 0, sms: 30 },
	smsRules: { v1: false, maxAge: 0, perHour: 100, perDay: 1000, dropOthers: false },
	keys: [{ id: 4, hex: HEX }],
	grants: [
		{ kind: 2, index: 4, mask: 127 },
		{ kind: 0, index: 8, mask: 1 },
	],
	guards: [{ guarded: 4, policy: 2, minutes: 60 }],
	module: 'HE910',
	pin: { code: '1234', tried: true },
	accessPoints: [
		{ cid: 1, name: 'internet', user: '', password: '' },
		{ cid: 5, name: 'ibox.example', user: 'someone', password: 'secret of 5' },
	],
	wifi: { on: true, ssid: 'site 7', password: 'secret of the site' },
	imei: '356789012345678',
	strict: true,
};

/** The settings without what an export leaves out. */
export function withoutSecrets(settings: Settings): Settings {
	return {
		...settings,
		whiteList: settings.whiteList.filter(({ kind }) => kind === 'number'),
		users: [],
		keys: [],
		pin: { code: '', tried: false },
		accessPoints: settings.accessPoints.map(point => ({ ...point, password: '' })),
		wifi: { ...settings.wifi, password: '' },
		imei: '',
	};
}

const flag = fc.boolean();
const within = (min: number, max: number) => fc.integer({ min, max });
const name = (characters: string, min: number, max: number) =>
	fc.string({ unit: fc.constantFrom(...characters), minLength: min, maxLength: max });
/** Entries of a list, each with another value of this key, in its order. */
const listOf = <Key extends string, Entry extends { readonly [key in Key]: number }>(
	key: Key,
	most: number,
	entry: fc.Arbitrary<Entry>,
) =>
	fc
		.uniqueArray(entry, { selector: one => one[key], maxLength: most })
		.map(list => list.sort((one, other) => one[key] - other[key]));

const rate = fc.constantFrom(300, 9600, 115_200);
const kinds = fc.constantFrom('number' as const, 'number' as const, 'password' as const);

/** Settings as commands can make them. */
export const someSettings: fc.Arbitrary<Settings> = fc
	.record({
		smsAtrun: fc.record({ on: flag, instance: within(1, 3), urc: flag, timeout: within(1, 60) }),
		whiteList: listOf(
			'index',
			8,
			fc.record({ index: within(1, 8), kind: kinds, text: fc.constantFrom('+39*', '3290000001', '+4917612345678') }),
		),
		tcpAtrun: fc.record({
			connId: within(1, 6),
			instance: within(1, 3),
			tcpPort: within(1, 65535),
			hostPort: within(1, 65535),
			host: name('a0.-\\', 0, 9),
			urc: flag,
			timeout: within(1, 5),
			authMode: within(0, 2),
			retryCount: within(0, 5),
			retryDelay: within(1, 3600),
		}),
		tcpServer: flag,
		tcpClient: flag,
		tcpRules: fc.record({
			hostNetwork: flag,
			login: within(5, 300),
			idle: within(0, 65_535),
			mutual: flag,
			hello: flag,
			slowRetry: within(0, 1440),
		}),
		hosts: listOf('index', 4, fc.record({ index: within(1, 4), host: name('z9.\\', 1, 5), port: within(1, 65535) })),
		rates: fc.record({ console: rate, auxiliary: rate }),
		// No command of the board sets it: it stays as it is.
		console: fc.constant(DEFAULTS.console),
		firewall: fc
			.uniqueArray(within(0, 255), { maxLength: 5 })
			.map(nets => nets.map(net => ({ ip: `10.${net}.0.0`, mask: '255.255.0.0' }))),
		users: fc
			.uniqueArray(name('uU ,;\\#=', 1, 4), { maxLength: 3 })
			.map(names => names.map(user => ({ name: user, salt: '00', hash: 'FF' }))),
		commandSequence: flag,
		delay: fc.record({ tcp: within(0, 30), sms: within(0, 30) }, { requiredKeys: [] }),
		smsRules: fc.record({
			v1: flag,
			maxAge: within(0, 10_080),
			perHour: within(1, 100),
			perDay: within(1, 1000),
			dropOthers: flag,
		}),
		keys: listOf(
			'id',
			4,
			fc.record({ id: within(1, 4) }).map(({ id }) => ({ id, hex: `0${id}`.repeat(32) })),
		),
		grants: fc.uniqueArray(fc.record({ kind: within(0, 2), index: within(1, 3), mask: within(0, 127) }), {
			selector: ({ kind, index }) => kind * 10 + index,
			maxLength: 5,
		}),
		guards: fc.uniqueArray(fc.record({ guarded: within(0, 4), policy: within(0, 2), minutes: within(1, 60) }), {
			selector: ({ guarded }) => guarded,
		}),
		module: fc.constantFrom('auto', 'HE910'),
		pin: fc.record({ code: fc.constantFrom('', '1234', '00000000'), tried: flag }),
		accessPoints: listOf(
			'cid',
			5,
			fc.record({ cid: within(1, 5), name: name('ap.,;#', 1, 6), user: name('u=', 0, 2), password: name('p', 0, 2) }),
		),
		wifi: fc.record({ on: flag, ssid: name('w ,;#=', 0, 3), password: name('p,;"', 8, 9) }),
		imei: fc.constantFrom('', '356789012345678'),
		strict: flag,
	})
	.map(settings => {
		const { smsAtrun, tcpAtrun, tcpRules, whiteList, keys } = settings;
		const tcpServer = settings.tcpServer && !settings.tcpClient;
		const tcpClient = settings.tcpClient && (tcpAtrun.host !== '' || settings.hosts.length > 0);
		const isTaken = (tcpServer || tcpClient) && smsAtrun.instance === tcpAtrun.instance;
		const passwords = whiteList.filter(({ kind }) => kind === 'password').slice(0, 2);
		const { wifi } = settings;
		return {
			...settings,
			wifi: wifi.ssid === '' ? { on: false, ssid: '', password: '' } : wifi,
			tcpServer,
			tcpClient,
			smsAtrun: { ...smsAtrun, on: smsAtrun.on && !isTaken },
			whiteList: whiteList.filter(entry => entry.kind === 'number' || passwords.includes(entry)),
			tcpAtrun: { ...tcpAtrun, authMode: keys.length === 0 ? Math.min(tcpAtrun.authMode, 1) : tcpAtrun.authMode },
			tcpRules: { ...tcpRules, mutual: tcpRules.mutual && keys.length > 0 },
		};
	});
