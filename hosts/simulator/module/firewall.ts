/** #FRWL: which peers may call. Without a rule nobody may; the rules are forgotten with the power. */
export class Firewall {
	readonly #rules: { readonly address: string; readonly mask: string }[] = [];

	get rules(): readonly { readonly address: string; readonly mask: string }[] {
		return this.#rules;
	}

	add(address: string, mask: string): boolean {
		if (wordOf(address) === undefined || wordOf(mask) === undefined || this.#rules.length >= 10) return false;
		if (!this.#rules.some(rule => rule.address === address && rule.mask === mask)) this.#rules.push({ address, mask });
		return true;
	}

	remove(address: string, mask: string): boolean {
		const at = this.#rules.findIndex(rule => rule.address === address && rule.mask === mask);
		if (at < 0) return false;
		this.#rules.splice(at, 1);
		return true;
	}

	clear(): void {
		this.#rules.length = 0;
	}

	/** True where a rule's mask makes `peer` and the rule's address the same. */
	accepts(peer: string): boolean {
		const word = wordOf(peer);
		if (word === undefined) return false;
		return this.#rules.some(rule => (word & wordOf(rule.mask)!) === (wordOf(rule.address)! & wordOf(rule.mask)!));
	}
}

function wordOf(address: string): number | undefined {
	const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
	if (match === null) return undefined;
	let word = 0;
	for (const part of match.slice(1)) {
		if (Number(part) > 255) return undefined;
		word = (word << 8) | Number(part);
	}
	return word;
}
