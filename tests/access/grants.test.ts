import { describe, expect, test } from 'vitest';
import { type CommandClass, type IdentityKind, isGranted } from '../../src/access/grants.js';

const CLASSES: readonly CommandClass[] = ['read', 'write', 'power', 'detach', 'data', 'late', 'self', 'lock', 'admin'];

describe('the table of identities', () => {
	test.each([
		['console', CLASSES],
		['prefix', ['read', 'write']],
		['number', ['read', 'write', 'power', 'detach', 'data', 'late', 'self']],
		['digest-v1', ['read', 'write', 'power', 'detach', 'data', 'late', 'self']],
		['tcp-user', ['read', 'write', 'power', 'detach', 'data', 'late', 'self']],
		['dialled-host', ['read', 'write', 'power', 'detach', 'data', 'late', 'self']],
		['digest-v2', ['read', 'write', 'power', 'detach', 'data', 'late', 'self', 'admin']],
		['tcp-response', ['read', 'write', 'power', 'detach', 'data', 'late', 'self', 'admin']],
	] as readonly (readonly [IdentityKind, readonly CommandClass[]])[])('grants %s just %j', (kind, granted) => {
		expect(CLASSES.filter(name => isGranted({ kind, name: 'x' }, name))).toEqual(granted);
	});

	test('has no list for a host that the board dialled: no grant changes its row', () => {
		const grants = [0, 1, 2].flatMap(kind => [1, 2, 3, 4].map(index => ({ kind, index, mask: 127 })));
		expect(isGranted({ kind: 'dialled-host', name: 'host:1' }, 'admin', grants)).toBe(false);
		expect(isGranted({ kind: 'dialled-host', name: 'host:1', index: 1 }, 'admin', grants)).toBe(false);
		expect(isGranted({ kind: 'tcp-user', name: 'user', index: 1 }, 'admin', grants)).toBe(true);
	});
});
