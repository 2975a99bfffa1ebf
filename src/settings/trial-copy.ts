import type { Store } from '../ports/store.js';
import { documentOf, VERSION, versionOf } from './migrations.js';
import { TwoCopies } from './two-copies.js';

const SETTINGS = 'settings';
const KEPT = 'pretrial';

/**
 * Keeps a copy of the settings before another firmware is tried, which may write them in a way that this one cannot read. False: the
 * store refused. Without stored settings there is nothing to keep.
 */
export function keepForTrial(store: Store): boolean {
	const newest = new TwoCopies(store, SETTINGS).read()[0];
	if (!dropKept(store)) return false;
	return newest === undefined || new TwoCopies(store, KEPT).write(newest);
}

/**
 * After a trial that failed: where the firmware that was tried left settings of a version that this one does not know, those from before
 * the trial come back, and true is returned. Settings of a known version stay, with what was changed during the trial: an entry that
 * somebody took off a list must not come back.
 *
 * A power cut on the way changes nothing: the copy is still there at the next start.
 */
export function returnToKept(store: Store): boolean {
	const settings = new TwoCopies(store, SETTINGS);
	const newest = settings.read()[0];
	const document = newest && documentOf(newest);
	if (document === undefined || versionOf(document) <= VERSION) return false;
	const kept = new TwoCopies(store, KEPT).read()[0];
	return kept !== undefined && settings.write(kept);
}

/** There were settings before the trial, and nobody has forgotten them since. */
export function hasKept(store: Store): boolean {
	return new TwoCopies(store, KEPT).read().length > 0;
}

/** The trial is over, one way or the other. False: the store did not let go of the copy. */
export function dropKept(store: Store): boolean {
	return new TwoCopies(store, KEPT).erase();
}
