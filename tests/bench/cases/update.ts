import { Counters } from '../../../src/journal/counters.js';
import { Journal } from '../../../src/journal/journal.js';
import type { Digest } from '../../../src/ports/digest.js';
import type { Updater } from '../../../src/ports/updater.js';
import { Audit } from '../../../src/services/audit.js';
import { BoardTime } from '../../../src/services/board-time.js';
import { SessionLines } from '../../../src/services/session-lines.js';
import { UpdateFetch } from '../../../src/services/update-fetch.js';
import { Updates } from '../../../src/services/updates.js';
import { checkImage } from '../../../src/update/image-check.js';
import { HEADER } from '../../../src/update/image-header.js';
import { SpareSlot } from '../../../src/update/spare-slot.js';
import { digest } from '../../support/digest.js';
import { imageOf, KEY, TARGET } from '../../support/image.js';
import { TestStore } from '../../support/memory-store.js';
import { signature } from '../../support/signature.js';
import type { BenchCase } from '../case.js';
import { stillClock } from '../stub.js';

const TOTAL = 65_536;
/** What a session reads of its port at once. */
const BLOCK = 512;

/** Flash and digests are C on the device: here they cost nothing. */
const flash: Updater = {
	capacity: 4 * 1024 * 1024,
	running: 0,
	isOnTrial: false,
	hasFailed: false,
	begin: () => true,
	write: () => true,
	read: () => true,
	activate: () => true,
	confirm: () => true,
	rollBack: () => {},
	restart: () => {},
};
const noDigest: Digest = {
	digest: () => new Uint8Array(32),
	begin: () => ({ update: () => {}, finish: () => new Uint8Array(32) }),
};

function slotFor(size: number): SpareSlot {
	const record = { read: () => [], write: () => true };
	const slot = new SpareSlot({ updater: flash, record, clock: stillClock, digest: noDigest });
	slot.begin(imageOf({ size, octets: 100 }).header, '');
	return slot;
}

/** From the octets of a session to the calls of the flash. */
const transfer: BenchCase = {
	name: `firmware through a session into the slot, ${BLOCK} octets at a time`,
	unit: '64 kB',
	octets: TOTAL,
	setup() {
		const octets = new Uint8Array(BLOCK).fill(0x41);
		return n => {
			const slot = slotFor(n * TOTAL);
			const lines = new SessionLines(() => {});
			lines.takeRaw(bytes => {
				if (!slot.write(bytes)) throw new Error('the slot takes nothing');
				return bytes.length;
			});
			for (let at = 0; at < n * TOTAL; at += BLOCK) lines.feed(octets);
			if (slot.arrival?.received !== n * TOTAL) throw new Error('octets were lost');
		};
	},
};

/** Fields and rules; digest and signature are C on the device and stand-ins here. */
const header: BenchCase = {
	name: 'header of an image checked, without digest and signature',
	unit: 'header',
	setup() {
		const { header: octets } = imageOf({ octets: 100 });
		const accepting = { verify: () => true };
		if (
			octets.length !== HEADER ||
			!signature.verify(KEY, digest.digest('SHA-256', octets.subarray(0, 192)), octets.subarray(192))
		) {
			throw new Error('no image');
		}
		const judge = {
			digest: noDigest,
			signature: accepting,
			key: KEY,
			target: TARGET,
			firmware: '1.0.0',
			capacity: TOTAL,
		};
		return n => {
			for (let at = 0; at < n; at++) if (!checkImage(octets, judge).ok) throw new Error('refused');
		};
	},
};

/** What a board keeps for updates that nobody sends. */
const rest: BenchCase = {
	name: 'updates, while none comes',
	unit: 'nothing',
	setup() {
		const store = new TestStore();
		const clock = stillClock;
		const audit = new Audit(new Journal(store, clock), new Counters(), new BoardTime(clock), () => 0, undefined);
		const updates = new Updates({
			ports: { updater: flash, signature: { verify: () => true }, publicKey: '00'.repeat(64) },
			store,
			clock,
			digest: noDigest,
			about: { firmware: '1.0.0', target: TARGET },
			audit,
			flush: () => {},
			trial: { hasSettings: () => true, isAttached: () => true, isCovered: () => true, isUp: () => true },
			fetch: new UpdateFetch({ clock, network: () => undefined }),
			isHeld: () => false,
		});
		updates.start();
		return () => {
			if (updates.isFetching) throw new Error('something is fetched');
		};
	},
};

export default [transfer, header, rest];
