import { describe, expect, test } from 'vitest';
import { type SlotDriver, SlotUpdater } from '../../hosts/esp32/slot-updater.js';
import { bytesOf, textOf } from '../../src/base/text.js';

const SIZE = 65_536;
const SECTOR = 4096;

/** What `native-slots.c` does, without the flash: what is written keeps only the ones that were ones. */
class FakeSlots implements SlotDriver {
	readonly flash = new Uint8Array(SIZE);
	readonly log: string[] = [];
	onTrial = false;
	failed = false;
	refuses = false;

	slotSize(): number {
		return SIZE;
	}

	runningSlot(): number {
		return 1;
	}

	isSlotOnTrial(): boolean {
		return this.onTrial;
	}

	hasSlotFailed(): boolean {
		return this.failed;
	}

	forgetSlot(): void {
		this.failed = false;
		this.log.push('forget');
	}

	eraseSector(offset: number): boolean {
		if (this.refuses) return false;
		this.flash.fill(0xff, offset, offset + SECTOR);
		this.log.push(`erase ${offset}`);
		return true;
	}

	writeSlot(offset: number, bytes: Uint8Array): boolean {
		if (this.refuses) return false;
		bytes.forEach((octet, at) => {
			this.flash[offset + at]! &= octet;
		});
		return true;
	}

	readSlot(offset: number, into: Uint8Array): boolean {
		into.set(this.flash.subarray(offset, offset + into.length));
		return !this.refuses;
	}

	chooseSlot(): boolean {
		this.log.push('choose');
		return !this.refuses;
	}

	confirmSlot(): boolean {
		this.onTrial = false;
		return !this.refuses;
	}

	giveUpSlot(): void {
		this.log.push('give up');
	}
}

function slots() {
	const driver = new FakeSlots();
	const end = {
		keepNote: (why: string) => void driver.log.push(`note ${why}`),
		restart: () => void driver.log.push('restart'),
	};
	return { driver, updater: new SlotUpdater(driver, end) };
}

describe('the slots of the device', () => {
	test('are told by size and number', () => {
		const { updater } = slots();
		expect([updater.capacity, updater.running, updater.isOnTrial, updater.hasFailed]).toEqual([SIZE, 1, false, false]);
	});

	test('take an image in order, each sector erased before its first octets', () => {
		const { driver, updater } = slots();
		const image = Uint8Array.from({ length: 9_000 }, (_, at) => at % 251);
		expect(updater.begin(0)).toBe(true);
		for (let at = 0; at < image.length; at += 1024) expect(updater.write(at, image.subarray(at, at + 1024))).toBe(true);
		const read = new Uint8Array(9_000);
		expect([updater.read(0, read), read]).toEqual([true, image]);
		expect(driver.log).toEqual(['forget', 'erase 0', 'erase 0', 'erase 4096', 'erase 8192']);
	});

	test('go on where an earlier life stopped, and leave alone what is there', () => {
		const { driver, updater } = slots();
		driver.flash.set(bytesOf('begin'));
		expect([updater.begin(SECTOR), updater.write(SECTOR, bytesOf('next'))]).toEqual([true, true]);
		const read = new Uint8Array(5);
		updater.read(0, read);
		expect([textOf(read), driver.log]).toEqual(['begin', ['forget', 'erase 4096']]);
	});

	test('forget that the last image failed once the next one comes', () => {
		const { driver, updater } = slots();
		driver.failed = true;
		expect(updater.hasFailed).toBe(true);
		updater.begin(0);
		expect(updater.hasFailed).toBe(false);
	});

	test.each([
		['more than a block', 0, 1025],
		['across a sector', 3584, 1024],
		['behind the end', SIZE, 1],
		['over the end', SIZE - 512, 1024],
	])('refuse octets %s, and touch nothing', (_, offset, length) => {
		const { driver, updater } = slots();
		expect(updater.write(offset, new Uint8Array(length))).toBe(false);
		expect(driver.log).toEqual([]);
	});

	test('take no octets, and the last ones of an image of any length', () => {
		const { updater } = slots();
		expect([updater.write(0, new Uint8Array(0)), updater.write(0, new Uint8Array(7))]).toEqual([true, true]);
		expect([updater.read(SIZE - 4, new Uint8Array(4)), updater.read(SIZE - 4, new Uint8Array(5))]).toEqual([
			true,
			false,
		]);
	});

	test('begin only at a sector', () => {
		const { driver, updater } = slots();
		expect([updater.begin(100), updater.begin(SIZE + SECTOR), driver.log]).toEqual([false, false, []]);
	});

	test('are not touched while the running image is on trial, until it is confirmed', () => {
		const { driver, updater } = slots();
		driver.onTrial = true;
		expect([updater.isOnTrial, updater.begin(0), updater.write(0, bytesOf('x')), updater.activate()]).toEqual([
			true,
			false,
			false,
			false,
		]);
		expect(driver.log).toEqual([]);
		expect([updater.confirm(), updater.isOnTrial, updater.begin(0)]).toEqual([true, false, true]);
	});

	test('say so where the flash refuses', () => {
		const { driver, updater } = slots();
		driver.refuses = true;
		expect([
			updater.begin(0),
			updater.write(0, bytesOf('x')),
			updater.write(1, bytesOf('x')),
			updater.read(0, new Uint8Array(1)),
			updater.activate(),
			updater.confirm(),
		]).toEqual([false, false, false, false, false, false]);
	});

	test('leave a note of why before each restart', () => {
		const { driver, updater } = slots();
		updater.activate();
		updater.restart('update to 1.2.0');
		updater.rollBack('no module within 10 minutes');
		expect(driver.log).toEqual([
			'choose',
			'note update to 1.2.0',
			'restart',
			'note no module within 10 minutes',
			'give up',
		]);
	});
});
