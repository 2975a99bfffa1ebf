import { describe, expect, test } from 'vitest';
import type { Identity } from '../../src/access/grants.js';
import { Login, type LoginCheck } from '../../src/access/login.js';

const USER: Identity = { kind: 'tcp-user', name: 'user', index: 2 };

const check: LoginCheck = {
	isKnown: name => name === 'user',
	isValid: (name, password) => name === 'user' && password === 'pass',
	identityOf: name => ({ ...USER, name }),
};

/** A check that notes what it was asked. */
function noting(): { readonly asked: string[]; readonly check: LoginCheck } {
	const asked: string[] = [];
	return {
		asked,
		check: {
			isKnown: name => {
				asked.push('isKnown');
				return check.isKnown(name);
			},
			isValid: (name, password) => {
				asked.push('isValid');
				return check.isValid(name, password);
			},
			identityOf: name => {
				asked.push('identityOf');
				return check.identityOf(name);
			},
		},
	};
}

describe('a login', () => {
	test.each([
		[0, ['user', 'pass'], ['', '', ''], 'admitted'],
		[0, ['user', 'wrong'], ['', '', ''], 'refused'],
		[0, ['nobody', 'pass'], ['', '', ''], 'refused'],
		[0, ['', ''], ['', '', ''], 'refused'],
		[1, ['user', 'pass'], ['Username:\r\n', 'Password:\r\n', 'Login successful.\r\n'], 'admitted'],
		[1, ['user', 'wrong'], ['Username:\r\n', 'Password:\r\n', ''], 'refused'],
		[1, ['nobody'], ['Username:\r\n', ''], 'refused'],
		[1, [''], ['Username:\r\n', ''], 'refused'],
	] as const)('in mode %i with %j says %j and ends %s', (mode, lines, says, end) => {
		const login = new Login(mode, check);
		const steps = [login.begin(), ...lines.map(line => login.line(line))];
		expect(steps.map(step => step.say)).toEqual(says);
		expect(steps[steps.length - 1]!.state).toBe(end);
		for (const step of steps.slice(0, -1)) expect(step.state).toBe('asking');
		expect(login.name).toBe(lines[0]);
	});

	test.each([0, 1])('in mode %i admits as the identity that the check has for the name', mode => {
		const login = new Login(mode, check);
		login.begin();
		login.line('user');
		expect(login.line('pass')).toMatchObject({ state: 'admitted', identity: USER });
	});

	test.each([
		[0, ['user', 'wrong']],
		[0, ['nobody', 'pass']],
		[1, ['user', 'wrong']],
		[1, ['nobody']],
		[0, ['user', 'pass']],
		[1, ['user', 'pass']],
	] as const)('in mode %i is over after %j: a second password is not looked at', (mode, lines) => {
		const { asked, check } = noting();
		const login = new Login(mode, check);
		login.begin();
		for (const line of lines) login.line(line);
		const before = asked.length;
		for (const line of ['pass', 'user', 'pass']) expect(login.line(line)).toEqual({ say: '', state: 'refused' });
		expect(asked.length).toBe(before);
	});

	test('does not tell in mode 0 whether the name is known', () => {
		expect(new Login(0, check).line('nobody')).toEqual(new Login(0, check).line('user'));
	});

	test('asks in mode 0 the same of the check for an unknown and for a known user', () => {
		for (const name of ['user', 'nobody']) {
			const { asked, check } = noting();
			const login = new Login(0, check);
			login.begin();
			login.line(name);
			expect(asked).toEqual([]);
			expect(login.line('wrong')).toEqual({ say: '', state: 'refused' });
			expect(asked).toEqual(['isValid']);
		}
	});
});
