import { createDesk, type Desk, type DeskOptions } from '../../hosts/simulator/desk.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { countingEntropy, digest } from '../support/digest.js';
import { CHARGED, type Share } from './case.js';

/** A whole board, ready made, on a virtual clock; only what the co-processor does is charged. */
export interface BootedBoard {
	readonly clock: VirtualClock;
	readonly desk: Desk;
	/** From the start of the co-processor until its services were up [ms]. */
	readonly upAfter: number;
}

const MINUTE = 60_000;

/** Boots a board until its services are up. `more` may need the board's clock. */
export async function bootedBoard(
	share: Share,
	more: (clock: VirtualClock) => Partial<DeskOptions> = () => ({}),
): Promise<BootedBoard> {
	const clock = new VirtualClock();
	const desk = createDesk({
		clock,
		coprocessorClock: clock.ownedBy('coprocessor'),
		settings: new MemoryStore(),
		digest,
		entropy: countingEntropy(),
		readyMade: true,
		powered: true,
		...more(clock),
	});
	// The virtual module has booted and waits for its first line: the rest is the co-processor's, but for the module's DLCIs.
	await clock.advance(15_000);
	share.baseline();
	clock.onStep = (owner, run) => {
		share.switchTo(owner);
		run();
	};
	// Whoever looks whether the time has come is not the co-processor.
	clock.onSettled = () => share.switchTo('observer');
	const start = clock.now();
	share.switchTo(CHARGED);
	desk.start();
	await clock.until(() => desk.coprocessor.isUp, 2 * MINUTE, 'the board with its services');
	const upAfter = clock.now() - start;
	share.sample();
	return { clock, desk, upAfter };
}
