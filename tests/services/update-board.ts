import { BOOT_TABLE } from '../../hosts/simulator/boot-table.js';
import { type Flash, MemoryFlash } from '../../hosts/simulator/flash.js';
import { SimulatedSlots } from '../../hosts/simulator/simulated-slots.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';
import { Counters } from '../../src/journal/counters.js';
import { Journal } from '../../src/journal/journal.js';
import type { Network } from '../../src/ports/network.js';
import { SECTOR } from '../../src/ports/updater.js';
import { Audit } from '../../src/services/audit.js';
import { BoardTime } from '../../src/services/board-time.js';
import { UpdateFetch } from '../../src/services/update-fetch.js';
import { Updates } from '../../src/services/updates.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { returnToKept } from '../../src/settings/trial-copy.js';
import { TwoCopies } from '../../src/settings/two-copies.js';
import { digest } from '../support/digest.js';
import { KEY, TARGET, type TestImage } from '../support/image.js';
import { TestStore } from '../support/memory-store.js';
import { signature } from '../support/signature.js';

/** The supply went away. */
export class PowerCut extends Error {}

/** Counts everything that changes flash or store, and cuts the supply in the middle of one of them. */
export class Supply {
	/** Changes so far. */
	steps = 0;
	/** The change that is cut; undefined: none. */
	cutAt: number | undefined;
	#isOff = false;

	/** `part`: what is done of it where the power goes. */
	step<Value>(whole: () => Value, part: () => void): Value {
		if (this.#isOff) throw new PowerCut();
		if (++this.steps !== this.cutAt) return whole();
		this.#isOff = true;
		part();
		throw new PowerCut();
	}

	/** It is back. */
	restore(): void {
		this.#isOff = false;
		this.cutAt = undefined;
	}
}

class SuppliedFlash implements Flash {
	readonly #inner: Flash;
	readonly #supply: Supply;

	constructor(inner: Flash, supply: Supply) {
		this.#inner = inner;
		this.#supply = supply;
	}

	get size(): number {
		return this.#inner.size;
	}

	read(offset: number, into: Uint8Array): void {
		this.#inner.read(offset, into);
	}

	write(offset: number, bytes: Uint8Array): void {
		const part = () => this.#inner.write(offset, bytes.subarray(0, bytes.length >> 1));
		this.#supply.step(() => this.#inner.write(offset, bytes), part);
	}

	/** Half erased, a sector has neither what was there nor what an erased one has. */
	erase(offset: number): void {
		const part = () => {
			const rest = new Uint8Array(SECTOR / 2);
			this.#inner.read(offset + rest.length, rest);
			this.#inner.erase(offset);
			this.#inner.write(offset + rest.length, rest);
		};
		this.#supply.step(() => this.#inner.erase(offset), part);
	}
}

class SuppliedStore extends TestStore {
	readonly #supply: Supply;

	constructor(supply: Supply) {
		super();
		this.#supply = supply;
	}

	override write(name: string, record: Uint8Array): boolean {
		const part = () => super.write(name, record.subarray(0, record.length >> 1));
		return this.#supply.step(() => super.write(name, record), part);
	}

	override erase(name: string): void {
		if (this.records[name] !== undefined) this.#supply.step(() => super.erase(name), nothing);
	}
}

/** What stands between a board and its updates, over as many lives as it takes: flash, store, and a module that may be there or not. */
export class UpdateBoard {
	readonly supply = new Supply();
	readonly store = new SuppliedStore(this.supply);
	readonly slots: SimulatedSlots;
	clock = new VirtualClock();
	network: Network | undefined;
	attached = true;
	covered = true;
	up = true;
	held = false;
	journal!: Journal;
	counters = new Counters();
	updates!: Updates;
	settings!: SettingsKeeper;
	/** Why the board wanted to restart; undefined: it runs. */
	restartedBy: string | undefined;

	readonly publicKey: string;
	readonly #flash: Flash;
	readonly #slotSize: number;

