import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { parseNumber } from '../../src/sms/address.js';
import {
	answerPartsV1,
	type DigestV1,
	decodeDigestV1,
	digestV1,
	encodeRequestV1,
	MAX_TEXT_V1,
	matchingVerifier,
	verifierOf,
} from '../../src/sms/digest-v1.js';
import { decodePdu, encodePdu } from '../../src/sms/pdu.js';
import type { UserData } from '../../src/sms/user-data.js';
import { digest } from '../support/digest.js';
import { ANSWER_CONTENT, ANSWER_PDU, errorOf, hex, REQUEST_CONTENT, REQUEST_PDU, unwrap } from './samples.js';

const PASSWORD = '1234567890123456';
const VERIFIER = verifierOf(PASSWORD, digest);
const OTHER = verifierOf('abcdefghijklmnop', digest);
const ANSWER_TEXT = '\r\n+COPS: 0,0,"vodafone IT"\r\n\r\nOK\r\n';
const IDS = { transactionId: 0, sessionId: 1 };
const BINARY = 21;

function read(content: Uint8Array, dcs = BINARY): DigestV1 | undefined {
	return decodeDigestV1({ header: undefined, content }, dcs);
}

function readPdu(pdu: string): DigestV1 | undefined {
	const decoded = decodePdu(pdu);
	if (!decoded.ok || decoded.value.tpdu.type === 'STATUS-REPORT') return undefined;
	return decodeDigestV1(decoded.value.tpdu, decoded.value.tpdu.dcs);
}

/** Whether a PDU is a request or answer that the note's password signed. */
function isValid(pdu: string): boolean {
	const found = readPdu(pdu);
	return found !== undefined && matchingVerifier(found, [VERIFIER], digest) === 0;
}

function whole(parts: Iterable<UserData>): string {
	return [...parts].map(part => textOf(read(part.content)!.text)).join('');
}

describe('the digest of version 1', () => {
	test.each([
		['AT+COPS?', 'WijCp2qV3sNv+aru20ZUaw=='],
		[ANSWER_TEXT, 'Junra7r0kIEcH9qV542n3Q=='],
	])('of %j is the note’s', (text, expected) => {
		expect(digestV1(VERIFIER, bytesOf(text), digest)).toBe(expected);
	});

	test('the stored verifier is B64(MD5(password))', () => {
		expect(verifierOf('', digest)).toBe('1B2M2Y8AsgTpgAmY7PhCfg==');
		expect(VERIFIER).toHaveLength(24);
	});
});

describe('the note’s examples', () => {
	test('go in, through the PDU', () => {
		const request = readPdu(REQUEST_PDU)!;
		const answer = readPdu(ANSWER_PDU)!;
		expect(request).toMatchObject({ answer: false, ...IDS, segment: { index: 1, total: 1 } });
		expect(answer).toMatchObject({ answer: true, ...IDS, segment: { index: 1, total: 1 } });
		expect(textOf(request.text)).toBe('AT+COPS?');
		expect(textOf(answer.text)).toBe(ANSWER_TEXT);
		expect(textOf(request.digest)).toBe('WijCp2qV3sNv+aru20ZUaw==');
		expect(isValid(REQUEST_PDU)).toBe(true);
		expect(isValid(ANSWER_PDU)).toBe(true);
	});

	test('come out octet for octet, through the PDU', () => {
		const request = unwrap(encodeRequestV1(IDS, VERIFIER, bytesOf('AT+COPS?'), digest));
		expect(textOf(request.content)).toBe(REQUEST_CONTENT);
		const submit = unwrap(
			encodePdu({
				serviceCentre: unwrap(parseNumber('+393492000200')),
				tpdu: {
					type: 'SUBMIT',
					rejectDuplicates: false,
					replyPath: false,
					statusReport: false,
					reference: 0,
					destination: unwrap(parseNumber('+393468686711')),
					protocol: 0,
					dcs: BINARY,
					validity: { form: 'relative', minutes: 7 * 1440 },
					...request,
				},
			}),
		);
		expect(submit).toEqual({ hex: REQUEST_PDU, tpduLength: 52 });

		const parts = answerPartsV1(IDS, VERIFIER, bytesOf(ANSWER_TEXT), digest);
		expect([parts.total, parts.cut]).toEqual([1, false]);
		expect(textOf(parts.part(1)!.content)).toBe(ANSWER_CONTENT);
		const sample = unwrap(decodePdu(ANSWER_PDU));
		if (sample.tpdu.type !== 'DELIVER') throw new Error('no DELIVER');
		const deliver = encodePdu({ ...sample, tpdu: { ...sample.tpdu, ...parts.part(1)! } });
		expect(unwrap(deliver)).toEqual({ hex: ANSWER_PDU, tpduLength: 83 });
	});
});

