import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../src/settings/schema.js';
import { digest } from '../support/digest.js';
import { firmwareOf, imageOf, KEY } from '../support/image.js';
import { publicKey } from '../support/signature.js';
import { UpdateBoard } from './update-board.js';

function booted(...args: ConstructorParameters<typeof UpdateBoard>): UpdateBoard {
	const board = new UpdateBoard(...args);
	board.boot();
	return board;
}

/** A board whose new image has just started. */
async function onTrial(image = imageOf()): Promise<UpdateBoard> {
	const board = booted();
	expect(await board.send(image)).toBeUndefined();
	expect(await board.restarts()).toBe(true);
	return board;
}

describe('an image that comes in pieces', () => {
	test.each([1, 100, 1023, 1024, 1025, 4096, 9999, 10_000])('of %i octets is tried and stays', async piece => {
		const board = booted();
		expect(await board.send(imageOf(), piece)).toBeUndefined();
		expect(board.updates.status).toMatchObject({ state: 'switching', version: '1.1.0' });
		expect(await board.restarts(20_000)).toBe(true);
		expect(board.version).toBe('1.1.0');
		expect(board.updates.status.state).toBe('trial');
		await board.clock.advance(70_000);
		expect(board.updates.status).toEqual({
			state: 'idle',
			version: '',
			received: 0,
			size: 0,
			last: '1.1.0 passed its trial',
		});
		expect(board.slots.isOnTrial).toBe(false);
		expect(board.notes()).toEqual(['started: 1.1.0 on trial', 'passed: 1.1.0 passed its trial']);
		board.boot();
		expect([board.version, board.slots.isOnTrial]).toEqual(['1.1.0', false]);
	});

	test('goes on where it stopped, in the same life with the very octet', async () => {
		const board = booted();
		const { header, firmware } = imageOf();
		expect(board.updates.begin(header)).toEqual({ ok: true, value: 0 });
		const taken = board.updates.take(0, 5000);
		if (taken.ok) taken.value.write(firmware.subarray(0, 5000));
		if (taken.ok) taken.value.end();
		expect(board.updates.begin(header)).toEqual({ ok: true, value: 5000 });
		expect(board.updates.status).toMatchObject({ state: 'receiving', received: 5000, size: 10_000 });
	});

	test('goes on in the next life at a sector that is whole for sure', async () => {
		const board = booted();
		const { header, firmware } = imageOf();
		board.updates.begin(header);
		const taken = board.updates.take(0, 5000);
		if (taken.ok) taken.value.write(firmware.subarray(0, 5000));
		if (taken.ok) taken.value.end();
		board.boot();
		expect(board.updates.begin(header)).toEqual({ ok: true, value: 4096 });
		expect(await board.send(imageOf())).toBeUndefined();
		await board.restarts();
		expect(board.version).toBe('1.1.0');
	});

	test('gives way to another one', async () => {
		const board = booted();
		board.updates.begin(imageOf().header);
		const other = imageOf({ version: '1.2.0' });
		expect(await board.send(other)).toBeUndefined();
		await board.restarts();
		expect(board.version).toBe('1.2.0');
	});

	test('is forgotten on request, and then nothing is there to try', async () => {
		const board = booted();
		board.updates.begin(imageOf().header);
		expect(board.updates.giveUp()).toEqual({ ok: true, value: undefined });
		expect(board.updates.status.state).toBe('idle');
		expect(await board.switchOver()).toBe('nothing begun');
		board.boot();
		expect(board.updates.status.state).toBe('idle');
	});

	test.each([
		['before the image', () => 'nothing begun', 0, 10, false],
		['behind what is missing', () => 'offset', 1, 10, true],
		['beyond the end', () => 'offset', 0, 10_001, true],
	])('is refused %s', (_, reason, offset, count, begins) => {
		const board = booted();
		if (begins) board.updates.begin(imageOf().header);
		expect(board.updates.take(offset, count)).toEqual({ ok: false, error: reason() });
	});

	test('takes octets from one at a time', () => {
		const board = booted();
		board.updates.begin(imageOf().header);
		const first = board.updates.take(0, 10);
		expect(board.updates.take(0, 10)).toEqual({ ok: false, error: 'busy' });
		expect(board.updates.giveUp()).toEqual({ ok: false, error: 'busy' });
		if (first.ok) first.value.end();
		expect(board.updates.take(0, 10).ok).toBe(true);
	});

	test('is not tried before its last octet', async () => {
		const board = booted();
		const { header, firmware } = imageOf();
		board.updates.begin(header);
		const taken = board.updates.take(0, 9_999);
		if (taken.ok) taken.value.write(firmware.subarray(0, 9_999));
		if (taken.ok) taken.value.end();
		expect(await board.switchOver()).toBe('incomplete');
		expect(board.slots.running).toBe(0);
	});
});

