import { type Desk, prepareSettings, READY_MADE } from '../../../hosts/simulator/desk.js';
import { MemoryStore } from '../../../hosts/simulator/memory-store.js';
import { Mobile } from '../../../hosts/simulator/mobile.js';
import { createSimulatedModule } from '../../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../../hosts/simulator/wire.js';
import { hexOf } from '../../../src/base/hex.js';
import type { Result } from '../../../src/base/result.js';
import { Multiplexer } from '../../../src/cmux/multiplexer.js';
import { Coprocessor } from '../../../src/coprocessor.js';
import type { Digest } from '../../../src/ports/digest.js';
import { DEFAULTS } from '../../../src/settings/schema.js';
import { parseNumber } from '../../../src/sms/address.js';
import { type SignedRequest, signRequestV1, signRequestV2 } from '../../../src/sms/requester.js';
import { countingEntropy, digest } from '../../support/digest.js';
import { Person } from '../../support/person.js';
import { type BootedBoard, bootedBoard } from '../booted-board.js';
import { type BenchCase, CHARGED, type Share } from '../case.js';

const MINUTE = 60_000;
const IMEI = '357462031234567';

/** The first of the boot: objects and their wiring, and what they read of their records. */
const made: BenchCase = {
	name: 'boot: co-processor made',
	unit: 'boot',
	pace: { part: 'make' },
	setup() {
		const clock = new VirtualClock();
		const wire = () => new Wire(clock, { baud: DEFAULTS.rates.console });
		const [module, console, auxiliary] = [wire().dte, wire().dce, wire().dce];
		const power = { setOnOff: () => {}, setReset: () => {}, isOn: () => true };
		const store = new MemoryStore();
		const entropy = countingEntropy();
		prepareSettings(store, digest, entropy);
		return n => {
			for (let at = 0; at < n; at++) {
				new Coprocessor({ clock, module, console, auxiliary, power, store, digest, entropy });
			}
		};
	},
};

const boot: BenchCase = {
	name: 'boot: its start to services up',
	unit: 'boot',
	pace: { part: 'boot' },
	count: 1,
	setup: share => async n => {
		for (let at = 0; at < n; at++) {
			const { clock, desk, upAfter } = await bootedBoard(share);
			share.took(upAfter);
			unpaid(clock, share);
			await clock.settled(desk.stop(), MINUTE, 'the end');
		}
	},
};

/** From here on nobody is charged; gives the steps of before. */
function unpaid(clock: VirtualClock, share: Share): VirtualClock['onStep'] {
	const step = clock.onStep;
	share.switchTo('observer');
	clock.onStep = (_owner, run) => {
		share.switchTo('observer');
		run();
	};
	return step;
}

const afterBoot: BenchCase = {
	name: 'heap after boot (100 ms with nothing to do)',
	unit: '100 ms',
	count: 4,
	setup: async share => {
		const { clock } = await bootedBoard(share);
		return n => clock.advance(100 * n);
	},
};

/** What the virtual module and a multiplexer need by themselves: to subtract from the board's heap. */
const bareMux: BenchCase = {
	name: 'for comparison: virtual module, three DLCIs open, no co-processor',
	unit: '100 ms',
	count: 4,
	setup: async share => {
		const clock = new VirtualClock();
		const { dte } = createSimulatedModule({ clock, powered: true });
		await clock.advance(15_000);
		share.baseline();
		const person = new Person(dte, clock);
		await person.ask('AT');
		await person.ask('AT+CMUX=0');
		const mux = new Multiplexer({ port: dte, clock, role: 'initiator', n1: 127 });
		await clock.settled(mux.start(), MINUTE);
		for (const dlci of [1, 2, 3]) await clock.settled(mux.open(dlci), MINUTE);
		return n => clock.advance(100 * n);
	},
};

/** Answers that the budget of outgoing SMS has room for in an hour; XS runs fewer, so that the hour has no part in it. */
const ANSWERS = 16;

/** Lets the hour pass after so many answers, which nobody pays for. */
async function keepToBudget(answers: number, { clock }: BootedBoard, share: Share): Promise<void> {
	if (answers % ANSWERS !== 0) return;
	const step = unpaid(clock, share);
	await clock.advance(66 * MINUTE);
	clock.onStep = step;
}

