import { equalInConstantTime } from '../base/constant-time.js';
import { bytesOfHex, hexOf } from '../base/hex.js';
import { hmacSha256 } from '../base/hmac.js';
import { bytesOf } from '../base/text.js';
import type { Digest } from '../ports/digest.js';
import type { Entropy } from '../ports/entropy.js';
import type { Admission, AdmissionStep } from './admission.js';
import { type Key, keyOf, parseKey } from './key-ring.js';

/** The board's first line (security.md, "TCP challenge-response"). */
export interface Challenge {
	/** 15 digits. */
	readonly imei: string;
	/** 16 octets, never used before. */
	readonly nonce: Uint8Array;
}

/** The requester's line. */
export interface ChallengeResponse {
	/** 1–4 on this board; 0–255 in the line. */
	readonly keyId: number;
	/** 16 octets of the requester's own. */
	readonly nonce: Uint8Array;
	/** 32 octets. */
	readonly tag: Uint8Array;
}

/** Octets of a nonce. */
export const NONCE_LENGTH = 16;
/** Empty lines before the response that are passed over. */
const BLANKS = 3;
const REFUSED: AdmissionStep = Object.freeze({ say: '', state: 'refused' });
const ASKING: AdmissionStep = Object.freeze({ say: '', state: 'asking' });
/** Used in place of a key that is not there, so that an unknown id costs the same work as a wrong tag. */
const NO_KEY = '00'.repeat(32);

// Lines have no line end here. Digits of hexadecimal are written in upper case and read in either.

export function formatChallenge({ imei, nonce }: Challenge): string {
	return `#ATRUN: CHALLENGE,${imei},${hexOf(nonce)}`;
}

/** Undefined where it is not exactly such a line. */
export function parseChallenge(line: string): Challenge | undefined {
	const found = /^#ATRUN: CHALLENGE,([0-9]{15}),([0-9A-Fa-f]{32})$/.exec(line);
	return found === null ? undefined : { imei: found[1]!, nonce: bytesOfHex(found[2]!)! };
}

export function formatResponse({ keyId, nonce, tag }: ChallengeResponse): string {
	return `#ATRUN: RESPONSE,${keyId},${hexOf(nonce)},${hexOf(tag)}`;
}

/** Undefined where it is not exactly such a line. */
export function parseResponse(line: string): ChallengeResponse | undefined {
	const found = /^#ATRUN: RESPONSE,(0|[1-9][0-9]{0,2}),([0-9A-Fa-f]{32}),([0-9A-Fa-f]{64})$/.exec(line);
	if (found === null || Number(found[1]) > 255) return undefined;
	return { keyId: Number(found[1]), nonce: bytesOfHex(found[2]!)!, tag: bytesOfHex(found[3]!)! };
}

export function formatProof(tag: Uint8Array): string {
	return `#ATRUN: PROOF,${hexOf(tag)}`;
}

/** The tag, 32 octets; undefined where it is not exactly such a line. */
export function parseProof(line: string): Uint8Array | undefined {
	const found = /^#ATRUN: PROOF,([0-9A-Fa-f]{64})$/.exec(line);
	return found === null ? undefined : bytesOfHex(found[1]!);
}

/** What proves the requester: 32 octets. `key`: 32 octets, `imei`: 15 digits, nonces: 16 octets. */
export function requesterTag(
	digest: Digest,
	key: Uint8Array,
	imei: string,
	boardNonce: Uint8Array,
	requesterNonce: Uint8Array,
): Uint8Array {
	return hmacSha256(digest, key, bytesOf('atrun-requester'), bytesOf(imei), boardNonce, requesterNonce);
}

/** What proves the board, over the same fields. The label keeps one side's tag from passing as the other's. */
export function boardTag(
	digest: Digest,
	key: Uint8Array,
	imei: string,
	boardNonce: Uint8Array,
	requesterNonce: Uint8Array,
): Uint8Array {
	return hmacSha256(digest, key, bytesOf('atrun-board'), bytesOf(imei), boardNonce, requesterNonce);
}

export interface BoardChallengeOptions {
	readonly digest: Digest;
	readonly entropy: Entropy;
	/** 15 digits; with anything else, as when the module has not told its IMEI yet, `begin` refuses. */
	readonly imei: string;
	readonly keys: readonly Key[];
}

/**
 * The board's side. Its nonce is good for one response; up to 3 empty lines before that are passed over. Anything else than
 * the right response is refused without a word, and an unknown key id costs the same work as a wrong tag.
 */
