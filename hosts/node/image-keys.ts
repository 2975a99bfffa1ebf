import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hexOf } from '../../src/base/hex.js';
import { failure, type Result, success } from '../../src/base/result.js';
import { KEY } from '../../src/update/image-header.js';
import { parsePublicKey } from '../../src/update/trusted-key.js';
import { reasonOf } from './system-error.js';

const CURVE = 'prime256v1';

/** A new key that signs images, as PEM (PKCS #8). A secret. */
export function makeSigningKey(): string {
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVE });
	return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key in this PEM file. The error is one line for the user. */
export function signingKeyFrom(path: string): Result<KeyObject> {
	let key: KeyObject;
	try {
		key = createPrivateKey(readFileSync(path));
	} catch (error) {
		const isRead = error instanceof Error && !('syscall' in error);
		return failure(isRead ? `${path} has no private key in PEM` : `cannot read ${path}: ${reasonOf(error)}`);
	}
	if (key.asymmetricKeyDetails?.namedCurve !== CURVE)
		return failure(`the key in ${path} is not one of the curve P-256`);
	return success(key);
}

/** X and Y of the public key that belongs to it. */
export function publicKeyOf(key: KeyObject): Uint8Array {
	const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
	const octets = new Uint8Array(KEY);
	octets.set(Buffer.from(x, 'base64url'));
	octets.set(Buffer.from(y, 'base64url'), KEY / 2);
	return octets;
}

/** The public key in a file: 128 hexadecimal digits, or the PEM of the private key that it belongs to. */
export function publicKeyFrom(path: string): Result<Uint8Array> {
	try {
		const key = parsePublicKey(readFileSync(path, 'latin1').trim());
		if (key !== undefined) return success(key);
	} catch (error) {
		return failure(`cannot read ${path}: ${reasonOf(error)}`);
	}
	const key = signingKeyFrom(path);
	return key.ok
		? success(publicKeyOf(key.value))
		: failure(`${path} has neither 128 hexadecimal digits nor a private key`);
}

/** As `UPDATE_KEY` of a firmware has it. */
export function textOfPublicKey(key: Uint8Array): string {
	return hexOf(key).toLowerCase();
}

/** r and s of an ECDSA signature over the SHA-256 of these octets. */
export function signOctets(key: KeyObject, octets: Uint8Array): Uint8Array {
	return new Uint8Array(sign('sha256', octets, { key, dsaEncoding: 'ieee-p1363' }));
}
