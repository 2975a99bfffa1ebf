import { expect, test } from 'vitest';
import { parseUrl } from '../../src/update/url.js';

test.each([
	['http://10.0.0.7/image', '10.0.0.7', 80, '/image'],
	['http://host', 'host', 80, '/'],
	['http://host:8080', 'host', 8080, '/'],
	['HTTP://Updates.example.com:1/a/b?c=d&e=%20', 'Updates.example.com', 1, '/a/b?c=d&e=%20'],
])('%s is the file %s', (text, host, port, path) => {
	expect(parseUrl(text)).toEqual({ host, port, path });
});

test.each([
	'',
	'host/image',
	'https://host/image',
	'ftp://host/image',
	'http://',
	'http:///image',
	'http://user:secret@host/image',
	'http://host:0/',
	'http://host:65536/',
	'http://host:/',
	'http://host/a b',
	'http://host/a"b',
	'http://host/a\\b',
	'http://host/a\r\nb',
	'http://host/bücher',
	'http://-host/',
	'http://host-/',
	'http://[::1]/',
	'http://host?x',
])('%j is none', text => {
	expect(parseUrl(text)).toBeUndefined();
});
