import type { Settings } from '../settings/schema.js';
import type { Board } from './board.js';
import {
	BAD_PARAMETERS,
	type Caller,
	FLAG,
	NOT_ALLOWED,
	type OwnCommand,
	refused,
	stored,
	text,
	type Value,
} from './own-command.js';

/** Octets of a name (802.11 9.4.2.2). */
const SSID = 32;
/** 8 to 63 printable characters, or a key as 64 hexadecimal digits (802.11 annex J.4). */
const PASSWORD = 64;

/**
 * `#ATRUNWIFI=<mode>[,"<ssid>"[,"<password>"]]`: 0 off, 1 station. What is left out stays, except that another name comes without the
 * password of the old one; an empty password is an open access point, an empty name forgets both. From the console only: neither an
 * SMS nor a session carries that password, and none switches off the network that it may come by.
 */
const wifi: OwnCommand = Object.freeze({
	name: '#ATRUNWIFI',
	access: 'admin',
	parameters: Object.freeze([FLAG, text(SSID, true), text(PASSWORD, true)]),
	isLacking: (board: Board) => board.wifi === undefined,
	read: (board: Board) => {
		const { on, ssid, password } = board.settings.current.wifi;
		const { state, address, signal, failure } = board.wifi!.status;
		const set = `${Number(on)},"${ssid}","${password === '' ? '' : '***'}"`;
		return [`#ATRUNWIFI: ${set},${state},"${address}",${signal ?? ''},"${failure ?? ''}"`];
	},
	set: (board: Board, [mode, name, password]: readonly Value[], { channel }: Caller) => {
		if (channel !== 'console') return refused(NOT_ALLOWED);
		const old = board.settings.current.wifi;
		const ssid = (name as string | undefined) ?? old.ssid;
		const kept = ssid === old.ssid ? old.password : '';
		const wanted = { on: mode === 1, ssid, password: ssid === '' ? '' : ((password as string | undefined) ?? kept) };
		if (!isName(ssid) || !isPassword(wanted.password)) return refused(BAD_PARAMETERS);
		if (wanted.on && ssid === '') return refused(NOT_ALLOWED);
		const outcome = stored(board, { wifi: wanted satisfies Settings['wifi'] });
		if (outcome.result.kind === 'ok') board.wifi?.apply(true);
		return outcome;
	},
});

export const WIFI_COMMANDS: readonly OwnCommand[] = Object.freeze([wifi]);

/** Printable ASCII without what would need an escape in the answer: what a technician can type. */
function isName(value: string): boolean {
	return !/[^\x20-\x7e]|["\\]/.test(value);
}

function isPassword(value: string): boolean {
	if (value === '') return true;
	if (value.length === PASSWORD) return /^[0-9A-Fa-f]+$/.test(value);
	return value.length >= 8 && !/[^\x20-\x7e]/.test(value);
}
