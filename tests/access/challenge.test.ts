import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdmissionStep } from '../../src/access/admission.js';
import {
	BoardChallenge,
	boardTag,
	formatChallenge,
	formatProof,
	formatResponse,
	NONCE_LENGTH,
	parseChallenge,
	parseProof,
	parseResponse,
	RequesterChallenge,
	requesterTag,
} from '../../src/access/challenge.js';
import { bytesOfHex, hexOf } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';
import type { Digest } from '../../src/ports/digest.js';
import type { Entropy } from '../../src/ports/entropy.js';
import { countingEntropy, digest } from '../support/digest.js';

const octets = (hex: string) => bytesOfHex(hex)!;

// The worked example.
const IMEI = '356789012345678';
const KEY = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';
const BOARD_NONCE = '101112131415161718191A1B1C1D1E1F';
const REQUESTER_NONCE = 'A0A1A2A3A4A5A6A7A8A9AAABACADAEAF';
const REQUESTER_TAG = 'C91BBE4F41D38FE85B50CFA34824A5717B7047B6044930432E3CFCF2CFBE4959';
const BOARD_TAG = 'CD010F85D10348DBF5A8BA54253E94CDF9A0298F932E8A676DA45AE4A03F080F';
const CHALLENGE = `#ATRUN: CHALLENGE,${IMEI},${BOARD_NONCE}`;
const RESPONSE = `#ATRUN: RESPONSE,2,${REQUESTER_NONCE},${REQUESTER_TAG}`;
const PROOF = `#ATRUN: PROOF,${BOARD_TAG}`;

const OTHER_KEY = 'F0'.repeat(32);
const KEYS = [
	{ id: 1, hex: OTHER_KEY },
	{ id: 2, hex: KEY },
	{ id: 4, hex: 'damaged' },
];

/** Gives these octets out, and nothing twice. */
function fixed(hex: string): Entropy {
	const left = [...octets(hex)];
	return { fill: into => into.set(left.splice(0, into.length)) };
}

function board(keys = KEYS, from: Digest = digest): BoardChallenge {
	return new BoardChallenge({ digest: from, entropy: fixed(BOARD_NONCE), imei: IMEI, keys });
}

function requester(imei?: string): RequesterChallenge {
	return new RequesterChallenge({ digest, entropy: fixed(REQUESTER_NONCE), keyId: 2, key: octets(KEY), imei });
}

/** What the board says to a response after its challenge. */
function judge(response: string, keys = KEYS): AdmissionStep {
	const challenge = board(keys);
	challenge.begin();
	return challenge.line(response);
}

/** A response with a tag that is right for this key and these nonces. */
function respond(keyId: number, key: string, { board = BOARD_NONCE, own = REQUESTER_NONCE, imei = IMEI } = {}): string {
	const tag = requesterTag(digest, octets(key), imei, octets(board), octets(own));
	return formatResponse({ keyId, nonce: octets(own), tag });
}

