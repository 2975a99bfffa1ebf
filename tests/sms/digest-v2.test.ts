import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { hmacSha256 } from '../../src/base/hmac.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import {
	answerPartsV2,
	type DigestV2,
	decodeDigestV2,
	encodeRequestV2,
	isAuthenticV2,
	MAX_COUNTER,
	MAX_TEXT_V2,
} from '../../src/sms/digest-v2.js';
import { digest } from '../support/digest.js';
import { errorOf, unwrap } from './samples.js';

const KEY = Uint8Array.from({ length: 32 }, (_, at) => at);
const SECRET = { key: KEY, imei: '357164040045671' };
const IDS = { keyId: 2, counter: 0x69abcdef };
const BINARY = 21;

function read(content: Uint8Array, dcs = BINARY): DigestV2 | undefined {
	return decodeDigestV2({ header: undefined, content }, dcs);
}

function request(text: string, ids = IDS): Uint8Array {
	return unwrap(encodeRequestV2(ids, SECRET, bytesOf(text), digest)).content;
}

function isValid(content: Uint8Array): boolean {
	const found = read(content);
	return found !== undefined && isAuthenticV2(found, SECRET, digest);
}

describe('a request of version 2', () => {
	test('has the fields at their places (security.md)', () => {
		const content = request('AT+COPS?');
		expect(hexOf(content.subarray(0, 10))).toBe('D2D2D202110069ABCDEF');
		expect(textOf(content.subarray(26))).toBe('AT+COPS?');
		const covered = Uint8Array.of(...content.subarray(0, 10), ...bytesOf('357164040045671AT+COPS?'));
		expect(content.subarray(10, 26)).toEqual(hmacSha256(digest, KEY, covered).slice(0, 16));
	});

	test('keeps its octets for ever: what was signed once stays valid', () => {
		expect(hexOf(request('AT+COPS?'))).toBe('D2D2D202110069ABCDEFBD9003CED3A337966F3B1C9AAB4231AC41542B434F50533F');
	});

	test('is read and is authentic for its key and its board only', () => {
		const found = read(request('AT+COPS?'))!;
		expect(found).toMatchObject({ answer: false, ...IDS, segment: { index: 1, total: 1 } });
		expect(textOf(found.text)).toBe('AT+COPS?');
		expect(isAuthenticV2(found, SECRET, digest)).toBe(true);
		expect(isAuthenticV2(found, { ...SECRET, imei: '357164040045672' }, digest)).toBe(false);
		expect(isAuthenticV2(found, { ...SECRET, key: KEY.map(octet => octet ^ 1) }, digest)).toBe(false);
	});

	test('is not authentic with each octet flipped, dropped or doubled', () => {
		const content = request('AT+COPS?');
		for (let at = 0; at < content.length; at++) {
			for (const mask of [0x01, 0x80, 0xff]) {
				const flipped = content.slice();
				flipped[at]! ^= mask;
				expect(isValid(flipped)).toBe(false);
			}
			expect(isValid(Uint8Array.of(...content.subarray(0, at), ...content.subarray(at + 1)))).toBe(false);
			expect(isValid(Uint8Array.of(...content.subarray(0, at), content[at]!, ...content.subarray(at)))).toBe(false);
		}
		expect(isValid(content)).toBe(true);
	});

	test.each([
		['a counter of 0', { keyId: 0, counter: 0 }, SECRET, '', 'none'],
		['the highest counter', { keyId: 255, counter: MAX_COUNTER }, SECRET, 'A'.repeat(114), 'none'],
		['a counter beyond', { keyId: 1, counter: MAX_COUNTER + 1 }, SECRET, 'AT', 'range'],
		['a negative counter', { keyId: 1, counter: -1 }, SECRET, 'AT', 'range'],
		['a broken counter', { keyId: 1, counter: 1.5 }, SECRET, 'AT', 'range'],
		['a key id beyond', { keyId: 256, counter: 1 }, SECRET, 'AT', 'range'],
		['a short key', IDS, { ...SECRET, key: KEY.subarray(1) }, 'AT', 'range'],
		['no key', IDS, { ...SECRET, key: new Uint8Array(0) }, 'AT', 'range'],
		['an IMEI of 14 digits', IDS, { ...SECRET, imei: '35716404004567' }, 'AT', 'range'],
		['an empty IMEI', IDS, { ...SECRET, imei: '' }, 'AT', 'range'],
		['115 octets', IDS, SECRET, 'A'.repeat(115), 'too-long'],
	])('with %s is made only in range', (_, ids, secret, text, error) => {
		const coded = encodeRequestV2(ids, secret, bytesOf(text), digest);
		expect(errorOf(coded)).toBe(error);
		if (coded.ok) expect(read(coded.value.content)).toMatchObject({ ...ids, text: bytesOf(text) });
	});
});

