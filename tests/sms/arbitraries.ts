import * as fc from 'fast-check';
import type { Address, PhoneNumber } from '../../src/sms/address.js';
import { countsSeptets } from '../../src/sms/data-coding-scheme.js';
import type { Deliver } from '../../src/sms/deliver.js';
import { septetsOfHeader } from '../../src/sms/septets.js';
import type { StatusReport } from '../../src/sms/status-report.js';
import type { Submit } from '../../src/sms/submit.js';
import { type Timestamp, timestampAt } from '../../src/sms/timestamp.js';
import type { UserData } from '../../src/sms/user-data.js';
import type { InformationElement } from '../../src/sms/user-data-header.js';
import { relativeMinutes, type Validity } from '../../src/sms/validity.js';

/** Fields of messages as an encoder takes them, small enough for a slow engine. */

export const octet = fc.nat(255);

export const octets = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });

export const phoneNumber: fc.Arbitrary<PhoneNumber> = fc.record({
	kind: fc.constant('number' as const),
	type: fc.constantFrom(0, 1, 2, 3, 4, 6, 7),
	plan: fc.nat(15),
	digits: text('0123456789*#abc', 20),
});

export const address: fc.Arbitrary<Address> = fc.oneof(
	phoneNumber,
	fc.record({
		kind: fc.constant('alphanumeric' as const),
		plan: fc.nat(15),
		text: fc.oneof(text('ATRUN@ _$à\r\n"', 11), text('€[|', 5)),
	}),
);

/** 1990 to 2089. */
export const timestamp: fc.Arbitrary<Timestamp> = fc
	.tuple(fc.integer({ min: 631_152_000 + 72_000, max: 3_786_825_600 }), fc.integer({ min: -79, max: 79 }))
	.map(([seconds, quarterHours]) => timestampAt(seconds, quarterHours));

export const validity: fc.Arbitrary<Validity | undefined> = fc.oneof(
	fc.constant(undefined),
	octet.map(value => ({ form: 'relative' as const, minutes: relativeMinutes(value) })),
	timestamp.map(until => ({ form: 'absolute' as const, until })),
	octets(7, 7).map(value => ({ form: 'enhanced' as const, octets: value })),
);

export const elements: fc.Arbitrary<readonly InformationElement[]> = fc.array(
	fc.record({ id: octet, data: octets(6) }),
	{ maxLength: 3 },
);

/** A data coding scheme and user data that fits. */
export const codedUserData: fc.Arbitrary<{ dcs: number; userData: UserData }> = fc
	.tuple(octet, fc.option(elements, { nil: undefined }), octets(160))
	.map(([dcs, header, filling]) => {
		const head = header === undefined ? 0 : header.reduce((length, { data }) => length + 2 + data.length, 1);
		const content = countsSeptets(dcs)
			? filling.map(value => value & 0x7f).slice(0, 160 - septetsOfHeader(head))
			: filling.slice(0, 140 - head);
		return { dcs, userData: { header, content } };
	});

export const submit: fc.Arbitrary<Submit> = fc
	.record({
		rejectDuplicates: fc.boolean(),
		replyPath: fc.boolean(),
		statusReport: fc.boolean(),
		reference: octet,
		destination: address,
		protocol: octet,
		validity,
		coded: codedUserData,
	})
	.map(({ coded, ...rest }) => ({ type: 'SUBMIT', ...rest, dcs: coded.dcs, ...coded.userData }));

export const deliver: fc.Arbitrary<Deliver> = fc
	.record({
		moreMessages: fc.boolean(),
		loopPrevention: fc.boolean(),
		replyPath: fc.boolean(),
		statusReport: fc.boolean(),
		origin: address,
		protocol: octet,
		timestamp: fc.option(timestamp, { nil: undefined }),
		coded: codedUserData,
	})
	.map(({ coded, ...rest }) => ({ type: 'DELIVER', ...rest, dcs: coded.dcs, ...coded.userData }));

export const statusReport: fc.Arbitrary<StatusReport> = fc
	.record({
		moreMessages: fc.boolean(),
		loopPrevention: fc.boolean(),
		aboutCommand: fc.boolean(),
		reference: octet,
		recipient: address,
		timestamp: fc.option(timestamp, { nil: undefined }),
		discharge: fc.option(timestamp, { nil: undefined }),
		status: octet,
		protocol: fc.option(octet, { nil: undefined }),
		coded: fc.option(codedUserData, { nil: undefined }),
	})
	.map(({ coded, ...rest }) => ({ type: 'STATUS-REPORT', ...rest, dcs: coded?.dcs, userData: coded?.userData }));

function text(characters: string, maxLength: number): fc.Arbitrary<string> {
	return fc.array(fc.constantFrom(...characters), { maxLength }).map(list => list.join(''));
}
