import { expect, test } from 'vitest';
import { OpenHost } from '../../src/access/open-host.js';

test('a host that the board dialled is admitted without a word, once', () => {
	const host = new OpenHost('scada.example', 12345);
	expect(host.begin()).toEqual({
		say: '',
		state: 'admitted',
		identity: { kind: 'dialled-host', name: 'scada.example:12345' },
	});
	expect(host.line()).toEqual({ say: '', state: 'refused' });
});