describe('a PDU of the note that was changed', () => {
	/** What the digest covers: the digest itself and the text. The rest of the SMS it cannot protect. */
	const covered = (pdu: string) => pdu.length / 2 - (pdu === REQUEST_PDU ? 32 : 58);

	test.each([
		['request', REQUEST_PDU],
		['answer', ANSWER_PDU],
	])(
		'%s: each octet flipped, dropped, doubled: refused or decoded, and never valid where the digest covers it',
		(_, pdu) => {
			const octets = hex(pdu);
			const start = covered(pdu);
			for (let at = 0; at < octets.length; at++) {
				const before = hexOf(octets.subarray(0, at));
				const own = hexOf(octets.subarray(at, at + 1));
				const after = hexOf(octets.subarray(at + 1));
				for (const mask of [0x01, 0x10, 0x80, 0xff]) {
					const flipped = hexOf(Uint8Array.of(octets[at]! ^ mask));
					const valid = isValid(before + flipped + after);
					if (at >= start) expect(valid).toBe(false);
				}
				const dropped = isValid(before + after);
				const doubled = isValid(before + own + own + after);
				if (at >= start) expect([dropped, doubled]).toEqual([false, false]);
			}
			expect(isValid(pdu)).toBe(true);
		},
	);

	test.each([
		['request', REQUEST_CONTENT],
		['answer', ANSWER_CONTENT],
	])('%s: so does its user data, whose length is right then', (_, text) => {
		const content = bytesOf(text);
		const fits = (octets: Uint8Array) => {
			const found = read(octets);
			return found !== undefined && matchingVerifier(found, [VERIFIER], digest) !== undefined;
		};
		expect(fits(content)).toBe(true);
		for (let at = 0; at < content.length; at++) {
			const head = content.subarray(0, at);
			const dropped = Uint8Array.of(...head, ...content.subarray(at + 1));
			const doubled = Uint8Array.of(...head, content[at]!, ...content.subarray(at));
			expect(fits(dropped)).toBe(false);
			// A doubled octet of the marker or the segment moves all that follows.
			expect(fits(doubled)).toBe(false);
		}
	});
});

describe('reading', () => {
	const content = bytesOf(REQUEST_CONTENT);

	test('takes any text length up to 110 octets, none as well', () => {
		for (const length of [0, 1, 109, MAX_TEXT_V1]) {
			const text = new Uint8Array(length).fill(0x41);
			const coded = unwrap(encodeRequestV1(IDS, VERIFIER, text, digest));
			expect(read(coded.content)?.text).toEqual(text);
		}
	});

	test.each([0, 1, 2, 3, 6, 29])('an SMS of %i octets is none', length => {
		expect(read(content.subarray(0, length))).toBeUndefined();
	});

	test('an SMS longer than there can be is none', () => {
		expect(read(Uint8Array.of(...content, ...new Uint8Array(140 - content.length)))).toBeDefined();
		expect(read(Uint8Array.of(...content, ...new Uint8Array(141 - content.length)))).toBeUndefined();
	});

	test('a request has one segment; an answer’s nibbles are read in either order', () => {
		const segment = (text: string, octet: number) => {
			const changed = bytesOf(text);
			changed[4] = octet;
			return read(changed)?.segment;
		};
		expect(segment(REQUEST_CONTENT, 0x11)).toEqual({ index: 1, total: 1 });
		for (const octet of [0x00, 0x01, 0x10, 0x12, 0x21, 0x22]) expect(segment(REQUEST_CONTENT, octet)).toBeUndefined();
		expect(segment(ANSWER_CONTENT, 0x2f)).toEqual({ index: 2, total: 15 });
		expect(segment(ANSWER_CONTENT, 0xf2)).toEqual({ index: 2, total: 15 });
		for (const octet of [0x00, 0x01, 0x10]) expect(segment(ANSWER_CONTENT, octet)).toBeUndefined();
	});

	test('version 2, another alphabet and a user data header are none', () => {
		const v2 = content.slice();
		v2.fill(0xd2, 0, 3);
		expect(read(v2)).toBeUndefined();
		for (const dcs of [0x00, 0x08, 0x34]) expect(read(content, dcs)).toBeUndefined();
		expect(decodeDigestV1({ header: [], content }, BINARY)).toBeUndefined();
	});

	test('a user data header that lies about its length is refused with the PDU or is none', () => {
		for (let length = 0; length < 256; length++) {
			const octets = hex(REQUEST_PDU);
			octets[8]! |= 0x40;
			octets[octets.length - 38] = length;
			expect(readPdu(hexOf(octets))).toBeUndefined();
		}
	});
});

