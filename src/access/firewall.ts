/** One rule of `#TCPATRUNFRWL`: dotted IPv4 address and mask. */
export interface Rule {
	readonly ip: string;
	readonly mask: string;
}

/** An IPv4 address in dotted form as an unsigned number; undefined where it is none. */
export function parseIpv4(text: string): number | undefined {
	const parts = text.split('.');
	if (parts.length !== 4) return undefined;
	let value = 0;
	for (const part of parts) {
		if (!/^[0-9]{1,3}$/.test(part)) return undefined;
		const octet = Number(part);
		if (octet > 255) return undefined;
		value = value * 256 + octet;
	}
	return value;
}

/** Accepted when `peer & mask == ip & mask` for some rule; with no rule nobody is (default DROP). */
export function isAdmitted(rules: readonly Rule[], peer: string): boolean {
	const address = parseIpv4(peer);
	if (address === undefined) return false;
	return rules.some(rule => {
		const ip = parseIpv4(rule.ip);
		const mask = parseIpv4(rule.mask);
		return ip !== undefined && mask !== undefined && (address & mask) === (ip & mask);
	});
}