describe('an image is refused, and the running one untouched:', () => {
	test.each([
		['another key', imageOf({ key: publicKey(2) }), 'signature'],
		['another board', imageOf({ target: 'other' }), 'target'],
		['older', imageOf({ version: '0.9.9' }), 'older'],
		['too large', imageOf({ octets: 16_385 }), 'too large'],
		['damaged on the way', { ...imageOf(), firmware: firmwareOf('1.1.0', 10_000).fill(0, 7_000, 7_001) }, 'damaged'],
		['another firmware of the same size', { ...imageOf(), firmware: firmwareOf('1.1.1', 10_000) }, 'damaged'],
		[
			'nothing that boots',
			(() => {
				const firmware = new Uint8Array(10_000);
				return { ...imageOf({ hash: digest.digest('SHA-256', firmware) }), firmware };
			})(),
			'not bootable',
		],
	])('%s', async (_, image, reason) => {
		const board = booted();
		expect(await board.send(image)).toBe(reason);
		expect(board.notes().at(-1)).toBe(`refused: ${reason}`);
		expect(board.updates.status.last).toBe(`refused: ${reason}`);
		expect(board.counters.value('OTA_REFUSED')).toBe(1);
		expect(await board.restarts(60_000)).toBe(false);
		board.boot();
		expect([board.version, board.slots.isOnTrial]).toEqual(['1.0.0', false]);
		expect(await board.send(imageOf())).toBeUndefined();
		await board.restarts();
		expect(board.version).toBe('1.1.0');
	});

	test('any, where the firmware has no key', async () => {
		const board = booted(undefined, '');
		expect(await board.send(imageOf())).toBe('no key');
		expect(board.updates.fetch('http://host/image')).toEqual({ ok: false, error: 'no key' });
	});

	test('any, while the running one is on trial', async () => {
		const board = await onTrial();
		expect(await board.send(imageOf({ version: '1.2.0' }))).toBe('on trial');
		expect(board.updates.giveUp()).toEqual({ ok: false, error: 'on trial' });
	});

	test('one that was older, unless its header permits it', async () => {
		const board = booted();
		expect(await board.send(imageOf({ version: '0.9.9', mayGoBack: true }))).toBeUndefined();
		await board.restarts();
		expect(board.version).toBe('0.9.9');
	});
});