const bySms: BenchCase = {
	name: 'whole command over SMS: AT+COPS?',
	unit: 'command',
	count: 4,
	setup: async share => {
		const board = await bootedBoard(share);
		const { clock, desk } = board;
		const mobile = new Mobile(desk.centre, READY_MADE.mobile);
		let answers = 0;
		return async n => {
			for (let at = 0; at < n; at++) {
				mobile.received.splice(0);
				mobile.send('AT+COPS?', desk.sim.number);
				await clock.until(() => mobile.received.length > 0, 5 * MINUTE, 'the answer SMS');
				share.sample();
				await keepToBudget(++answers, board, share);
			}
		};
	},
};

const PASSWORD = '1234567890123456';
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at);
/** Requests that are signed beforehand: as many as XS runs, so that its memory has no part in it. */
const SIGNED = 12;

/** The requester's side, which a board does not pay for. */
function signer(desk: Desk, version: 1 | 2): (number: number) => string {
	const to = parseNumber(desk.sim.number);
	if (!to.ok) throw new Error(to.error);
	const delivery = { to: to.value, validityMinutes: 60 };
	const sign = (number: number) => {
		const secret = { key: KEY, imei: IMEI };
		const signed =
			version === 1
				? signRequestV1('AT+COPS?', PASSWORD, { transactionId: number & 0xff, sessionId: 1 }, delivery, digest)
				: signRequestV2('AT+COPS?', secret, { keyId: 1, counter: number + 1 }, delivery, digest);
		return hexOfSigned(signed);
	};
	const made = Array.from({ length: SIGNED }, (_, number) => sign(number));
	return number => made[number] ?? sign(number);
}

function hexOfSigned(signed: Result<SignedRequest>): string {
	if (!signed.ok) throw new Error(signed.error);
	return signed.value.hex;
}

/** Digests are JavaScript here and C on the device: they are not charged, their garbage is. */
function unchargedDigest(share: Share): Digest {
	return {
		...digest,
		digest: (algorithm, message) => {
			share.switchTo('digest');
			const result = digest.digest(algorithm, message);
			share.switchTo(CHARGED);
			return result;
		},
	};
}

const byDigest = (version: 1 | 2): BenchCase => ({
	name: `whole digest request v${version} over SMS: AT+COPS?, without the digests`,
	unit: 'command',
	count: 4,
	setup: async share => {
		const board = await bootedBoard(share, () => ({ digest: unchargedDigest(share) }));
		const { clock, desk } = board;
		const person = new Person(desk.console, clock);
		await person.ask(`at#smsatwl=0,2,1,"${PASSWORD}"`);
		await person.ask(`at#atrunkey=0,1,"${hexOf(KEY)}"`);
		const signed = signer(desk, version);
		const mobile = new Mobile(desk.centre, READY_MADE.stranger);
		let sent = 0;
		return async n => {
			for (let at = 0; at < n; at++) {
				mobile.received.splice(0);
				if (!mobile.sendPdu(signed(sent++)).ok) throw new Error('the mobile cannot send it');
				await clock.until(() => mobile.received.length > 0, 5 * MINUTE, 'the answer SMS');
				share.sample();
				await keepToBudget(sent, board, share);
			}
		};
	},
});

const byTcp: BenchCase = {
	name: 'whole command over TCP: AT+CREG?',
	unit: 'command',
	count: 8,
	setup: async share => {
		const { clock, desk } = await bootedBoard(share);
		const connection = desk.memorySockets.dial(READY_MADE.tcpPort);
		if (connection === undefined) throw new Error('nobody listens');
		const client = new Person(connection, clock);
		await client.see('Username:');
		client.type(`${READY_MADE.user}\r\n`);
		await client.see('Password:');
		client.type(`${READY_MADE.password}\r\n`);
		await client.see('successful.');
		return async n => {
			for (let at = 0; at < n; at++) {
				client.clear();
				client.type('AT+CREG?\r\n');
				await client.see('OK\r\n');
				share.sample();
			}
		};
	},
};

export default [made, boot, afterBoot, bareMux, bySms, byDigest(1), byDigest(2), byTcp];
