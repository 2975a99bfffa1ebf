import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../src/settings/schema.js';
import { imageOf } from '../support/image.js';
import { PowerCut, UpdateBoard } from './update-board.js';

const OLD = '1.0.0';
const NEW = imageOf({ octets: 6_000 });
const LATER = imageOf({ version: '1.2.0', octets: 5_000 });
const SLOT = 8 * 1024;

/** A board with settings of its own that has started and was cut off never. */
function freshBoard(): UpdateBoard {
	const board = new UpdateBoard(SLOT);
	board.boot();
	board.settings.change({ strict: true });
	return board;
}

/** The firmware that runs is whole: what the slot has is one image or the other. */
function bootsWhole(board: UpdateBoard): void {
	expect([OLD, '1.1.0']).toContain(board.version);
	if (board.version === OLD) return;
	const octets = new Uint8Array(NEW.firmware.length);
	board.runningSlot(octets);
	expect(octets).toEqual(NEW.firmware);
}

/** From the image's first octet to the end of its trial, which it passes or not. */
async function update(board: UpdateBoard, fares: 'well' | 'ill'): Promise<void> {
	const refused = await board.send(NEW, 2_500);
	if (refused !== undefined) throw new Error(refused);
	await board.restarts();
	if (fares === 'well') {
		await board.clock.advance(70_000);
		return;
	}
	board.writeLaterSettings();
	board.attached = false;
	await board.restarts();
	board.attached = true;
}

/** Does it, until the supply is cut; then the power is back, and the board starts. False: it was not cut. */
async function untilCut(board: UpdateBoard, task: () => Promise<void>): Promise<boolean> {
	let wasCut = false;
	try {
		await task();
	} catch (error) {
		if (!(error instanceof PowerCut)) throw error;
		wasCut = true;
	}
	if (wasCut) board.powerReturns();
	return wasCut;
}

/** The power comes once more, and may be cut while the board starts; then it starts at last. */
async function bootAgain(board: UpdateBoard, cutAt?: number): Promise<void> {
	if (cutAt !== undefined) board.supply.cutAt = board.supply.steps + cutAt;
	if (await untilCut(board, async () => board.boot())) board.boot();
	board.supply.cutAt = undefined;
}

/** How many changes an update makes, all told. */
async function stepsOf(fares: 'well' | 'ill'): Promise<number> {
	const board = freshBoard();
	const before = board.supply.steps;
	await update(board, fares);
	return board.supply.steps - before;
}

/** Once the trial is over the board takes the next image, whatever happened before. */
async function takesLater(board: UpdateBoard): Promise<void> {
	await board.clock.advance(70_000);
	expect(await board.send(LATER)).toBeUndefined();
	await board.restarts();
	expect(board.version).toBe('1.2.0');
	await board.clock.advance(70_000);
	expect(board.slots.isOnTrial).toBe(false);
}

describe('the power cut at every step of an update', () => {
	test('leaves the old image or the new one, which then takes a later one', async () => {
		const steps = await stepsOf('well');
		expect(steps).toBeGreaterThan(20);
		const versions = new Set<string>();
		for (let at = 1; at <= steps; at++) {
			const board = freshBoard();
			board.supply.cutAt = board.supply.steps + at;
			expect(await untilCut(board, () => update(board, 'well'))).toBe(true);
			await bootAgain(board);
			bootsWhole(board);
			versions.add(board.version);
			expect(board.settings.current).toEqual({ ...DEFAULTS, strict: true });
			await takesLater(board);
			expect(board.settings.current).toEqual({ ...DEFAULTS, strict: true });
		}
		expect(versions).toEqual(new Set([OLD, '1.1.0']));
	});

	test('of one that fails leaves the old image, with its own settings', async () => {
		const steps = await stepsOf('ill');
		for (let at = 1; at <= steps; at++) {
			const board = freshBoard();
			board.supply.cutAt = board.supply.steps + at;
			expect(await untilCut(board, () => update(board, 'ill'))).toBe(true);
			board.attached = true;
			await bootAgain(board);
			bootsWhole(board);
			if (board.slots.isOnTrial) {
				board.writeLaterSettings();
				await bootAgain(board);
			}
			expect([board.version, board.slots.isOnTrial]).toEqual([OLD, false]);
			expect(board.settings.current).toEqual({ ...DEFAULTS, strict: true });
			await takesLater(board);
		}
	});

	test('and again while the board starts leaves a board that starts', async () => {
		const steps = await stepsOf('ill');
		for (let at = 1; at <= steps; at++) {
			for (const second of [1, 2, 3, 4, 5]) {
				const board = freshBoard();
				board.supply.cutAt = board.supply.steps + at;
				await untilCut(board, () => update(board, 'ill'));
				board.attached = true;
				await bootAgain(board, second);
				bootsWhole(board);
				if (board.slots.isOnTrial) {
					board.writeLaterSettings();
					await bootAgain(board, second);
				}
				expect([board.version, board.slots.isOnTrial]).toEqual([OLD, false]);
				expect(board.settings.current).toEqual({ ...DEFAULTS, strict: true });
			}
		}
	});
});

test('an image that is cut off in its middle goes on near there', async () => {
	const steps = await stepsOf('well');
	let least = Number.POSITIVE_INFINITY;
	for (let at = 1; at <= steps; at++) {
		const board = freshBoard();
		board.supply.cutAt = board.supply.steps + at;
		await untilCut(board, () => update(board, 'well'));
		await bootAgain(board);
		const { state, received } = board.updates.status;
		if (state === 'receiving' && received > 0) least = Math.min(least, received);
		if (state === 'ready') expect(received).toBe(NEW.firmware.length);
	}
	expect(least).toBe(4096);
});
