import { hexOf } from '../../../src/base/hex.js';
import type { TimerHandle } from '../../../src/ports/clock.js';
import { codingSchemeOf } from '../../../src/sms/data-coding-scheme.js';
import { decodePdu } from '../../../src/sms/pdu.js';
import type { Submit } from '../../../src/sms/submit.js';
import type { Reception, Subscriber } from '../message-centre.js';
import type { SmsCommand } from '../sms-command.js';
import type { Firmware } from './firmware.js';
import { Indications } from './indications.js';
import type { Instance } from './instance.js';
import { type DecodedPdu, describeDirect } from './message-format.js';
import { TIMING } from './timing.js';

const RECEIVED_UNREAD = 0;

/** What takes messages from the network and gives it those that are sent. */
export class MessageService implements Subscriber {
	readonly #firmware: Firmware;
	#reference = 0;
	#group = 0;
	#bearer = 1;
	/** Runs while a message on the screen waits for its +CNMA. */
	#unacknowledged: TimerHandle | undefined;
	/** +CMMS: until then the link of the last message is open. */
	#linkUntil = 0;
	readonly indications = new Indications();

	constructor(firmware: Firmware) {
		this.#firmware = firmware;
	}

	/** Registration, packet service or the bearer changed: what waits at the centre can come, or stays there. */
	changed(): void {
		const { centre, sim } = this.#firmware.board;
		if (this.canExchange) centre.attach(sim.number, this);
		else centre.detach(sim.number, this);
	}

	end(): void {
		const { centre, sim } = this.#firmware.board;
		centre.detach(sim.number, this);
	}

	/** There is room again on the card. */
	freed(): void {
		const { centre, sim } = this.#firmware.board;
		if (centre.waitingFor(sim.number) > 0) centre.tryAgain(sim.number);
	}

	/** +CGSMS: 0 packet service alone, 1 circuit, 2 and 3 one of them first. */
	get bearer(): number {
		return this.#bearer;
	}

	selectBearer(bearer: number): void {
		this.#bearer = bearer;
		this.changed();
	}