	constructor(slotSize = 16 * 1024, publicKey = hexOf(KEY)) {
		this.publicKey = publicKey;
		this.#slotSize = slotSize;
		this.#flash = new SuppliedFlash(new MemoryFlash(BOOT_TABLE + 2 * slotSize), this.supply);
		this.slots = new SimulatedSlots({
			flash: this.#flash,
			factory: { version: '1.0.0', conduct: 'works' },
			restart: why => {
				this.restartedBy = why;
			},
		});
	}

	/** After a cut: nothing of the life before goes on. */
	powerReturns(): void {
		this.supply.restore();
		this.clock = new VirtualClock();
	}

	/** The octets of the slot that runs. */
	runningSlot(into: Uint8Array): void {
		this.#flash.read(BOOT_TABLE + this.slots.running * this.#slotSize, into);
	}

	/** The power comes, or the board restarted. */
	boot(): void {
		this.restartedBy = undefined;
		const { clock, store } = this;
		const { version } = this.slots.boot();
		if (!this.slots.isOnTrial) returnToKept(store);
		this.settings = new SettingsKeeper(store);
		this.journal = new Journal(new TestStore(), clock);
		const audit = new Audit(this.journal, this.counters, new BoardTime(clock), () => clock.now(), undefined);
		this.updates = new Updates({
			ports: { updater: this.slots, signature, publicKey: this.publicKey },
			store,
			clock,
			digest,
			about: { firmware: version, target: TARGET },
			audit,
			flush: nothing,
			trial: {
				hasSettings: () => this.settings.origin === 'stored' || this.settings.origin === 'older copy',
				isAttached: () => this.attached,
				isCovered: () => this.covered,
				isUp: () => this.up,
			},
			fetch: new UpdateFetch({ clock, network: () => this.network }),
			isHeld: () => this.held,
		});
		this.updates.start();
	}

	get version(): string {
		return this.slots.firmware.version;
	}

	/** Brings what the board has not got of an image, in pieces, and has it tried. The refusal's reason, or undefined. */
	async send(image: TestImage, piece = 3000): Promise<string | undefined> {
		const begun = this.updates.begin(image.header);
		if (!begun.ok) return begun.error;
		for (let at = begun.value; at < image.firmware.length; at += piece) {
			const bytes = image.firmware.subarray(at, at + piece);
			const taken = this.updates.take(at, bytes.length);
			if (!taken.ok) return taken.error;
			const isKept = taken.value.write(bytes);
			taken.value.end();
			if (!isKept) return 'flash';
		}
		return this.switchOver();
	}

	async switchOver(): Promise<string | undefined> {
		const outcome = this.updates.switchOver();
		let settled: string | undefined | null = null;
		outcome.then(
			result => {
				settled = result.ok ? undefined : result.error;
			},
			() => {},
		);
		for (let turn = 0; turn < 1000 && settled === null; turn++) await this.clock.advance(1);
		const result = await outcome;
		return result.ok ? undefined : result.error;
	}

	/** Time passes until the board restarts, which it then does. False: it does not, for an hour. */
	async restarts(limit = 3_600_000): Promise<boolean> {
		const end = this.clock.now() + limit;
		while (this.restartedBy === undefined && this.clock.now() < end) await this.clock.advance(5_000);
		if (this.restartedBy === undefined) return false;
		this.updates.close();
		this.boot();
		return true;
	}

	/** What the journal says of updates, oldest first. */
	notes(): readonly string[] {
		return this.journal
			.latest(64)
			.map(({ verdict, result }) => `${verdict}: ${result}`)
			.reverse();
	}

	/** Settings as a firmware of a later generation would write them. */
	writeLaterSettings(): void {
		const copies = new TwoCopies(this.store, 'settings');
		copies.read();
		copies.write(bytesOf(JSON.stringify({ version: 99, strict: 'in some later way' })));
	}
}

function nothing(): void {}