describe('the lines of the challenge-response', () => {
	test('are as the worked example has them', () => {
		expect(NONCE_LENGTH).toBe(octets(BOARD_NONCE).length);
		expect(formatChallenge({ imei: IMEI, nonce: octets(BOARD_NONCE) })).toBe(CHALLENGE);
		expect(formatResponse({ keyId: 2, nonce: octets(REQUESTER_NONCE), tag: octets(REQUESTER_TAG) })).toBe(RESPONSE);
		expect(formatProof(octets(BOARD_TAG))).toBe(PROOF);
	});

	test('are read back, with hexadecimal of either case', () => {
		for (const change of [(hex: string) => hex, (hex: string) => hex.toLowerCase()]) {
			expect(parseChallenge(`#ATRUN: CHALLENGE,${IMEI},${change(BOARD_NONCE)}`)).toEqual({
				imei: IMEI,
				nonce: octets(BOARD_NONCE),
			});
			expect(parseResponse(`#ATRUN: RESPONSE,2,${change(REQUESTER_NONCE)},${change(REQUESTER_TAG)}`)).toEqual({
				keyId: 2,
				nonce: octets(REQUESTER_NONCE),
				tag: octets(REQUESTER_TAG),
			});
			expect(parseProof(`#ATRUN: PROOF,${change(BOARD_TAG)}`)).toEqual(octets(BOARD_TAG));
		}
	});

	test.each([0, 1, 9, 10, 99, 100, 255])('can have key id %i', keyId => {
		expect(parseResponse(`#ATRUN: RESPONSE,${keyId},${REQUESTER_NONCE},${REQUESTER_TAG}`)?.keyId).toBe(keyId);
	});

	test.each(['', '256', '999', '1000', '01', '00', '-1', '+1', ' 1', '1 ', '1.0', 'a'])('cannot have key id %j', id => {
		expect(parseResponse(`#ATRUN: RESPONSE,${id},${REQUESTER_NONCE},${REQUESTER_TAG}`)).toBeUndefined();
	});

	const PARSERS = [
		['challenge', parseChallenge, CHALLENGE],
		['response', parseResponse, RESPONSE],
		['proof', parseProof, PROOF],
	] as const;

	test.each(PARSERS)('as %s are none with any character deleted or doubled', (_, parse, line) => {
		expect(parse(line)).toBeDefined();
		for (let at = 0; at < line.length; at++) {
			expect(parse(line.slice(0, at) + line.slice(at + 1))).toBeUndefined();
			// A key id twice is another key id.
			if (at !== line.indexOf(',2,') + 1) expect(parse(line.slice(0, at) + line[at] + line.slice(at))).toBeUndefined();
		}
	});

	test.each(PARSERS)('as %s are none with any character made an X', (_, parse, line) => {
		for (let at = 0; at < line.length; at++) {
			expect(parse(`${line.slice(0, at)}X${line.slice(at + 1)}`)).toBeUndefined();
		}
	});

	test.each(PARSERS)('as %s are none with anything around them', (_, parse, line) => {
		for (const text of [
			` ${line}`,
			`${line} `,
			`${line}\r`,
			`${line}\n`,
			`${line}\n${line}`,
			`\0${line}`,
			`${line},`,
		]) {
			expect(parse(text)).toBeUndefined();
		}
		for (const text of ['', line.toLowerCase(), line + '0'.repeat(5000), '#ATRUN: ']) {
			expect(parse(text)).toBeUndefined();
		}
		for (const [, , other] of PARSERS) if (other !== line) expect(parse(other)).toBeUndefined();
	});
});

describe('the tags', () => {
	test('of the worked example are HMAC-SHA256 over label, IMEI, the nonce of the board and that of the requester', () => {
		for (const [tagOf, label, expected] of [
			[requesterTag, 'atrun-requester', REQUESTER_TAG],
			[boardTag, 'atrun-board', BOARD_TAG],
		] as const) {
			const message = octets(hexOf(bytesOf(label + IMEI)) + BOARD_NONCE + REQUESTER_NONCE);
			const tag = tagOf(digest, octets(KEY), IMEI, octets(BOARD_NONCE), octets(REQUESTER_NONCE));
			expect(hexOf(tag)).toBe(expected);
			expect(hexOf(hmac(sha256, octets(KEY), message))).toBe(expected);
		}
	});
});