describe('verifying', () => {
	const request = readPdu(REQUEST_PDU)!;

	test.each([
		[[], undefined],
		[[OTHER], undefined],
		[[VERIFIER], 0],
		[[OTHER, VERIFIER], 1],
		[[VERIFIER, OTHER], 0],
	] as const)('against %j finds %s', (verifiers, place) => {
		expect(matchingVerifier(request, verifiers, digest)).toBe(place);
	});

	test('tries all verifiers, also after one that fits', () => {
		let count = 0;
		const counting: typeof digest = {
			...digest,
			digest: (algorithm, message) => {
				count++;
				return digest.digest(algorithm, message);
			},
		};
		matchingVerifier(request, [VERIFIER, OTHER], counting);
		const first = count;
		count = 0;
		matchingVerifier(request, [OTHER, OTHER], counting);
		expect(first).toBe(count);
		expect(count).toBe(3);
	});

	test.each(['', 'x', VERIFIER.slice(1), `${VERIFIER}=`])('a damaged stored verifier %j fits to nothing', verifier => {
		for (const guess of [verifier, 'A'.repeat(24)]) {
			const forged = read(unwrap(encodeRequestV1(IDS, guess, bytesOf('AT'), digest)).content)!;
			expect(matchingVerifier(forged, [verifier], digest)).toBeUndefined();
		}
	});

	test('a digest of the wrong length is not valid', () => {
		const right = digestV1(VERIFIER, bytesOf('AT+COPS?'), digest);
		for (const given of ['', right.slice(0, 22), right.slice(0, 23), `${right}=`, `${right}${right}`, ` ${right}`]) {
			const content = bytesOf(`\xd0\xd0\xd0\x00\x11\x01${given}AT+COPS?`);
			const found = read(content);
			expect(found === undefined ? undefined : matchingVerifier(found, [VERIFIER], digest)).toBeUndefined();
		}
	});

	test('text with CR, LF, ESC, Ctrl-Z, NUL and high octets is covered as it is', () => {
		const text = bytesOf('AT\r\n\x1b\x1a\0\xff\x80');
		const found = read(unwrap(encodeRequestV1(IDS, VERIFIER, text, digest)).content)!;
		expect(matchingVerifier(found, [VERIFIER], digest)).toBe(0);
		expect(found.text).toEqual(text);
	});
});

describe('making', () => {
	test.each([
		[{ transactionId: 256, sessionId: 0 }, 'AT', 'range'],
		[{ transactionId: 0, sessionId: -1 }, 'AT', 'range'],
		[{ transactionId: 0.5, sessionId: 0 }, 'AT', 'range'],
		[IDS, 'A'.repeat(111), 'too-long'],
		[IDS, 'A'.repeat(110), 'none'],
		[{ transactionId: 255, sessionId: 255 }, '', 'none'],
	])('a request with %j and %j: error %s', (ids, text, error) => {
		expect(errorOf(encodeRequestV1(ids, VERIFIER, bytesOf(text), digest))).toBe(error);
	});

	test.each([
		[0, 1],
		[1, 1],
		[110, 1],
		[111, 2],
		[220, 2],
		[221, 3],
		[1650, 15],
	])('an answer of %i octets takes %i SMS', (length, total) => {
		const text = Uint8Array.from({ length }, (_, at) => at & 0xff);
		const parts = answerPartsV1({ transactionId: 9, sessionId: 8 }, VERIFIER, text, digest);
		expect([parts.total, parts.cut]).toEqual([total, false]);
		let index = 0;
		for (const { header, content } of parts) {
			index++;
			const part = read(content)!;
			expect(header).toBeUndefined();
			expect(part).toMatchObject({ answer: true, transactionId: 9, sessionId: 8, segment: { index, total } });
			expect(matchingVerifier(part, [VERIFIER], digest)).toBe(0);
			expect(content.length).toBeLessThanOrEqual(140);
			expect(content[4]).toBe(index * 16 + total);
		}
		expect(index).toBe(total);
		expect(bytesOf(whole(parts))).toEqual(text);
	});

	test('an answer beyond 15 SMS is cut, and says so', () => {
		const text = bytesOf('x'.repeat(1651));
		const parts = answerPartsV1(IDS, VERIFIER, text, digest);
		expect([parts.total, parts.cut]).toEqual([15, true]);
		expect(whole(parts)).toBe(`${'x'.repeat(1647)}...`);
		expect(text).toEqual(bytesOf('x'.repeat(1651)));
	});

	test('a part can be had again, and none beyond the ends', () => {
		const parts = answerPartsV1(IDS, VERIFIER, bytesOf('x'.repeat(200)), digest);
		expect(parts.part(2)).toEqual(parts.part(2));
		for (const index of [0, 3, -1, 1.5, Number.NaN]) expect(parts.part(index)).toBeUndefined();
	});
});

test('any request comes back, valid for its own password only', () => {
	fc.assert(
		fc.property(
			fc.nat(255),
			fc.nat(255),
			fc.uint8Array({ maxLength: 30 }),
			fc.string(),
			(transactionId, sessionId, text, password) => {
				const verifier = verifierOf(`${password}!`, digest);
				const found = read(unwrap(encodeRequestV1({ transactionId, sessionId }, verifier, text, digest)).content)!;
				expect(found).toMatchObject({ answer: false, transactionId, sessionId });
				expect(found.text).toEqual(text);
				expect(matchingVerifier(found, [VERIFIER, verifier], digest)).toBe(1);
			},
		),
		{ numRuns: 50 },
	);
});

test('any octets are read or refused, never an exception', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 150 }), fc.nat(255), fc.boolean(), (octets, dcs, marked) => {
			if (marked) octets.fill(0xd0, 0, 3);
			const found = read(octets, dcs);
			if (found !== undefined) expect(matchingVerifier(found, [VERIFIER], digest)).toBeUndefined();
		}),
		{ numRuns: 100 },
	);
});