describe('reading', () => {
	const content = request('AT');

	test.each([0, 3, 10, 25])('%i octets are none', length => {
		expect(read(content.subarray(0, length))).toBeUndefined();
	});

	test('more text than fits is none', () => {
		expect(read(Uint8Array.of(...content, ...new Uint8Array(140 - content.length)))).toBeDefined();
		expect(read(Uint8Array.of(...content, ...new Uint8Array(141 - content.length)))).toBeUndefined();
	});

	test.each([
		[3, 0x00, true],
		[3, 0xff, true],
		[4, 0x00, false],
		[4, 0x12, false],
		[4, 0x22, false],
		[5, 0x01, false],
		[5, 0x80, false],
		[0, 0xd0, false],
	])('octet %i of %i: a request, %s', (at, octet, found) => {
		const changed = content.slice();
		changed[at] = octet;
		expect(read(changed) !== undefined).toBe(found);
	});

	test('another alphabet, a user data header and version 1 are none', () => {
		expect(read(content, 0)).toBeUndefined();
		expect(decodeDigestV2({ header: [], content }, BINARY)).toBeUndefined();
		const v1 = content.slice();
		v1.fill(0xd0, 0, 3);
		expect(read(v1)).toBeUndefined();
	});

	test('works on a view into a larger buffer', () => {
		const buffer = new Uint8Array(200);
		buffer.set(content, 50);
		expect(read(buffer.subarray(50, 50 + content.length))?.counter).toBe(IDS.counter);
	});

	test('a key that does not have 32 octets never fits, whatever was signed with it', () => {
		for (const key of [new Uint8Array(0), KEY.subarray(1), new Uint8Array(33)]) {
			const [part] = [...answerPartsV2(IDS, { ...SECRET, key }, bytesOf('OK'), digest)];
			expect(isAuthenticV2(read(part!.content)!, { ...SECRET, key }, digest)).toBe(false);
		}
	});
});

describe('an answer of version 2', () => {
	test.each([
		[0, 1],
		[MAX_TEXT_V2, 1],
		[MAX_TEXT_V2 + 1, 2],
		[15 * MAX_TEXT_V2, 15],
	])('of %i octets takes %i SMS, each with the request’s key id and counter and a tag of its own', (length, total) => {
		const text = Uint8Array.from({ length }, (_, at) => at & 0xff);
		const parts = answerPartsV2(IDS, SECRET, text, digest);
		expect([parts.total, parts.cut]).toEqual([total, false]);
		const found = [...parts].map(({ content }) => read(content)!);
		expect(found.map(part => part.segment)).toEqual(found.map((_, at) => ({ index: at + 1, total })));
		for (const part of found) {
			expect(part).toMatchObject({ answer: true, ...IDS });
			expect(isAuthenticV2(part, SECRET, digest)).toBe(true);
		}
		expect(found.flatMap(part => [...part.text])).toEqual([...text]);
	});

	test('beyond 15 SMS is cut, and says so', () => {
		const parts = answerPartsV2(IDS, SECRET, bytesOf('x'.repeat(15 * MAX_TEXT_V2 + 1)), digest);
		expect([parts.total, parts.cut]).toEqual([15, true]);
		expect(textOf(read(parts.part(15)!.content)!.text)).toBe(`${'x'.repeat(MAX_TEXT_V2 - 3)}...`);
	});

	test('cannot pass for a request, nor a part for another part', () => {
		const content = answerPartsV2(IDS, SECRET, bytesOf('AT#REBOOT'), digest).part(1)!.content;
		content.fill(0xd2, 0, 3);
		expect(read(content)).toBeDefined();
		expect(isValid(content)).toBe(false);
		const second = answerPartsV2(IDS, SECRET, bytesOf('x'.repeat(200)), digest).part(2)!.content;
		expect(isValid(second)).toBe(true);
		second[4] = 0x12;
		expect(isValid(second)).toBe(false);
	});
});

test('any octets are read or refused, never an exception', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 150 }), fc.nat(255), fc.boolean(), (octets, dcs, marked) => {
			if (marked) octets.fill(0xd2, 0, 3);
			const found = read(octets, dcs);
			if (found !== undefined) expect(isAuthenticV2(found, SECRET, digest)).toBe(false);
		}),
		{ numRuns: 100 },
	);
});