describe('the board', () => {
	test('asks, and to the right response gives its proof and admits the key', () => {
		const challenge = board();
		expect(challenge.begin()).toEqual({ say: `${CHALLENGE}\r\n`, state: 'asking' });
		expect(challenge.line(RESPONSE)).toEqual({
			say: `${PROOF}\r\nLogin successful.\r\n`,
			state: 'admitted',
			identity: { kind: 'tcp-response', name: 'key 2', index: 2 },
		});
	});

	test('admits a response in lower-case hexadecimal', () => {
		const lower = `#ATRUN: RESPONSE,2,${REQUESTER_NONCE.toLowerCase()},${REQUESTER_TAG.toLowerCase()}`;
		expect(judge(lower).state).toBe('admitted');
	});

	test('admits each key under its own id', () => {
		expect(judge(respond(1, OTHER_KEY))).toMatchObject({ state: 'admitted', identity: { name: 'key 1', index: 1 } });
		expect(judge(respond(2, KEY))).toMatchObject({ state: 'admitted', identity: { name: 'key 2', index: 2 } });
	});

	const otherNonce = '00'.repeat(16);
	test.each<[string, string]>([
		['with the tag of another key', respond(2, OTHER_KEY)],
		['under the id of another key', respond(1, KEY)],
		['under an unknown id', respond(3, KEY)],
		['under an unknown id with a key of zeros', respond(3, '00'.repeat(32))],
		['under the id of a damaged key', respond(4, KEY)],
		['under the id of a damaged key with a key of zeros', respond(4, '00'.repeat(32))],
		['under an id out of range', respond(256, KEY)],
		['for another nonce of the board', respond(2, KEY, { board: otherNonce })],
		['for another board', respond(2, KEY, { imei: '356789012345679' })],
		['with a nonce that the tag is not for', RESPONSE.replace(REQUESTER_NONCE, otherNonce)],
		['with the nonce of the board as its own', respond(2, KEY, { own: BOARD_NONCE })],
		['with the tag of the board', RESPONSE.replace(REQUESTER_TAG, BOARD_TAG)],
		['that is the proof of the board', PROOF],
		['that is its own challenge', CHALLENGE],
		['that is cut', RESPONSE.slice(0, -1)],
		['with a blank in front', ` ${RESPONSE}`],
		['that is a user name', 'testuser'],
		['that is a command', 'AT+CSQ'],
		['of a thousand zeros', '0'.repeat(1000)],
	])('refuses without a word a response %s', (_, response) => {
		expect(judge(response)).toEqual({ say: '', state: 'refused' });
	});

	test('refuses a tag with any one bit wrong', () => {
		const tag = octets(REQUESTER_TAG);
		for (let at = 0; at < tag.length; at++) {
			const wrong = tag.slice();
			wrong[at]! ^= 1 << (at % 8);
			const response = formatResponse({ keyId: 2, nonce: octets(REQUESTER_NONCE), tag: wrong });
			expect(judge(response).state).toBe('refused');
		}
	});

	test('without a key refuses everyone', () => {
		for (const key of [KEY, '00'.repeat(32)]) expect(judge(respond(2, key), []).state).toBe('refused');
	});

	test('is over after the first response, right or wrong', () => {
		for (const first of [RESPONSE, 'nonsense', respond(3, KEY)]) {
			const challenge = board();
			challenge.begin();
			challenge.line(first);
			expect(challenge.line(RESPONSE)).toEqual({ say: '', state: 'refused' });
			expect(challenge.line('')).toEqual({ say: '', state: 'refused' });
		}
	});

	test('refuses a response before it has asked', () => {
		expect(board().line(RESPONSE)).toEqual({ say: '', state: 'refused' });
	});

	test('passes over 3 empty lines and refuses the 4th', () => {
		for (const [blanks, state] of [
			[['', '', ''], 'admitted'],
			[[' ', '\t', '\r'], 'admitted'],
			[['', '', '', ''], 'refused'],
		] as const) {
			const challenge = board();
			challenge.begin();
			for (const blank of blanks.slice(0, 3)) expect(challenge.line(blank)).toEqual({ say: '', state: 'asking' });
			for (const blank of blanks.slice(3)) expect(challenge.line(blank)).toEqual({ say: '', state: 'refused' });
			expect(challenge.line(RESPONSE).state).toBe(state);
		}
	});

	test.each(['', '35678901234567', '3567890123456789', '35678901234567a', '356789012345678\n'])(
		'with %j as its IMEI refuses at once',
		imei => {
			const challenge = new BoardChallenge({ digest, entropy: countingEntropy(), imei, keys: KEYS });
			expect(challenge.begin()).toEqual({ say: '', state: 'refused' });
			expect(challenge.line(RESPONSE)).toEqual({ say: '', state: 'refused' });
		},
	);

	test('has a fresh nonce for each connection', () => {
		const entropy = countingEntropy();
		const says = [1, 2, 3].map(() => new BoardChallenge({ digest, entropy, imei: IMEI, keys: KEYS }).begin().say);
		expect(new Set(says).size).toBe(3);
	});

	test('does the same work for an unknown key, a damaged one and a wrong tag', () => {
		const work = (response: string) => {
			const lengths: number[] = [];
			const challenge = board(KEYS, {
				...digest,
				digest: (algorithm, message) => {
					lengths.push(message.length);
					return digest.digest(algorithm, message);
				},
			});
			challenge.begin();
			expect(challenge.line(response).state).toBe('refused');
			return lengths;
		};
		const wrong = work(respond(2, OTHER_KEY));
		expect(wrong.length).toBe(2);
		expect(work(respond(3, KEY))).toEqual(wrong);
		expect(work(respond(4, KEY))).toEqual(wrong);
		expect(work(respond(2, KEY, { own: BOARD_NONCE }))).toEqual(wrong);
	});

	test('admits nobody whose line is not the right one, whatever it is', () => {
		const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(hexOf);
		const near = fc.tuple(fc.integer({ min: 0, max: 5 }), hex(16), hex(32));
		const line = fc.oneof(
			fc.string(),
			near.map(([id, nonce, tag]) => `#ATRUN: RESPONSE,${id},${nonce},${tag}`),
		);
		fc.assert(
			fc.property(line, text => {
				const step = judge(text);
				expect(step.say).toBe('');
				expect(step.state).toBe(text.trim() === '' ? 'asking' : 'refused');
			}),
			{ numRuns: 100 },
		);
	});
});

