import { type Settings, settingsOf } from './schema.js';

/**
 * The defaults with all that stands on secrets and therefore never leaves the board: passwords of the white list with their places, TCP
 * users, keys, the PIN; and what is not the board's own: the IMEI, which is the module's, and the consoles' profile, which is the DTE's.
 */
export function onlySecrets({ whiteList, users, keys, pin, imei, console }: Settings): Settings {
	const passwords = whiteList.filter(({ kind }) => kind === 'password');
	return { ...settingsOf(undefined), whiteList: passwords, users, keys, pin, imei, console };
}

/** The Wi-Fi with the password that the access point of the same name had before, where it has none. */
export function withOldWifiPassword(wifi: Settings['wifi'], old: Settings['wifi']): Settings['wifi'] {
	return wifi.password === '' && wifi.ssid === old.ssid ? { ...wifi, password: old.password } : wifi;
}

/** The access points with the passwords that the same ones (context, name and user) had before, where they have none. */
export function withOldPasswords(
	points: Settings['accessPoints'],
	old: Settings['accessPoints'],
): Settings['accessPoints'] {
	return points.map(point => {
		if (point.password !== '') return point;
		const same = old.find(({ cid, name, user }) => cid === point.cid && name === point.name && user === point.user);
		return same ?? point;
	});
}