describe('a new image on trial', () => {
	test.each([
		['does not attach to the module', 'attached', 'the module is not attached'],
		['does not bring its services up', 'up', 'a service does not come up'],
	] as const)('that %s is given up after ten minutes, and the old one is back', async (_, what, why) => {
		const board = await onTrial();
		board[what] = false;
		await board.clock.advance(590_000);
		expect(board.restartedBy).toBeUndefined();
		await board.clock.advance(20_000);
		expect(board.restartedBy).toBe(`update failed: ${why}`);
		expect(board.notes()).toContain(`rolled back: 1.1.0: ${why}`);
		board.boot();
		expect(board.version).toBe('1.0.0');
		expect(board.updates.status).toMatchObject({ state: 'ready', version: '1.1.0' });
		expect(board.updates.status.last).toBe('1.1.0 did not pass, 1.0.0 is back');
		expect(board.counters.value('OTA_ROLLED_BACK')).toBe(1);
	});

	test('that restarts, for whatever reason, is given up', async () => {
		const board = await onTrial();
		await board.clock.advance(30_000);
		board.boot();
		expect(board.version).toBe('1.0.0');
		expect(board.notes()).toEqual(['rolled back: 1.1.0 did not pass, 1.0.0 is back']);
	});

	test('waits for the network as long as it takes, and only its own time counts', async () => {
		const board = await onTrial();
		board.covered = false;
		board.up = false;
		await board.clock.advance(24 * 3_600_000);
		expect(board.updates.status.state).toBe('trial');
		board.covered = true;
		await board.clock.advance(500_000);
		board.up = true;
		await board.clock.advance(70_000);
		expect(board.slots.isOnTrial).toBe(false);
	});

	test('needs no network where no service does', async () => {
		const board = await onTrial();
		board.covered = false;
		await board.clock.advance(70_000);
		expect(board.slots.isOnTrial).toBe(false);
	});

	test('must work for a minute without a break', async () => {
		const board = await onTrial();
		for (let round = 0; round < 5; round++) {
			await board.clock.advance(50_000);
			board.attached = false;
			await board.clock.advance(10_000);
			board.attached = true;
		}
		expect(board.slots.isOnTrial).toBe(true);
		await board.clock.advance(70_000);
		expect(board.slots.isOnTrial).toBe(false);
	});

	test.each([
		['can read nothing in the store', (name: string) => name !== '', new Uint8Array(3)],
		['cannot read its settings', (name: string) => name.startsWith('settings'), new Uint8Array(3)],
		['looks for its settings elsewhere', (name: string) => name.startsWith('settings'), undefined],
	])('that %s is given up at once, whatever seems to work without', async (_, isUnread, instead) => {
		const board = booted();
		board.settings.change({ strict: true });
		await board.send(imageOf());
		const { records } = board.store;
		const before = { ...records };
		for (const name of Object.keys(records).filter(isUnread)) {
			if (instead === undefined) delete records[name];
			else records[name] = instead;
		}
		expect(await board.restarts(30_000)).toBe(true);
		expect([board.version, board.slots.isOnTrial]).toEqual(['1.1.0', true]);
		await board.clock.advance(10_000);
		expect(board.restartedBy).toBe('update failed: the store cannot be read');
		Object.assign(records, before);
		board.boot();
		expect([board.version, board.settings.current.strict]).toEqual(['1.0.0', true]);
	});

	test('passes where there were no settings to be read before it, too', async () => {
		const board = new UpdateBoard();
		board.store.records.settings_a = new Uint8Array(3);
		board.boot();
		await board.send(imageOf());
		await board.restarts(30_000);
		await board.clock.advance(70_000);
		expect(board.updates.status.last).toBe('1.1.0 passed its trial');
	});

	test('does not restart a board that was stopped between the switch and its restart', async () => {
		const board = booted();
		await board.send(imageOf());
		board.updates.close();
		await board.clock.advance(60_000);
		expect(board.restartedBy).toBeUndefined();
		board.boot();
		expect(board.version).toBe('1.1.0');
	});

	test('that was given up can be tried once more without being sent', async () => {
		const board = await onTrial();
		board.boot();
		expect(await board.switchOver()).toBeUndefined();
		await board.restarts();
		await board.clock.advance(70_000);
		expect([board.version, board.slots.isOnTrial]).toEqual(['1.1.0', false]);
	});
});

describe('the settings', () => {
	async function withSettings(): Promise<UpdateBoard> {
		const board = booted();
		board.settings.change({ strict: true });
		await board.send(imageOf());
		await board.restarts();
		return board;
	}

	test('that a later generation wrote on trial give way to those of before, where it fails', async () => {
		const board = await withSettings();
		board.writeLaterSettings();
		board.boot();
		expect([board.version, board.settings.current]).toEqual(['1.0.0', { ...DEFAULTS, strict: true }]);
		board.boot();
		expect(board.settings.current.strict).toBe(true);
	});

	test('of a later generation stay once it has passed', async () => {
		const board = await withSettings();
		board.writeLaterSettings();
		await board.clock.advance(70_000);
		const written = board.store.records.settings_b ?? board.store.records.settings_a;
		board.boot();
		expect(board.store.records.settings_b ?? board.store.records.settings_a).toEqual(written);
		expect(Object.keys(board.store.records)).not.toContain('pretrial_a');
	});

	test('of the same generation keep what was changed on trial: a right that was taken away does not come back', async () => {
		const board = await withSettings();
		board.settings.change({ strict: false, commandSequence: true });
		board.boot();
		expect(board.version).toBe('1.0.0');
		expect(board.settings.current).toEqual({ ...DEFAULTS, strict: false, commandSequence: true });
	});

	test('that were forgotten on trial are not brought back', async () => {
		const board = await withSettings();
		board.settings.forget();
		expect(Object.keys(board.store.records)).not.toContain('pretrial_a');
		board.writeLaterSettings();
		board.boot();
		expect(board.settings.current).toEqual(DEFAULTS);
	});
});