describe('the requester', () => {
	test('answers the challenge and knows the board by its proof', () => {
		const side = requester(IMEI);
		expect(side.imei).toBeUndefined();
		expect(side.answer(CHALLENGE)).toEqual({ say: `${RESPONSE}\r\n`, state: 'asking' });
		expect(side.imei).toBe(IMEI);
		expect(side.answer(PROOF)).toEqual({ say: '', state: 'proved' });
	});

	test('without an IMEI to expect takes any board that has the key, and tells which it is', () => {
		const side = requester();
		side.answer(CHALLENGE);
		expect(side.answer(PROOF).state).toBe('proved');
		expect(side.imei).toBe(IMEI);
	});

	test('says nothing to another board than the one meant', () => {
		const side = requester('356789012345679');
		expect(side.answer(CHALLENGE)).toEqual({ say: '', state: 'wrong-imei' });
		expect(side.answer(PROOF)).toEqual({ say: '', state: 'wrong-imei' });
	});

	test('passes over what comes before the challenge', () => {
		const side = requester();
		for (const line of ['', 'Welcome', PROOF, 'Login successful.', CHALLENGE.slice(0, -1)]) {
			expect(side.answer(line)).toEqual({ say: '', state: 'asking' });
		}
		expect(side.answer(CHALLENGE).say).toBe(`${RESPONSE}\r\n`);
	});

	test('passes over empty lines before the proof', () => {
		const side = requester();
		side.answer(CHALLENGE);
		expect(side.answer('')).toEqual({ say: '', state: 'asking' });
		expect(side.answer(PROOF).state).toBe('proved');
	});

	test.each<[string, string]>([
		['the login without a proof', 'Login successful.'],
		['a wrong proof', formatProof(octets(BOARD_TAG).fill(0, 31))],
		['a cut proof', PROOF.slice(0, -1)],
		['its own tag sent back', `#ATRUN: PROOF,${REQUESTER_TAG}`],
		['a second challenge', CHALLENGE],
		['its own response', RESPONSE],
	])('finds out a board that says %s', (_, line) => {
		const side = requester();
		side.answer(CHALLENGE);
		expect(side.answer(line)).toEqual({ say: '', state: 'bad-proof' });
		expect(side.answer(PROOF)).toEqual({ say: '', state: 'bad-proof' });
	});

	test('says nothing more once it is over', () => {
		const side = requester();
		side.answer(CHALLENGE);
		side.answer(PROOF);
		expect(side.answer('Login successful.')).toEqual({ say: '', state: 'proved' });
		expect(side.answer(CHALLENGE)).toEqual({ say: '', state: 'proved' });
	});
});

describe('both sides', () => {
	/** The end of either side when their lines reach each other. */
	function meet(boardKey: string, requesterKey: string, keyId = 1): readonly [string, string] {
		const entropy = countingEntropy();
		const challenge = new BoardChallenge({ digest, entropy, imei: IMEI, keys: [{ id: 1, hex: boardKey }] });
		const side = new RequesterChallenge({ digest, entropy, keyId, key: octets(requesterKey), imei: IMEI });
		const asked = side.answer(challenge.begin().say.trim());
		const step = challenge.line(asked.say.trim());
		let { state } = asked;
		for (const line of step.say.split('\r\n')) state = side.answer(line).state;
		return [step.state, state];
	}

	test('come together with the same key', () => {
		expect(meet(KEY, KEY)).toEqual(['admitted', 'proved']);
		expect(meet(KEY.toLowerCase(), KEY)).toEqual(['admitted', 'proved']);
	});

	test('do not with another key or id', () => {
		expect(meet(KEY, OTHER_KEY)).toEqual(['refused', 'asking']);
		expect(meet(KEY, KEY, 2)).toEqual(['refused', 'asking']);
	});

	test('cannot be played against each other: a board answers no challenge', () => {
		const one = new BoardChallenge({ digest, entropy: fixed(BOARD_NONCE), imei: IMEI, keys: KEYS });
		const two = new BoardChallenge({ digest, entropy: fixed(REQUESTER_NONCE), imei: IMEI, keys: KEYS });
		one.begin();
		expect(one.line(two.begin().say.trim())).toEqual({ say: '', state: 'refused' });
	});
});
