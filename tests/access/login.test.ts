import { describe, expect, test } from 'vitest';
import { Login, type LoginCheck } from '../../src/access/login.js';

const check: LoginCheck = {
	isKnown: name => name === 'user',
	isValid: (name, password) => name === 'user' && password === 'pass',
};

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

	test('does not tell in mode 0 whether the name is known', () => {
		expect(new Login(0, check).line('nobody')).toEqual(new Login(0, check).line('user'));
	});
});
