/** What the elements of an SMS's content are: septets of the GSM default alphabet, octets, or UTF-16 units. */
export type Alphabet = 'gsm7' | '8bit' | 'ucs2';

/** 0 is shown at once, 1 is for the mobile equipment, 2 for the SIM, 3 for the terminal equipment (23.038 4). */
export type MessageClass = 0 | 1 | 2 | 3;

/** What a message says about messages that wait elsewhere. */
export interface WaitingIndication {
	readonly kind: 'voicemail' | 'fax' | 'email' | 'other';
	/** Some wait; false: no longer. */
	readonly active: boolean;
	/** The message itself need not be kept. */
	readonly discard: boolean;
}

/** A data coding scheme octet in words. */
export interface CodingScheme {
	readonly alphabet: Alphabet;
	/** The content is compressed (23.042): octets, whichever the alphabet. */
	readonly compressed: boolean;
	readonly messageClass: MessageClass | undefined;
	/** Marked for deletion once it was read. */
	readonly deleteAfterReading: boolean;
	readonly waiting: WaitingIndication | undefined;
}

const WAITING_KINDS = Object.freeze(['voicemail', 'fax', 'email', 'other'] as const);

const PLAIN: CodingScheme = Object.freeze({
	alphabet: 'gsm7',
	compressed: false,
	messageClass: undefined,
	deleteAfterReading: false,
	waiting: undefined,
});

/** Reads a data coding scheme, 23.038 4. Every octet means something: reserved ones mean the default alphabet. */
export function codingSchemeOf(dcs: number): CodingScheme {
	const group = (dcs >> 4) & 0x0f;
	if (group < 0x08) {
		return {
			alphabet: generalAlphabet(dcs),
			compressed: (dcs & 0x20) !== 0,
			messageClass: (dcs & 0x10) !== 0 ? classOf(dcs) : undefined,
			deleteAfterReading: (dcs & 0x40) !== 0,
			waiting: undefined,
		};
	}
	if (group < 0x0c) return PLAIN;
	if (group === 0x0f) return { ...PLAIN, alphabet: (dcs & 0x04) !== 0 ? '8bit' : 'gsm7', messageClass: classOf(dcs) };
	const waiting = { kind: WAITING_KINDS[dcs & 0x03]!, active: (dcs & 0x08) !== 0, discard: group === 0x0c };
	return { ...PLAIN, alphabet: group === 0x0e ? 'ucs2' : 'gsm7', waiting };
}

/** The octet of the general group for an alphabet, with a class where one is given: 21 is 8-bit, class 1. */
export function dataCodingScheme(alphabet: Alphabet, messageClass?: MessageClass): number {
	const coding = alphabet === 'gsm7' ? 0x00 : alphabet === '8bit' ? 0x04 : 0x08;
	return messageClass === undefined ? coding : coding | 0x10 | messageClass;
}

/** Whether the user data length counts septets; else it counts octets (23.040 9.2.3.16). */
export function countsSeptets(dcs: number): boolean {
	const scheme = codingSchemeOf(dcs);
	return scheme.alphabet === 'gsm7' && !scheme.compressed;
}

function generalAlphabet(dcs: number): Alphabet {
	const bits = dcs & 0x0c;
	return bits === 0x04 ? '8bit' : bits === 0x08 ? 'ucs2' : 'gsm7';
}

function classOf(dcs: number): MessageClass {
	return (dcs & 0x03) as MessageClass;
}
