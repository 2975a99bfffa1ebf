const IAC = 0xff;
const SB = 0xfa;
const SE = 0xf0;
const WILL = 0xfb;
const DONT = 0xfe;

type State = 'text' | 'iac' | 'option' | 'sub' | 'sub-iac';

/**
 * Takes telnet's commands (RFC 854) out of what a client sends. Negotiation is not answered: a client that waits for none stays in
 * its defaults, which suit us. IAC IAC is one octet 0xFF.
 */
export class TelnetFilter {
	#state: State = 'text';
	#isNegotiated = false;

	/** The client has asked for an option: it speaks telnet, and doubles 0xFF in its data, as we must for it. */
	get isNegotiated(): boolean {
		return this.#isNegotiated;
	}

	/** The octets without commands, which may be split anywhere: the same array where it has none. */
	filter(bytes: Uint8Array): Uint8Array {
		if (this.#state === 'text' && bytes.indexOf(IAC) < 0) return bytes;
		const kept = new Uint8Array(bytes.length);
		let count = 0;
		let at = 0;
		while (at < bytes.length) {
			if (this.#state === 'text') {
				const command = bytes.indexOf(IAC, at);
				const end = command < 0 ? bytes.length : command;
				kept.set(bytes.subarray(at, end), count);
				count += end - at;
				at = end + 1;
				if (command >= 0) this.#state = 'iac';
			} else if (this.#command(bytes[at++]!)) kept[count++] = IAC;
		}
		return kept.subarray(0, count);
	}

	/** Data for this client. */
	escaped(bytes: Uint8Array): Uint8Array {
		if (!this.#isNegotiated || bytes.indexOf(IAC) < 0) return bytes;
		const all = new Uint8Array(bytes.length * 2);
		let count = 0;
		for (let at = 0; at < bytes.length; ) {
			const next = bytes.indexOf(IAC, at);
			const end = next < 0 ? bytes.length : next + 1;
			all.set(bytes.subarray(at, end), count);
			count += end - at;
			at = end;
			if (next >= 0) all[count++] = IAC;
		}
		return all.subarray(0, count);
	}

	/** The next octet of a command. True: it was data after all. */
	#command(octet: number): boolean {
		switch (this.#state) {
			case 'iac':
				this.#state = 'text';
				if (octet === IAC) return true;
				if (octet === SB) this.#state = 'sub';
				else if (octet >= WILL && octet <= DONT) this.#state = 'option';
				return false;
			case 'option':
				this.#isNegotiated = true;
				this.#state = 'text';
				return false;
			case 'sub':
				if (octet === IAC) this.#state = 'sub-iac';
				return false;
			default:
				this.#state = octet === SE ? 'text' : 'sub';
				return false;
		}
	}
}
