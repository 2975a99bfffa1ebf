import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from '../../src/access/key-ring.js';
import { hexOf } from '../../src/base/hex.js';
import { failure, type Result, success } from '../../src/base/result.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { Digest } from '../../src/ports/digest.js';
import { MAX_COUNTER } from '../../src/sms/digest-v2.js';
import { FileStore } from './file-store.js';
import { codeOf, reasonOf } from './system-error.js';

/** A record's name has 15 characters. */
const PREFIX = 'sign_';
const NAME_LENGTH = 15;
/** How long another process may hold the lock, and how often it is tried [ms]. */
const LOCK_MS = 2000;
const TRY_MS = 20;
/** A lock this old was left behind [ms]. */
const STALE_MS = 10_000;

/**
 * The counters of digest version 2 that this user signed with, one record a key, kept in the state directory by the key's
 * fingerprint: a key file that moves goes on where it was.
 */
export class RequestCounter {
	readonly #directory: string;
	readonly #digest: Digest;

	constructor(directory: string, digest: Digest) {
		this.#directory = directory;
		this.#digest = digest;
	}

	/**
	 * The counter for the next request: the larger of the time in seconds and the last one plus one, or `wanted`, whatever
	 * the last was. It is stored before this returns. The error is one line for the user.
	 */
	next(key: Uint8Array, unixSeconds: number, wanted?: number): Result<number> {
		const store = FileStore.open(this.#directory);
		if (!store.ok) return store;
		const name = (PREFIX + hexOf(fingerprintOf(key, this.#digest)).toLowerCase()).slice(0, NAME_LENGTH);
		const lock = join(this.#directory, `${name}.lock`);
		const locked = acquire(lock);
		if (!locked.ok) return locked;
		try {
			const last = lastOf(store.value.read(name));
			const counter = wanted ?? Math.max(Math.floor(unixSeconds), last + 1);
			if (counter > MAX_COUNTER) return failure('the counters of this key are used up: make a new key');
			if (counter > last && !store.value.write(name, bytesOf(String(counter)))) {
				return failure(`cannot keep the counter in ${this.#directory}`);
			}
			return success(counter);
		} finally {
			rmdirSync(lock);
		}
	}
}

function lastOf(record: Uint8Array | undefined): number {
	const text = record === undefined ? '' : textOf(record);
	return /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
}

/** Two requests that are signed at the same moment must not get the same counter: making a directory succeeds once. */
function acquire(lock: string): Result<void> {
	for (let waited = 0; ; waited += TRY_MS) {
		try {
			mkdirSync(lock);
			return success(undefined);
		} catch (error) {
			if (codeOf(error) !== 'EEXIST') return failure(`cannot lock ${lock}: ${reasonOf(error)}`);
			if (waited >= LOCK_MS) return failure(`${lock} is held by another process; remove it if there is none`);
		}
		if (isStale(lock)) remove(lock);
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_MS);
	}
}

function isStale(lock: string): boolean {
	const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
	return age > STALE_MS;
}

function remove(lock: string): void {
	try {
		rmdirSync(lock);
	} catch {
		// Its owner was quicker.
	}
}