export class BoardChallenge implements Admission {
	readonly #options: BoardChallengeOptions;
	/** Of the challenge that waits for its response. */
	#nonce: Uint8Array | undefined;
	#blanks = 0;

	constructor(options: BoardChallengeOptions) {
		this.#options = options;
	}

	begin(): AdmissionStep {
		const { entropy, imei } = this.#options;
		if (!/^[0-9]{15}$/.test(imei)) return REFUSED;
		this.#nonce = new Uint8Array(NONCE_LENGTH);
		entropy.fill(this.#nonce);
		return { say: `${formatChallenge({ imei, nonce: this.#nonce })}\r\n`, state: 'asking' };
	}

	line(text: string): AdmissionStep {
		const nonce = this.#nonce;
		if (nonce === undefined) return REFUSED;
		if (text.trim() === '' && this.#blanks < BLANKS) {
			this.#blanks++;
			return ASKING;
		}
		this.#nonce = undefined;
		const response = parseResponse(text);
		return response === undefined ? REFUSED : this.#judge(nonce, response);
	}

	#judge(nonce: Uint8Array, response: ChallengeResponse): AdmissionStep {
		const { digest, imei, keys } = this.#options;
		const known = keyOf(keys, response.keyId);
		const key = known ?? parseKey(NO_KEY)!;
		const fits = equalInConstantTime(response.tag, requesterTag(digest, key, imei, nonce, response.nonce));
		const reflected = equalInConstantTime(response.nonce, nonce);
		if (!fits || reflected || known === undefined) return REFUSED;
		const proof = formatProof(boardTag(digest, key, imei, nonce, response.nonce));
		return {
			say: `${proof}\r\nLogin successful.\r\n`,
			state: 'admitted',
			identity: { kind: 'tcp-response', name: `key ${response.keyId}`, index: response.keyId },
		};
	}
}

export interface RequesterChallengeOptions {
	readonly digest: Digest;
	readonly entropy: Entropy;
	readonly keyId: number;
	/** 32 octets. */
	readonly key: Uint8Array;
	/** Of the board that is meant. Without it any board that has the key will do. */
	readonly imei?: string | undefined;
}

/** `wrong-imei`: another board than the one meant. `bad-proof`: it does not have the key. */
export type RequesterState = 'asking' | 'proved' | 'wrong-imei' | 'bad-proof';

export interface RequesterStep {
	/** To send, with its line end; '' = nothing. */
	readonly say: string;
	readonly state: RequesterState;
}

/**
 * The requester's side. Lines before the challenge are passed over, empty ones after it too; the first other line after it
 * must be the proof, so that a host that just says `Login successful.` is found out. It answers one challenge only. Who owns
 * it limits the time.
 */
export class RequesterChallenge {
	readonly #options: RequesterChallengeOptions;
	#state: RequesterState = 'asking';
	#imei: string | undefined;
	/** The tag that only the board can make, once the challenge was answered. */
	#expected: Uint8Array | undefined;

	constructor(options: RequesterChallengeOptions) {
		this.#options = options;
	}

	/** The IMEI that the board claims; true once the state is `proved`. Undefined: no challenge came yet. */
	get imei(): string | undefined {
		return this.#imei;
	}

	/** Takes the next line of the board, without its line end. */
	answer(line: string): RequesterStep {
		if (this.#state !== 'asking' || line.trim() === '') return { say: '', state: this.#state };
		if (this.#expected !== undefined) {
			const proof = parseProof(line);
			this.#state = proof !== undefined && equalInConstantTime(proof, this.#expected) ? 'proved' : 'bad-proof';
			return { say: '', state: this.#state };
		}
		const challenge = parseChallenge(line);
		return { say: challenge === undefined ? '' : this.#respond(challenge), state: this.#state };
	}

	/** The response to send; '' where it is another board. */
	#respond({ imei, nonce }: Challenge): string {
		const { digest, entropy, keyId, key, imei: meant } = this.#options;
		this.#imei = imei;
		if (meant !== undefined && meant !== imei) {
			this.#state = 'wrong-imei';
			return '';
		}
		const own = new Uint8Array(NONCE_LENGTH);
		entropy.fill(own);
		this.#expected = boardTag(digest, key, imei, nonce, own);
		const tag = requesterTag(digest, key, imei, nonce, own);
		return `${formatResponse({ keyId, nonce: own, tag })}\r\n`;
	}
}
