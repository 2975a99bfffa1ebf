/** The states of a stored message by their numbers in PDU mode (27.005 3.1, `<stat>`). */
export type MessageStatus = 0 | 1 | 2 | 3;

export interface StoredMessage {
	status: MessageStatus;
	/** SMSC address and TPDU, as +CMGR prints them in PDU mode. */
	readonly pdu: Uint8Array;
}

export interface SimOptions {
	readonly imsi?: string;
	readonly iccid?: string;
	/** The subscriber's own number, known to the network. */
	readonly number?: string;
	readonly pin?: string;
	readonly puk?: string;
	readonly pin2?: string;
	/** Numbers of the fixed dialling list. */
	readonly fixedNumbers?: readonly string[];
	/** Only those can be called and written to. False. */
	readonly fixedDialling?: boolean;
	/** Whether the card asks for its PIN after power-up. False. */
	readonly pinEnabled?: boolean;
	/** Messages the card has room for. 30. */
	readonly capacity?: number;
	/** The service centre's address stored on the card. */
	readonly serviceCentre?: string;
	readonly inserted?: boolean;
}

/** One place of a phone book. */
export interface BookEntry {
	readonly number: string;
	readonly text: string;
}

/** A phone book by its places, from 1. */
export type PhoneBook = Map<number, BookEntry>;

/** Places of the phone books. */
export const PLACES = Object.freeze({ SM: 250, FD: 10 });

export type PinState = 'ready' | 'pin' | 'puk' | 'blocked';

const PIN_ATTEMPTS = 3;
const PUK_ATTEMPTS = 10;

/** The card in the module: identity, PIN counters and the message storage. It keeps everything without power. */
export class SimCard {
	readonly imsi: string;
	readonly iccid: string;
	readonly number: string;
	readonly capacity: number;
	/** 0-based; +CMGR's index is one higher. */
	readonly messages: (StoredMessage | undefined)[];
	serviceCentre: string;
	inserted: boolean;
	pinEnabled: boolean;
	/** Fixed dialling is on: only numbers of its list. */
	fixedDialling: boolean;
	/** +CPBS "SM" and "FD". */
	readonly books: Readonly<Record<'SM' | 'FD', PhoneBook>> = { SM: new Map(), FD: new Map() };
	pin2Attempts = PIN_ATTEMPTS;
	/** Something was refused for want of PIN2: +CPIN takes it. */
	pin2Wanted = false;
	pinAttempts = PIN_ATTEMPTS;
	pukAttempts = PUK_ATTEMPTS;
	#pin: string;
	readonly #puk: string;
	readonly #pin2: string;
	#verified = false;
	#verified2 = false;

	constructor(options: SimOptions = {}) {
		this.imsi = options.imsi ?? '222880123456789';
		this.iccid = options.iccid ?? '8939880123456789012';
		this.number = options.number ?? '+393297308600';
		this.capacity = options.capacity ?? 30;
		this.messages = new Array<StoredMessage | undefined>(this.capacity).fill(undefined);
		this.serviceCentre = options.serviceCentre ?? '+393492000200';
		this.inserted = options.inserted ?? true;
		this.pinEnabled = options.pinEnabled ?? false;
		this.#pin = options.pin ?? '1234';
		this.#puk = options.puk ?? '12345678';
		this.#pin2 = options.pin2 ?? '5678';
		this.fixedDialling = options.fixedDialling ?? false;
		for (const [at, number] of (options.fixedNumbers ?? []).entries()) this.books.FD.set(at + 1, { number, text: '' });
	}

	/** The card loses power: a PIN that was given no longer counts. */
	reset(): void {
		this.#verified = false;
		this.#verified2 = false;
		this.pin2Wanted = false;
	}

	/** PIN2 was given since the card has power. */
	get pin2Given(): boolean {
		return this.#verified2;
	}

	verifyPin2(pin2: string): boolean {
		if (this.pin2Attempts === 0) return false;
		if (pin2 !== this.#pin2) {
			this.pin2Attempts--;
			return false;
		}
		this.pin2Attempts = PIN_ATTEMPTS;
		this.#verified2 = true;
		this.pin2Wanted = false;
		return true;
	}

	/**
	 * Whether fixed dialling lets a number be called or written to: one of the list, or one that begins like it. `normal`
	 * writes numbers so that they can be compared.
	 */
	mayDial(number: string, normal: (number: string) => string): boolean {
		if (!this.fixedDialling) return true;
		const wanted = normal(number);
		return [...this.books.FD.values()].some(entry => wanted.startsWith(normal(entry.number)));
	}

	get pinState(): PinState {
		if (this.pukAttempts === 0) return 'blocked';
		if (this.pinAttempts === 0) return 'puk';
		return this.pinEnabled && !this.#verified ? 'pin' : 'ready';
	}

	verifyPin(pin: string): boolean {
		if (this.pinAttempts === 0) return false;
		if (pin !== this.#pin) {
			this.pinAttempts--;
			return false;
		}
		this.pinAttempts = PIN_ATTEMPTS;
		this.#verified = true;
		return true;
	}

	/** Unblocks with the PUK and sets a new PIN. */
	unblock(puk: string, pin: string): boolean {
		if (this.pukAttempts === 0) return false;
		if (puk !== this.#puk) {
			this.pukAttempts--;
			return false;
		}
		this.pukAttempts = PUK_ATTEMPTS;
		this.pinAttempts = PIN_ATTEMPTS;
		this.#pin = pin;
		this.#verified = true;
		return true;
	}

	/** Changes the PIN; the old one must be right. */
	changePin(pin: string, next: string): boolean {
		if (!this.verifyPin(pin)) return false;
		this.#pin = next;
		return true;
	}

	get used(): number {
		let used = 0;
		for (const message of this.messages) if (message !== undefined) used++;
		return used;
	}

	/** Puts a message into the first free place; its index from 1, or 0 where the card is full. */
	store(status: MessageStatus, pdu: Uint8Array): number {
		const place = this.messages.indexOf(undefined);
		if (place < 0) return 0;
		this.messages[place] = { status, pdu };
		return place + 1;
	}

	/** The message with the index `index` (from 1). */
	message(index: number): StoredMessage | undefined {
		return this.messages[index - 1];
	}

	/** Frees a place; true where there is such a place, used or not. */
	erase(index: number): boolean {
		if (!Number.isInteger(index) || index < 1 || index > this.capacity) return false;
		this.messages[index - 1] = undefined;
		return true;
	}
}
