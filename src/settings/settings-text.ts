import { quote } from '../at/parameters.js';
import { VERSION } from './migrations.js';
import { DEFAULTS, type Settings } from './schema.js';

/**
 * The settings as text, one line each: the command lines that set them, in an order in which a fresh board takes them, services last,
 * then the rates of the serial ports, since the console's changes at once. Secrets are left out: where one belongs stands a comment,
 * which begins with `# `. Lines are at most 80 characters long unless a name in them is.
 */
export function exportText(settings: Settings): readonly string[] {
	const { smsAtrun, tcpServer, tcpClient, tcpAtrun, strict } = settings;
	const mode = `AT#ATRUNMODE=${Number(strict)}`;
	// Strict mode has no further hosts: a client that dials only those is switched on before it.
	const isModeLast = strict && tcpClient && tcpAtrun.host === '';
	return [
		`# ATRUN settings, version ${VERSION}`,
		...moduleLines(settings),
		...smsLines(settings),
		...wifiLines(settings),
		...tcpLines(settings),
		...settings.grants.map(({ kind, index, mask }) => `AT#ATRUNGRANT=${kind},${index},${mask}`),
		...(isModeLast ? [] : [mode]),
		...(smsAtrun.on ? ['AT#SMSATRUN=1'] : []),
		...(tcpServer ? ['AT#TCPATRUNL=1'] : []),
		...(tcpClient ? ['AT#TCPATRUND=1'] : []),
		...(isModeLast ? [mode] : []),
		...rateLines(settings),
	];
}

function moduleLines({ module, pin, accessPoints, guards }: Settings): readonly string[] {
	const lines = [`AT#ATRUNMODULE=${quote(module)}`];
	if (pin.code !== '') lines.push('# PIN of the SIM is not exported');
	for (const { cid, name, user, password } of accessPoints) {
		lines.push(`AT#ATRUNAPN=${cid},${quote(name)}${user === '' && password === '' ? '' : `,${quote(user)}`}`);
		if (password !== '') lines.push(`# password of access point ${cid} is not exported`);
	}
	for (const { guarded, policy, minutes } of guards) lines.push(`AT#ATRUNGUARD=${guarded},${policy},${minutes}`);
	return lines;
}

function smsLines({ smsAtrun, smsRules, whiteList, keys, delay }: Settings): readonly string[] {
	const { v1, maxAge, perHour, perDay, dropOthers } = smsRules;
	return [
		`AT#SMSATRUNCFG=${smsAtrun.instance},${Number(smsAtrun.urc)},${smsAtrun.timeout}`,
		`AT#ATRUNSMS=${Number(v1)},${maxAge},${perHour},${perDay},${Number(dropOthers)}`,
		...whiteList.map(({ index, kind, text }) =>
			kind === 'number'
				? `AT#SMSATWL=0,${index},0,${quote(text)}`
				: `# password of white list entry ${index} is not exported`,
		),
		// Before what needs one: authMode 2, a host that must prove itself.
		...keys.map(({ id }) => `# key ${id} is not exported`),
		...(delay.tcp === undefined ? [] : [`AT#ATRUNDELAY=0,${delay.tcp}`]),
		...(delay.sms === undefined ? [] : [`AT#ATRUNDELAY=1,${delay.sms}`]),
	];
}

/** Nothing where none is set: a board without Wi-Fi takes no line for it. */
function wifiLines({ wifi }: Settings): readonly string[] {
	if (wifi.ssid === '') return [];
	const lines = [`AT#ATRUNWIFI=${Number(wifi.on)},${quote(wifi.ssid)}`];
	if (wifi.password !== '') lines.push('# password of the Wi-Fi is not exported');
	return lines;
}

function tcpLines({ tcpAtrun, tcpRules, hosts, firewall, users, commandSequence }: Settings): readonly string[] {
	const { connId, instance, tcpPort, hostPort, host, urc, timeout, authMode, retryCount, retryDelay } = tcpAtrun;
	const { hostNetwork, login, idle, mutual, hello, slowRetry } = tcpRules;
	const where = `${connId},${instance},${tcpPort},${hostPort},${quote(host)}`;
	return [
		`AT#TCPATRUNCFG=${where},${Number(urc)},${timeout},${authMode},${retryCount},${retryDelay}`,
		`AT#ATRUNTCP=${Number(hostNetwork)},${login},${idle},${Number(mutual)},${Number(hello)},${slowRetry}`,
		...hosts.map(entry => `AT#ATRUNHOST=0,${entry.index},${quote(entry.host)},${entry.port}`),
		...firewall.map(({ ip, mask }) => `AT#TCPATRUNFRWL=1,${quote(ip)},${quote(mask)}`),
		...users.map(({ name }) => `# password of user ${quote(name)} is not exported`),
		`AT#TCPATCMDSEQ=${Number(commandSequence)}`,
	];
}

/** Only what differs: a board without an auxiliary port takes no rate for it. */
function rateLines({ rates }: Settings): readonly string[] {
	const lines: string[] = [];
	if (rates.auxiliary !== DEFAULTS.rates.auxiliary) lines.push(`AT#ATRUNCONS=1,${rates.auxiliary}`);
	if (rates.console !== DEFAULTS.rates.console) lines.push(`AT#ATRUNCONS=0,${rates.console}`);
	return lines;
}