describe('a new key', () => {
	const newKey = publicKey(7);

	test('holds from the moment in which the image that brought it has passed', async () => {
		const board = await onTrial(imageOf({ newKey }));
		await board.clock.advance(70_000);
		expect(await board.send(imageOf({ version: '1.2.0' }))).toBe('signature');
		expect(await board.send(imageOf({ version: '1.2.0', key: newKey }))).toBeUndefined();
	});

	test('that the store refuses at first holds from the next start on', async () => {
		const board = await onTrial(imageOf({ newKey }));
		board.store.tear = 10;
		await board.clock.advance(70_000);
		expect(board.slots.isOnTrial).toBe(false);
		board.store.tear = undefined;
		board.boot();
		expect(board.version).toBe('1.1.0');
		expect(await board.send(imageOf({ version: '1.2.0' }))).toBe('signature');
		expect(await board.send(imageOf({ version: '1.2.0', key: newKey }))).toBeUndefined();
	});

	test('does not come from an image that failed', async () => {
		const board = await onTrial(imageOf({ newKey }));
		board.boot();
		expect(await board.send(imageOf({ version: '1.2.0', key: newKey }))).toBe('signature');
		expect(await board.send(imageOf({ version: '1.2.0', key: KEY }))).toBeUndefined();
	});
});

describe('where the hardware refuses', () => {
	/** The real one again once `task` is over. */
	async function without<Name extends 'write' | 'read' | 'begin' | 'confirm'>(
		board: UpdateBoard,
		name: Name,
		task: () => Promise<unknown>,
	): Promise<void> {
		const slots = board.slots as { -readonly [key in Name]: unknown };
		slots[name] = () => false;
		await task();
		delete (slots as { [key in Name]?: unknown })[name];
	}

	test.each(['begin', 'write', 'read'] as const)(
		'to %s, the flash is named, and another try can succeed',
		async name => {
			const board = booted();
			await without(board, name, async () => expect(await board.send(imageOf())).toBe('flash'));
			expect(board.version).toBe('1.0.0');
			expect(await board.send(imageOf())).toBeUndefined();
			await board.restarts();
			expect(board.version).toBe('1.1.0');
		},
	);

	test('to write in the middle, the image goes on at a sector that is whole for sure', async () => {
		const board = booted();
		const { header, firmware } = imageOf();
		board.updates.begin(header);
		const taken = board.updates.take(0, 10_000);
		if (!taken.ok) throw new Error(taken.error);
		expect(taken.value.write(firmware.subarray(0, 6_000))).toBe(true);
		await without(board, 'write', async () => expect(taken.value.write(firmware.subarray(6_000, 8_000))).toBe(false));
		taken.value.end();
		expect(board.updates.status).toMatchObject({ state: 'receiving', received: 4096 });
		expect(await board.send(imageOf())).toBeUndefined();
	});

	test('to confirm, the image stays on trial until it can be', async () => {
		const board = await onTrial();
		await without(board, 'confirm', async () => {
			await board.clock.advance(300_000);
			expect(board.updates.status.state).toBe('trial');
		});
		await board.clock.advance(70_000);
		expect(board.slots.isOnTrial).toBe(false);
	});

	test('to store, nothing is begun and the running image stays', async () => {
		const board = booted();
		board.store.tear = 10;
		expect(await board.send(imageOf())).toBe('store');
		board.store.tear = undefined;
		expect(board.updates.status.state).toBe('idle');
		expect(await board.send(imageOf())).toBeUndefined();
	});
});

test('a firmware with any of its octets changed is refused', async () => {
	const board = booted();
	const image = imageOf({ octets: 120 });
	for (let at = 0; at < image.firmware.length; at++) {
		const firmware = image.firmware.slice();
		firmware[at]! ^= 1 << (at % 8);
		expect(await board.send({ ...image, firmware })).toBe('damaged');
	}
	expect(await board.send(image)).toBeUndefined();
});
