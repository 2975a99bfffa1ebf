import { equalInConstantTime } from '../base/constant-time.js';
import { bytesOfHex, hexOf } from '../base/hex.js';
import { bytesOf } from '../base/text.js';
import type { Digest } from '../ports/digest.js';
import type { Entropy } from '../ports/entropy.js';

/** A TCP user as it is stored: the password only as a salted hash, both in hexadecimal. */
export interface User {
	readonly name: string;
	readonly salt: string;
	readonly hash: string;
}

const SALT = 16;
/** Enough to make a stolen settings copy costly, few enough for an ESP32 to log in within a fraction of a second. */
const ROUNDS = 64;
/** Hashed in place of an unknown user's, so that an unknown name takes as long as a wrong password: sizes are the same too. */
const NOBODY: User = Object.freeze({ name: '', salt: '00'.repeat(SALT), hash: '00'.repeat(32) });

/** A user with a fresh salt. */
export function makeUser(name: string, password: string, digest: Digest, entropy: Entropy): User {
	const salt = new Uint8Array(SALT);
	entropy.fill(salt);
	return { name, salt: hexOf(salt), hash: hexOf(hashOf(password, salt, digest)) };
}

/** Whether this pair may log in. Takes the same time for an unknown name and a wrong password. */
export function isUser(users: readonly User[], name: string, password: string, digest: Digest): boolean {
	const user = users.find(known => known.name === name) ?? NOBODY;
	const salt = bytesOfHex(user.salt) ?? new Uint8Array(0);
	const expected = bytesOfHex(user.hash) ?? new Uint8Array(0);
	return equalInConstantTime(hashOf(password, salt, digest), expected) && user !== NOBODY;
}

function hashOf(password: string, salt: Uint8Array, digest: Digest): Uint8Array {
	const secret = bytesOf(password);
	let hash: Uint8Array = salt;
	for (let round = 0; round < ROUNDS; round++) {
		const message = new Uint8Array(hash.length + secret.length);
		message.set(hash);
		message.set(secret, hash.length);
		hash = digest.digest('SHA-256', message);
	}
	return hash;
}
