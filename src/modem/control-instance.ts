import type { Instance } from './instance.js';

interface Reservation {
	readonly owner: string;
	/** The co-processor may use the instance too where no other is left. */
	readonly isShared: boolean;
}

/** Services have instances up to this one (`#SMSATRUNCFG`, `#TCPATRUNCFG`). */
const MOST_RESERVED = 3;
const TELL_NOTHING = '0,0,0,0,0';
const COMMAND = 5_000;

/**
 * Which instance has the co-processor's own commands (architecture, decision 2): a further one that the family may have, else the
 * lowest that no service holds. While a data call has that one, it is a guest of a service that shares its own.
 */
export class ControlInstance {
	/** Called when another instance became the control instance. */
	readonly onMoved: (() => void)[] = [];
	/** Say whether something lives on an instance that cannot move to another, such as a connected socket. */
	readonly stays: ((instance: number) => boolean)[] = [];
	readonly #instances: readonly (Instance | undefined)[];
	readonly #reserved: (Reservation | undefined)[] = [];
	/** Instances that a DTE's data calls have. */
	readonly #calls: number[] = [];
	#current: Instance | undefined;
	/** New messages are told by +CMTI as they come. */
	#notification = '2,1,0,0,0';

	/** `instances`: those of the module by their number, as they are at any time. */
	constructor(instances: readonly (Instance | undefined)[]) {
		this.#instances = instances;
	}

	get current(): Instance | undefined {
		return this.#current;
	}

	isReserved(number: number): boolean {
		return this.#reserved[number] !== undefined;
	}

	/** Gives an instance to a service. False: another one has it. */
	reserve(number: number, owner: string, isShared: boolean): boolean {
		const holder = this.#reserved[number];
		if (holder !== undefined && holder.owner !== owner) return false;
		this.#reserved[number] = { owner, isShared };
		this.choose();
		return true;
	}

	release(number: number, owner: string): void {
		if (this.#reserved[number]?.owner !== owner) return;
		this.#reserved[number] = undefined;
		this.choose();
	}

	/** See `Modem.beginCall`. */
	beginCall(number: number): boolean {
		if (this.#calls.includes(number)) return false;
		this.#calls.push(number);
		if (this.best() === undefined || this.stays.some(stays => stays(number))) {
			this.#calls.pop();
			return false;
		}
		this.choose();
		return true;
	}

	callEnded(number: number): void {
		const place = this.#calls.indexOf(number);
		if (place < 0) return;
		this.#calls.splice(place, 1);
		this.choose();
	}

	/** `+CNMI` of an instance as the co-processor needs it. */
	notificationOf(number: number): string {
		return number === this.#current?.number ? this.#notification : TELL_NOTHING;
	}

	/** Beside new messages: cell broadcasts as they come, and where the store has status reports. */
	alsoTell(broadcasts: boolean, reports: boolean): void {
		const notification = `2,1,${broadcasts ? 2 : 0},${reports ? 2 : 0},0`;
		if (notification === this.#notification) return;
		this.#notification = notification;
		void this.#current?.ask(`AT+CNMI=${notification}`, COMMAND);
	}

	/** The lines that give instance `number` the settings we count on. */
	settingsOf(number: number): readonly string[] {
		const lines = ['ATE0Q0V1', 'AT+CMEE=1'];
		if (number === this.#current?.number) lines.push(`AT+CNMI=${this.#notification}`);
		return lines;
	}

	/** Instances have come or gone: the best one reports new messages. */
	choose(): void {
		const control = this.best();
		const former = this.#current;
		if (control === former) return;
		this.#current = control;
		// Else each message would be told twice.
		if (former !== undefined) void former.ask(`AT+CNMI=${TELL_NOTHING}`, COMMAND, [], 'anyone');
		if (control === undefined) return;
		void control.ask(`AT+CNMI=${this.#notification}`, COMMAND);
		for (const moved of this.onMoved.slice()) moved();
	}

	/** The module is gone, and with it the calls. */
	drop(): void {
		this.#current = undefined;
		this.#calls.length = 0;
	}

	private best(): Instance | undefined {
		const candidates = this.#instances.filter(
			(instance): instance is Instance => instance !== undefined && !this.#calls.includes(instance.number),
		);
		const own = candidates.find(({ number }) => number > MOST_RESERVED);
		const free = own ?? candidates.find(({ number }) => this.#reserved[number] === undefined);
		if (free !== undefined || this.#calls.length === 0) return free;
		return candidates.find(({ number }) => this.#reserved[number]?.isShared);
	}
}