	/** Over a bearer that was chosen and that carries messages: packet service only where the network does that. */
	get canExchange(): boolean {
		const { registration, board } = this.#firmware;
		if (registration.isRegistered && this.#bearer !== 0) return true;
		return board.network.messagesOverPacket && registration.hasPacketService && this.#bearer !== 1;
	}

	/** False: fixed dialling is on and the number not in its list. */
	mayWriteTo(number: string): boolean {
		const { sim, centre } = this.#firmware.board;
		return sim.mayDial(number, other => centre.international(other));
	}

	/** A reference that the parts of one message share. */
	nextGroup(): number {
		this.#group = (this.#group + 1) & 255;
		return this.#group;
	}

	/** Gives a command to the centre with the next reference; that reference, or undefined: the centre does not know it. */
	command(command: SmsCommand): number | undefined {
		this.#reference = (this.#reference + 1) & 255;
		const { centre, sim } = this.#firmware.board;
		return centre.command(sim.number, { ...command, reference: this.#reference }) ? this.#reference : undefined;
	}

	/** Sends a message with the next reference; that reference, or undefined: the centre does not take it. */
	send(submit: Submit): number | undefined {
		this.#reference = (this.#reference + 1) & 255;
		const { centre, sim } = this.#firmware.board;
		return centre.submit(sim.number, { ...submit, reference: this.#reference }) ? this.#reference : undefined;
	}

	receive(pdu: Uint8Array): Reception {
		if (!this.canExchange) return 'absent';
		const decoded = decodePdu(hexOf(pdu));
		if (!decoded.ok) return 'accepted';
		const { tpdu } = decoded.value;
		if (tpdu.type === 'STATUS-REPORT') return this.#report(pdu);
		const { messageClass } = codingSchemeOf(tpdu.dcs);
		// 27.005 3.4.1 <mt>: 2 shows all but class 2, which is meant for the card, 3 class 3 alone.
		const asked = this.#asks(1, mode => (mode === 2 && messageClass !== 2) || (mode === 3 && messageClass === 3));
		if (asked !== undefined) return this.#display(asked, decoded.value, hexOf(pdu));
		return this.#store(pdu, '+CMTI', 1);
	}

	/** +CMT or +CDS. Only the first instance ever shows a message itself (module.md, +CMUX). */
	#display(asked: Instance, decoded: DecodedPdu, hex: string): Reception {
		if (this.acknowledges && this.#unacknowledged !== undefined) return 'full';
		const first = this.#firmware.instances[0]!;
		this.indications.show(asked, describeDirect(first.profile, decoded, hex), first);
		if (this.acknowledges) this.#awaitAcknowledgement();
		return 'accepted';
	}

	/** On the card, and told by every instance that wants to: `<at>` is the place of the wish in +CNMI. */
	#store(pdu: Uint8Array, label: '+CMTI' | '+CDSI', at: 1 | 3): Reception {
		const index = this.#firmware.board.sim.store(RECEIVED_UNREAD, pdu);
		if (index === 0) return 'full';
		for (const instance of this.#firmware.instances) {
			const wish = instance.profile.indications[at] ?? 0;
			if (wish > (at === 1 ? 0 : 1)) this.indications.show(instance, `${label}: "SM",${index}`);
		}
		return 'accepted';
	}

	/** `<ds>`: 1 shows the report, 2 stores it, 0 drops it. */
	#report(pdu: Uint8Array): Reception {
		if (this.#asks(3, mode => mode === 2) !== undefined) return this.#store(pdu, '+CDSI', 3);
		const decoded = decodePdu(hexOf(pdu));
		const asked = this.#asks(3, mode => mode === 1);
		return decoded.ok && asked !== undefined ? this.#display(asked, decoded.value, hexOf(pdu)) : 'accepted';
	}

	/** The instance whose +CNMI wants it so, one that hears of it at once before one that keeps it back. */
	#asks(at: number, wanted: (mode: number) => boolean): Instance | undefined {
		const asking = this.#firmware.instances.filter(({ profile }) => wanted(profile.indications[at] ?? 0));
		return asking.find(({ profile }) => profile.indications[0] !== 0) ?? asking[0];
	}

	/** How long the next message takes [ms]: less while +CMMS has kept the link of the one before. */
	takeLink({ profile }: Instance): number {
		const isKept = (profile.switches['+CMMS'] ?? 0) > 0 && this.#firmware.clock.now() < this.#linkUntil;
		return isKept ? TIMING.sendNext : TIMING.sendMessage;
	}

	/** A message went out. With +CMMS=1 the link stays open for the next, and the setting ends with it (27.005 3.5.6). */
	keepLink({ profile }: Instance): void {
		const { clock } = this.#firmware;
		this.#linkUntil = clock.now() + TIMING.linkKept;
		if (profile.switches['+CMMS'] !== 1) return;
		const until = this.#linkUntil;
		clock.setTimer(until, () => {
			if (this.#linkUntil === until && profile.switches['+CMMS'] === 1) profile.switches['+CMMS'] = 0;
		});
	}

	/** +CSMS=1: what goes to the screen is to be acknowledged by +CNMA. */
	get acknowledges(): boolean {
		return this.#firmware.instances.some(({ profile }) => profile.switches['+CSMS'] === 1);
	}

	/** +CNMA. False: there is nothing to acknowledge. */
	acknowledge(): boolean {
		if (this.#unacknowledged === undefined) return false;
		this.#unacknowledged.cancel();
		this.#unacknowledged = undefined;
		this.freed();
		return true;
	}

	/** Without +CNMA in time the screen is taken for gone: nothing goes there until +CNMI says so again (27.005 3.4.4). */
	#awaitAcknowledgement(): void {
		const { clock } = this.#firmware;
		this.#unacknowledged = clock.setTimer(clock.now() + TIMING.acknowledgement, () => {
			this.#unacknowledged = undefined;
			for (const { profile } of this.#firmware.instances) {
				profile.indications[1] = 0;
				profile.indications[3] = 0;
			}
			this.freed();
		});
	}
}
