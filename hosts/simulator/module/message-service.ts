import { hexOf } from '../../../src/base/hex.js';
import { codingSchemeOf } from '../../../src/sms/data-coding-scheme.js';
import { decodePdu } from '../../../src/sms/pdu.js';
import type { Submit } from '../../../src/sms/submit.js';
import type { Reception, Subscriber } from '../message-centre.js';
import type { Firmware } from './firmware.js';
import type { Instance } from './instance.js';
import { describeDirect } from './message-format.js';

const RECEIVED_UNREAD = 0;

/** What takes messages from the network and gives it those that are sent. */
export class MessageService implements Subscriber {
	readonly #firmware: Firmware;
	#reference = 0;
	#group = 0;
	#bearer = 1;

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

	/** Sends a message with the next reference; that reference, or undefined: the centre does not take it. */
	send(submit: Submit): number | undefined {
		this.#reference = (this.#reference + 1) & 255;
		const { centre, sim } = this.#firmware.board;
		return centre.submit(sim.number, { ...submit, reference: this.#reference }) ? this.#reference : undefined;
	}

	receive(pdu: Uint8Array): Reception {
		const { board } = this.#firmware;
		if (!this.canExchange) return 'absent';
		const decoded = decodePdu(hexOf(pdu));
		if (!decoded.ok) return 'accepted';
		const { tpdu } = decoded.value;
		if (tpdu.type === 'STATUS-REPORT') return this.#report(pdu);
		const isClass3 = codingSchemeOf(tpdu.dcs).messageClass === 3;
		// Only the first instance ever shows a message itself (module.md, +CMUX).
		if (this.#anyIndication(mode => mode === 2 || (mode === 3 && isClass3))) {
			const first = this.#firmware.instances[0]!;
			first.urc(describeDirect(first.profile, decoded.value, hexOf(pdu)));
			return 'accepted';
		}
		const index = board.sim.store(RECEIVED_UNREAD, pdu);
		if (index === 0) return 'full';
		for (const instance of this.#firmware.instances) {
			if (takesIndications(instance) && instance.profile.indications[1]! > 0) instance.urc(`+CMTI: "SM",${index}`);
		}
		return 'accepted';
	}

	#report(pdu: Uint8Array): Reception {
		const wanted = this.#firmware.instances.some(
			instance => takesIndications(instance) && instance.profile.indications[3] === 1,
		);
		const first = this.#firmware.instances[0]!;
		const decoded = decodePdu(hexOf(pdu));
		if (wanted && decoded.ok) first.urc(describeDirect(first.profile, decoded.value, hexOf(pdu)));
		return 'accepted';
	}

	#anyIndication(wanted: (mode: number) => boolean): boolean {
		return this.#firmware.instances.some(
			instance => takesIndications(instance) && wanted(instance.profile.indications[1] ?? 0),
		);
	}
}

/** +CNMI's first parameter 0 keeps every indication back. */
function takesIndications(instance: Instance): boolean {
	return (instance.profile.indications[0] ?? 0) > 0;
}
