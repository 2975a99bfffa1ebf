import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAdmitted, parseIpv4, type Rule } from '../../src/access/firewall.js';

const octet = fc.integer({ min: 0, max: 255 });
const address = fc.tuple(octet, octet, octet, octet).map(parts => parts.join('.'));

describe('an IPv4 address', () => {
	test.each([
		['0.0.0.0', 0],
		['127.0.0.1', 0x7f000001],
		['255.255.255.255', 0xffffffff],
		['010.000.000.001', 0x0a000001],
	])('%s is a number', (text, value) => {
		expect(parseIpv4(text)).toBe(value);
	});

	test.each([
		'',
		'1.2.3',
		'1.2.3.4.5',
		'256.0.0.1',
		'1.2.3.1000',
		'1..3.4',
		' 1.2.3.4',
		'1.2.3.4 ',
		'-1.2.3.4',
		'0x1.2.3.4',
		'host',
	])('%j is none', text => {
		expect(parseIpv4(text)).toBeUndefined();
	});
});

describe('a firewall', () => {
	const rules: readonly Rule[] = [
		{ ip: '127.0.0.0', mask: '255.0.0.0' },
		{ ip: '212.141.112.216', mask: '255.255.255.255' },
		{ ip: '192.168.7.9', mask: '255.255.0.0' },
	];

	test.each([
		['127.0.0.1', true],
		['127.255.255.255', true],
		['128.0.0.1', false],
		['212.141.112.216', true],
		['212.141.112.217', false],
		['192.168.0.1', true],
		['192.169.0.1', false],
		['', false],
		['nobody', false],
	])('admits %s: %s', (peer, admitted) => {
		expect(isAdmitted(rules, peer)).toBe(admitted);
	});

	test('without a rule admits nobody', () => {
		expect(isAdmitted([], '127.0.0.1')).toBe(false);
	});

	test('with mask 0.0.0.0 admits every address, and still no text that is none', () => {
		expect(isAdmitted([{ ip: '1.2.3.4', mask: '0.0.0.0' }], '200.1.1.1')).toBe(true);
		expect(isAdmitted([{ ip: '1.2.3.4', mask: '0.0.0.0' }], 'x')).toBe(false);
	});

	test('a rule that cannot be read admits nobody', () => {
		expect(isAdmitted([{ ip: 'any', mask: '0.0.0.0' }], '1.2.3.4')).toBe(false);
		expect(isAdmitted([{ ip: '1.2.3.4', mask: '' }], '1.2.3.4')).toBe(false);
	});

	test('with a full mask admits just its own address', () => {
		fc.assert(
			fc.property(address, address, (ip, peer) => {
				expect(isAdmitted([{ ip, mask: '255.255.255.255' }], peer)).toBe(ip === peer);
			}),
			{ numRuns: 100 },
		);
	});
});
