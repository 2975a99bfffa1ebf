import { describe, expect, test } from 'vitest';
import { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import { SimulatedNetwork } from '../../hosts/simulator/simulated-network.js';
import { FileServer } from '../support/file-server.js';
import { imageOf, type TestImage } from '../support/image.js';
import { publicKey } from '../support/signature.js';
import { UpdateBoard } from './update-board.js';

const URL = 'http://updates.test:8080/gateway/image?for=me';
const HOUR = 3_600_000;

interface Field {
	readonly board: UpdateBoard;
	readonly server: FileServer;
}

/** A board that has started, and a server with this image. */
function field(image: TestImage = imageOf()): Field {
	const board = new UpdateBoard();
	const sockets = new MemorySockets(board.clock);
	board.network = new SimulatedNetwork(sockets, board.clock);
	board.boot();
	return { board, server: new FileServer(sockets, 'updates.test', 8080, image.file) };
}

/** Time passes until nothing is fetched any more. */
async function fetched({ board }: Field, limit = 12 * HOUR): Promise<void> {
	await board.clock.until(() => !board.updates.isFetching, limit, 'the end of the fetch');
	await board.clock.advance(1_000);
}

async function arrives(at: Field): Promise<void> {
	await fetched(at);
	expect(await at.board.restarts(30_000)).toBe(true);
	expect(at.board.version).toBe('1.1.0');
	await at.board.clock.advance(70_000);
	expect(at.board.slots.isOnTrial).toBe(false);
}

describe('an image by its address', () => {
	test('is fetched, checked and tried, all by itself', async () => {
		const at = field();
		expect(at.board.updates.fetch(URL)).toEqual({ ok: true, value: undefined });
		expect(at.board.updates.status.state).toBe('fetching');
		await arrives(at);
		expect(at.server.requests).toEqual([
			'GET /gateway/image?for=me HTTP/1.1\r\nHost: updates.test:8080\r\nUser-Agent: atrun\r\nConnection: close\r\n\r\n',
		]);
	});

	test('comes in as many connections as it takes, each from where the last one ended', async () => {
		const at = field();
		at.server.cutAfter = 2_256;
		at.board.updates.fetch(URL);
		await arrives(at);
		expect(at.server.offsets).toEqual([0, 2_256, 4_512, 6_768, 9_024]);
	});

	test('comes in a new connection where the old one stands still for a minute', async () => {
		const at = field();
		at.server.stallAfter = 5_000;
		at.board.updates.fetch(URL);
		await arrives(at);
		expect(at.server.offsets).toEqual([0, 5_000, 10_000]);
		expect(at.board.clock.now()).toBeGreaterThan(120_000);
	});

	test('comes from a server that knows no ranges, too', async () => {
		const at = field();
		at.server.knowsRanges = false;
		at.server.cutAfter = 6_000;
		at.board.updates.fetch(URL);
		await at.board.clock.advance(5_000);
		at.server.cutAfter = undefined;
		await arrives(at);
		expect(at.server.requests.length).toBe(2);
	});

	test('goes on after a restart of the board, where it is whole for sure', async () => {
		const at = field();
		at.server.stallAfter = 7_000;
		at.board.updates.fetch(URL);
		await at.board.clock.advance(70_000);
		at.board.updates.close();
		at.server.stallAfter = undefined;
		at.board.boot();
		expect(at.board.updates.status).toMatchObject({ state: 'fetching', size: 10_000 });
		await arrives(at);
		expect(at.server.offsets[0]).toBe(0);
		expect((at.server.offsets.at(-1)! - 256) % 4096).toBe(0);
		expect(at.server.offsets.at(-1)).toBeGreaterThan(4096);
	});

	test('begins anew where the server has another file now', async () => {
		const at = field();
		at.server.cutAfter = 6_000;
		at.board.updates.fetch(URL);
		await at.board.clock.advance(5_000);
		at.server.cutAfter = undefined;
		at.server.file = imageOf({ octets: 5_500, version: '1.3.0' }).file;
		await fetched(at);
		await at.board.restarts(30_000);
		expect(at.board.version).toBe('1.3.0');
		expect(at.server.offsets).toEqual([0, 6_000, 0]);
	});

	test('that a session began is fetched from there on', async () => {
		const at = field();
		const { header, firmware } = imageOf();
		at.board.updates.begin(header);
		const taken = at.board.updates.take(0, 4_000);
		if (taken.ok) taken.value.write(firmware.subarray(0, 4_000));
		if (taken.ok) taken.value.end();
		at.board.updates.fetch(URL);
		await arrives(at);
		expect(at.server.offsets).toEqual([0, 4_256]);
	});

	test.each(['http://updates.test:8080/a b', 'https://updates.test/image', '', `http://h/${'x'.repeat(200)}`])(
		'is refused where that is %j',
		url => {
			expect(field().board.updates.fetch(url)).toEqual({ ok: false, error: 'address' });
		},
	);
});

describe('a fetch ends, the running image untouched and nothing left to go on with:', () => {
	const head = (first: string) => `HTTP/1.1 ${first}\r\nContent-Length: 4\r\n\r\nbody`;

	test.each<[string, string, Partial<FileServer>, TestImage?]>([
		['no such file', 'not found', { answer: head('404 Not Found') }],
		['no right to it', 'not found', { answer: 'HTTP/1.1 403 Forbidden\r\n\r\n' }],
		[
			'no such file, told in chunks',
			'not found',
			{ answer: 'HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' },
		],
		['moved', 'redirect', { answer: head('302 Found') }],
		['a page instead', 'no image', { answer: `HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n${'<html>'.repeat(50)}` }],
		['no length', 'server', { answer: 'HTTP/1.1 200 OK\r\n\r\nbody' }],
		['chunks', 'server', { answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n' }],
		['no HTTP', 'server', { answer: 'SSH-2.0-OpenSSH_9\r\n\r\n' }],
		['a head without an end', 'server', { answer: `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(1_000)}` }],
		['a length that is not the image’s', 'length', {}, { ...imageOf(), file: imageOf().file.subarray(0, 9_000) }],
		['a file without even a header', 'length', {}, { ...imageOf(), file: imageOf().file.subarray(0, 200) }],
		['another maker’s image', 'signature', {}, imageOf({ key: publicKey(2) })],
		['an older one', 'older', {}, imageOf({ version: '0.1.0' })],
		['one that was damaged', 'damaged', {}, { ...imageOf(), file: imageOf().file.fill(0, 5_000, 5_001) }],
	])('%s', async (_, reason, conduct, image = imageOf()) => {
		const at = field(image);
		Object.assign(at.server, conduct);
		at.board.updates.fetch(URL);
		await fetched(at);
		expect(at.board.updates.status).toMatchObject({ state: 'idle', last: `refused: ${reason}` });
		expect(at.board.counters.value('OTA_REFUSED')).toBe(1);
		at.board.boot();
		expect([at.board.updates.status.state, at.board.version]).toEqual(['idle', '1.0.0']);
		expect(await at.board.send(imageOf())).toBeUndefined();
	});

	test('and an image that somebody brought before is still there', async () => {
		const at = field(imageOf({ key: publicKey(2) }));
		const { header, firmware } = imageOf();
		at.board.updates.begin(header);
		const taken = at.board.updates.take(0, 4_000);
		if (taken.ok) taken.value.write(firmware.subarray(0, 4_000));
		if (taken.ok) taken.value.end();
		at.board.updates.fetch(URL);
		await fetched(at);
		expect(at.board.updates.status).toMatchObject({ state: 'receiving', received: 4_000, last: 'refused: signature' });
	});

	test('nobody there, for some five hours', async () => {
		const at = field();
		at.board.updates.fetch('http://nobody.test/image');
		await at.board.clock.advance(4 * HOUR);
		expect(at.board.updates.isFetching).toBe(true);
		await fetched(at);
		expect(at.board.updates.status).toMatchObject({ state: 'idle', last: 'refused: unreachable' });
		expect(at.board.clock.now()).toBeLessThan(6 * HOUR);
	});

	test.each([
		['', head('503 Service Unavailable')],
		[' and says so in chunks', 'HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'],
	])('a server that is out of order%s, for as long', async (_, answer) => {
		const at = field();
		at.server.answer = answer;
		at.board.updates.fetch(URL);
		await at.board.clock.advance(HOUR);
		expect(at.board.updates.isFetching).toBe(true);
		at.server.answer = undefined;
		await arrives(at);
	});

	test('somebody gives it up', async () => {
		const at = field();
		at.server.stallAfter = 5_000;
		at.board.updates.fetch(URL);
		await at.board.clock.advance(1_000);
		expect(at.board.updates.begin(imageOf().header)).toEqual({ ok: false, error: 'busy' });
		expect(at.board.updates.giveUp()).toEqual({ ok: true, value: undefined });
		await fetched(at);
		expect(at.board.updates.status.state).toBe('idle');
		at.board.boot();
		expect(at.board.updates.status.state).toBe('idle');
		// What the journal has still to write goes first.
		await at.board.clock.advance(120_000);
		expect(at.board.clock.pending()).toBe(0);
	});

	test('the board starts again and again without an octet between', async () => {
		const at = field();
		at.server.stallAfter = 5_000;
		at.board.updates.fetch(URL);
		await at.board.clock.advance(1_000);
		let starts = 0;
		while (at.board.updates.isFetching) {
			at.board.updates.close();
			at.server.stallAfter = 0;
			at.board.boot();
			starts++;
		}
		expect(starts).toBe(9);
		expect(at.board.updates.status.state).toBe('idle');
	});
});

test('a board in safe mode fetches nothing by itself, and keeps what it has for later', async () => {
	const at = field();
	at.server.stallAfter = 5_000;
	at.board.updates.fetch(URL);
	await at.board.clock.advance(1_000);
	at.board.updates.close();
	at.board.held = true;
	at.board.boot();
	expect(at.board.updates.isFetching).toBe(false);
	expect(at.board.updates.status.state).toBe('receiving');
	at.server.stallAfter = undefined;
	at.board.held = false;
	at.board.updates.goOn();
	await arrives(at);
});
