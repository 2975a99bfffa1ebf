import { expect, test } from 'vitest';
import { parseHead } from '../../src/update/http-head.js';

test.each([
	['HTTP/1.1 200 OK\r\nContent-Length: 12', { status: 200, length: 12, range: undefined }],
	['HTTP/1.0 200\r\ncontent-length:12 ', { status: 200, length: 12, range: undefined }],
	['HTTP/1.1 404 Not Found', { status: 404, length: undefined, range: undefined }],
	[
		'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\nX: Content-Length: 7',
		{ status: 206, length: 5, range: { first: 5, total: 10 } },
	],
	['HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/*', { status: 206, length: undefined, range: undefined }],
	['HTTP/1.1 200 OK\r\nContent-Encoding: identity', { status: 200, length: undefined, range: undefined }],
	['HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked', { status: 503, length: undefined, range: undefined }],
	[
		'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9',
		{ status: 200, length: undefined, range: undefined },
	],
])('%j is understood', (text, head) => {
	expect(parseHead(text)).toEqual(head);
});

test.each([
	'',
	'\r\nHTTP/1.1 200 OK',
	'HTTP/2 200',
	'HTTP/1.1 99 No',
	'HTTP/1.1 2000 No',
	'ICY 200 OK',
	'HTTP/1.1 200 OK\r\nContent-Length: -1',
	'HTTP/1.1 200 OK\r\nContent-Length: 1234567890',
	'HTTP/1.1 200 OK\r\nContent-Length: 12, 12',
])('%j cannot be used', text => {
	expect(parseHead(text)).toBeUndefined();
});
