import { describe, expect, test } from 'vitest';
import { checkImage, type ImageJudge } from '../../src/update/image-check.js';
import { HEADER, type HeaderError, parseHeader, SIGNED } from '../../src/update/image-header.js';
import { digest } from '../support/digest.js';
import { imageOf, KEY, TARGET } from '../support/image.js';
import { publicKey, signature, standInSignature } from '../support/signature.js';

const BOARD: ImageJudge = { digest, signature, key: KEY, target: TARGET, firmware: '1.0.5', capacity: 100_000 };

function verdict(header: Uint8Array, board: Partial<ImageJudge> = {}): string {
	const checked = checkImage(header, { ...BOARD, ...board });
	return checked.ok ? 'taken' : checked.error;
}

/** The header with octets changed and signed again, as a maker's broken tool would. */
function resigned(change: (header: Uint8Array) => void): Uint8Array {
	const { header } = imageOf();
	change(header);
	header.set(standInSignature(KEY, digest.digest('SHA-256', header.subarray(0, SIGNED))), SIGNED);
	return header;
}

describe('the header of an image', () => {
	test('says what it was made of', () => {
		const newKey = publicKey(9);
		const { header, firmware } = imageOf({ version: '7.0.65535', mayGoBack: true, newKey });
		expect(header.length).toBe(HEADER);
		expect(parseHeader(header)).toEqual({
			ok: true,
			value: {
				target: TARGET,
				version: [7, 0, 65_535],
				size: firmware.length,
				hash: digest.digest('SHA-256', firmware),
				mayGoBack: true,
				newKey,
			},
		});
	});

	test('is truncated until its last octet has come', () => {
		const { header } = imageOf();
		for (let count = 0; count < HEADER; count++) expect(verdict(header.subarray(0, count))).toBe('truncated');
		expect(verdict(header)).toBe('taken');
	});

	test('is refused with any bit of it changed', () => {
		const { header } = imageOf({ newKey: publicKey(3), mayGoBack: true });
		for (let at = 0; at < HEADER; at++) {
			const changed = header.slice();
			changed[at]! ^= 1 << (at % 8);
			expect(verdict(changed)).toBe(at < 4 ? 'no image' : at === 4 ? 'format' : 'signature');
		}
	});

	test.each([
		['flags that nobody knows', header => header.fill(4, 5, 6)],
		['no firmware behind it', header => header.fill(0, 12, 16)],
		['more firmware than any board holds', header => header.fill(0xff, 12, 16)],
		['a target with other characters', header => header.fill(0x20, 48, 49)],
		['no target', header => header.fill(0, 48, 80)],
		['a key that it does not announce', header => header.fill(1, 80, 81)],
		['a key that it announces and does not have', header => header.fill(2, 5, 6)],
		['octets where there should be none', header => header.fill(1, 191, 192)],
	] as const satisfies readonly [string, (header: Uint8Array) => void][])(
		'with %s is refused, also where it is signed',
		(_, change) => {
			const error: HeaderError = 'header';
			expect(parseHeader(resigned(change))).toEqual({ ok: false, error });
			expect(verdict(resigned(change))).toBe(error);
		},
	);
});

describe('a board', () => {
	test.each([
		['newer', '1.0.6', 'taken'],
		['the same', '1.0.5', 'taken'],
		['older', '1.0.4', 'older'],
	])('with 1.0.5 meets a firmware that is %s', (_, version, expected) => {
		expect(verdict(imageOf({ version }).header)).toBe(expected);
	});

	test('takes an older one whose header permits it', () => {
		expect(verdict(imageOf({ version: '0.0.1', mayGoBack: true }).header)).toBe('taken');
	});

	test('that does not know its own version takes any', () => {
		expect(verdict(imageOf({ version: '0.0.1' }).header, { firmware: 'unknown' })).toBe('taken');
	});

	test('without a key refuses everything, and says that it has none', () => {
		expect(verdict(imageOf().header, { key: undefined })).toBe('no key');
		expect(verdict(new Uint8Array(HEADER), { key: undefined })).toBe('no key');
	});

	test.each([
		['signed by another key', imageOf({ key: publicKey(2) }).header, 'signature'],
		['for another board', imageOf({ target: 'other-board' }).header, 'target'],
		['signed by another key for another board', imageOf({ key: publicKey(2), target: 'x' }).header, 'signature'],
		['for a board whose name only begins the same', imageOf({ target: `${TARGET}2` }).header, 'target'],
		['larger than its slot', imageOf({ size: 100_001 }).header, 'too large'],
		['as large as its slot', imageOf({ size: 100_000 }).header, 'taken'],
		['that is something else', new Uint8Array(HEADER).fill(0xe9), 'no image'],
		['of a later format', imageOf().header.fill(2, 4, 5), 'format'],
	])('meets an image %s', (_, header, expected) => {
		expect(verdict(header)).toBe(expected);
	});
});
