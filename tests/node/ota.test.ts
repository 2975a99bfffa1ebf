import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileFlash } from '../../hosts/node/file-flash.js';
import { FileStore } from '../../hosts/node/file-store.js';
import { publicKeyFrom, textOfPublicKey } from '../../hosts/node/image-keys.js';
import { serveImage } from '../../hosts/node/image-server.js';
import { NodeSignature } from '../../hosts/node/node-signature.js';
import { composeBoard, type SimulatedBoard } from '../../hosts/node/simulated-board.js';
import { BOOT_TABLE } from '../../hosts/simulator/boot-table.js';
import { bytesOfHex } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';
import { atrun, KEY } from './fake-boards.js';
import { eventually, freePort, HastyClock, PortLog, scratchDirectory } from './support.js';

/** A key, its public half in a file, and a firmware, in a directory of their own. */
async function workshop() {
	const directory = scratchDirectory();
	const at = (name: string) => join(directory, name);
	const { code, out } = await atrun(['ota', 'keygen', at('update.pem')]);
	expect(code).toBe(0);
	writeFileSync(at('update.pub'), out);
	const make = async (version: string, conduct: string, ...options: readonly string[]) => {
		const firmware = new Uint8Array(20_000).map((_, place) => (place * 7) & 0xff);
		firmware.set(bytesOf(`ATRUN simulated firmware ${version}${conduct}\n`));
		writeFileSync(at('firmware.bin'), firmware);
		const image = at(`${version}.atrun`);
		const named = ['--target', 'desktop', '--firmware-version', version, '--key', at('update.pem'), '--out', image];
		const packed = await atrun(['ota', 'pack', at('firmware.bin'), ...named, ...options]);
		expect(packed.err).toBe('');
		return image;
	};
	return { directory, at, publicKey: out.trim(), make };
}

describe('a key for images', () => {
	test('is a secret of its owner, and its public half is printed for the firmware', async () => {
		const { at, publicKey } = await workshop();
		expect(publicKey).toMatch(/^[0-9a-f]{128}$/);
		expect(statSync(at('update.pem')).mode & 0o777).toBe(0o600);
		expect(readFileSync(at('update.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
		for (const file of ['update.pem', 'update.pub']) {
			const key = publicKeyFrom(at(file));
			expect(key.ok && textOfPublicKey(key.value)).toBe(publicKey);
		}
	});

	test('is never written over', async () => {
		const { at } = await workshop();
		const before = readFileSync(at('update.pem'));
		expect(await atrun(['ota', 'keygen', at('update.pem')])).toMatchObject({ code: 1, out: '' });
		expect(readFileSync(at('update.pem'))).toEqual(before);
	});
});

describe('an image', () => {
	test('tells what it is, as text and as JSON, and who signed it', async () => {
		const { at, make, publicKey } = await workshop();
		const image = await make('1.2.3', '', '--allow-downgrade', '--new-key', at('update.pub'));
		const { code, out } = await atrun(['ota', 'inspect', image, '--json', '--key', at('update.pub')]);
		expect(code).toBe(0);
		expect(JSON.parse(out)).toEqual({
			target: 'desktop',
			version: '1.2.3',
			size: 20_000,
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
			allowDowngrade: true,
			newKey: publicKey,
			signed: true,
		});
		expect((await atrun(['ota', 'inspect', image])).out).toMatch(/^target +desktop\nversion +1\.2\.3\n/);
		const other = await workshop();
		expect(await atrun(['ota', 'inspect', image, '--key', other.at('update.pub')])).toMatchObject({
			code: 1,
			err: `atrun: ${image} was not signed with this key\n`,
		});
	});

	test.each<[string, (octets: Uint8Array) => Uint8Array, RegExp]>([
		['cut off', octets => octets.subarray(0, -1), /has not the length/],
		['cut off in its header', octets => octets.subarray(0, 255), /shorter than the header/],
		['with something behind it', octets => Buffer.concat([octets, Buffer.of(0)]), /has not the length/],
		['with an octet changed', octets => octets.map((octet, at) => (at === 9_000 ? octet ^ 1 : octet)), /was changed/],
		['that is something else', () => Buffer.alloc(1000, 'x'), /it is no image/],
	])('%s is refused before anything is sent', async (_, change, why) => {
		const { make } = await workshop();
		const image = await make('1.2.3', '');
		writeFileSync(image, change(readFileSync(image)));
		for (const args of [
			['ota', 'inspect', image],
			['connect', '127.0.0.1:1', '--user', 'u', '--password', 'p', '--ota', image],
			['listen', '1', '--ota', image],
		]) {
			const { code, out, err } = await atrun(args);
			expect({ code, out }).toEqual({ code: 1, out: '' });
			expect(err).toMatch(why);
		}
	});

	test.each([
		[['--target', 'No Such'], /--target.*1 to 32 characters/],
		[['--firmware-version', '1.2'], /--firmware-version.*three numbers/],
		[['--key', 'none.pem'], /cannot read none\.pem/],
		[['--new-key', 'none.pub'], /cannot read none\.pub/],
	])('is not packed with %j', async (wrong, why) => {
		const { at } = await workshop();
		writeFileSync(at('firmware.bin'), 'x');
		const right = ['--target', 'x', '--firmware-version', '1.0.0', '--key', at('update.pem'), '--out', at('image')];
		const { code, err } = await atrun(['ota', 'pack', at('firmware.bin'), ...right, ...wrong]);
		expect(code).toBe(2);
		expect(err).toMatch(why);
		expect(existsSync(at('image'))).toBe(false);
	});
});

describe('a signature', () => {
	// RFC 6979 A.2.5: P-256, SHA-256 of "sample".
	const X = '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6';
	const Y = '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299';
	const R = 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716';
	const S = 'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8';
	const DIGEST = 'AF2BDBE1AA9B6EC1E2ADE1D694F41FC71A831D0268E9891562113D8A62ADD1BF';
	const ZERO = '00'.repeat(32);
	const octets = (hex: string) => bytesOfHex(hex)!;

	test.each([
		['of the standard is good', X + Y, DIGEST, R + S, true],
		['with r and s exchanged is not', X + Y, DIGEST, S + R, false],
		['of another digest is not', X + Y, S, R + S, false],
		['for a point off the curve is not', X + X, DIGEST, R + S, false],
		['for the point 0, 0 is not', ZERO + ZERO, DIGEST, R + S, false],
		['with r = 0 is not', X + Y, DIGEST, ZERO + S, false],
		['with s = 0 is not', X + Y, DIGEST, R + ZERO, false],
		['with numbers that are too large is not', X + Y, DIGEST, 'FF'.repeat(64), false],
		['that is too short is not', X + Y, DIGEST, R, false],
	])('%s', (_, key, digest, signature, isGood) => {
		expect(new NodeSignature().verify(octets(key), octets(digest), octets(signature))).toBe(isGood);
	});
});

describe('flash in a file', () => {
	test('is NOR flash, keeps what it has, and takes no other file for its own', () => {
		const path = join(scratchDirectory(), 'flash');
		const opened = FileFlash.open(path, 8192);
		if (!opened.ok) throw new Error(opened.error);
		const into = new Uint8Array(3);
		opened.value.read(4095, into);
		expect([...into]).toEqual([0xff, 0xff, 0xff]);
		opened.value.write(4095, Uint8Array.of(0xf0, 0x0f, 0x55));
		opened.value.write(4095, Uint8Array.of(0x3c, 0xff, 0x0f));
		const again = FileFlash.open(path, 8192);
		if (!again.ok) throw new Error(again.error);
		again.value.read(4095, into);
		expect([...into]).toEqual([0x30, 0x0f, 0x05]);
		again.value.erase(4096);
		again.value.read(4095, into);
		expect([...into]).toEqual([0x30, 0xff, 0xff]);
		expect(FileFlash.open(path, 4096)).toMatchObject({ ok: false, error: expect.stringContaining('8192 octets') });
	});
});

/** A simulated board that takes images of this key from its one user; time runs eight times as fast. */
async function boardOf(directory: string, publicKey: string) {
	const clock = new HastyClock();
	const port = await freePort();
	const stores = ['board', 'module'].map(name => FileStore.open(join(directory, name)));
	const flash = FileFlash.open(join(directory, 'flash'), BOOT_TABLE + 2 * 65_536);
	if (!stores[0]?.ok || !stores[1]?.ok || !flash.ok) throw new Error('no place for the board');
	const restarts: string[] = [];
	const board: SimulatedBoard = composeBoard({
		clock,
		baud: 115200,
		trace: undefined,
		stores: { board: stores[0].value, module: stores[1].value },
		listenPort: port,
		slots: { flash: flash.value, signature: new NodeSignature(), publicKey },
		onRestart: firmware => restarts.push(`${firmware?.version} ${firmware?.isOnTrial ? 'on trial' : 'again'}`),
	});
	onTestFinished(() => board.stop());
	expect(await board.start()).toEqual({ ok: true, value: undefined });
	const log = new PortLog(board.line);
	const ask = async (command: string) => {
		log.text = '';
		log.send(`${command}\r`);
		await eventually(() => /\r\n(OK|ERROR)\r\n/.test(log.text), `the answer to ${command}`, 30_000);
		return log.text;
	};
	await ask('at#atrungrant=1,1,127');
	/** The module's listener is opened anew after each connection: nobody may listen for a moment. */
	const connect = async (...args: readonly string[]) => {
		const login = ['--user', 'testuser', '--password', 'testpassw', '--auth', '1'];
		for (const end = Date.now() + 30_000; ; ) {
			const outcome = await atrun(['connect', `127.0.0.1:${port}`, ...login, ...args]);
			if (Date.now() > end || !/cannot connect|at the login/.test(outcome.err)) return outcome;
		}
	};
	return { ask, connect, restarts };
}

test('atrun connect --ota brings an image to a board, which tries it and keeps it', { timeout: 120_000 }, async () => {
	const { directory, make, publicKey } = await workshop();
	const { ask, connect, restarts } = await boardOf(directory, publicKey);
	const stranger = await workshop();
	const refused = await connect('--ota', await stranger.make('9.0.0', ''), '--json');
	expect(refused).toMatchObject({ code: 1, err: 'atrun: the board refuses the image: signature\n' });
	expect(JSON.parse(refused.out).results[0].update).toEqual({
		target: 'desktop',
		version: '9.0.0',
		size: 20_000,
		resumedAt: 0,
		received: 0,
		refused: 'signature',
		switched: false,
	});
	const sent = await connect('--exec', 'AT+CSQ', '--ota', await make('7.0.0', ''), '--json');
	expect(sent.code).toBe(0);
	expect(sent.err).toMatch(/^the board has 0 of 20000 octets\n(?:.*\n)*the board has 20000 of 20000 octets\n$/);
	const { results } = JSON.parse(sent.out);
	expect(results.map(({ command }: { command: string }) => command)).toEqual(['AT+CSQ', 'AT#ATRUNOTA=3']);
	expect(results[1].update).toMatchObject({ version: '7.0.0', received: 20_000, refused: null, switched: true });
	await eventually(() => restarts.length > 0, 'the restart', 60_000);
	expect(restarts).toEqual(['7.0.0 on trial']);
	let state = '';
	const passed = async () => {
		state = await ask('at#atrunota?');
		return state.includes('passed');
	};
	const end = Date.now() + 60_000;
	while (!(await passed()) && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 500));
	expect(state).toContain('#ATRUNOTA: LAST,"7.0.0 passed its trial"');
	expect(await ask('at#atruninfo')).toContain('FIRMWARE,"7.0.0"');
});

test('atrun listen --ota brings an image to a board that calls and proves itself', { timeout: 120_000 }, async () => {
	const { directory, at, make, publicKey } = await workshop();
	const { ask, restarts } = await boardOf(directory, publicKey);
	const port = await freePort();
	writeFileSync(at('board.key'), KEY);
	for (const line of [
		'at#tcpatrunl=0',
		`at#atrunkey=0,1,"${KEY}"`,
		'at#atruntcp=0,30,600,1',
		`at#tcpatruncfg=1,2,1024,${port},"127.0.0.1",1,5,1,5,1`,
	]) {
		expect(await ask(line)).toContain('OK');
	}
	const key = ['--key-id', '1', '--key-file', at('board.key'), '--require-key'];
	const listening = atrun(['listen', `${port}`, ...key, '--ota', await make('7.1.0', ''), '--json']);
	await ask('at#tcpatrund=1');
	const { code, out, err } = await listening;
	expect({ code, err: err.includes('the board has 20000 of 20000 octets') }).toEqual({ code: 0, err: true });
	expect(JSON.parse(out).boards[0].results[0].update).toMatchObject({ version: '7.1.0', switched: true });
	await eventually(() => restarts.length > 0, 'the restart', 60_000);
	expect(restarts).toEqual(['7.1.0 on trial']);
});

test('atrun ota serve gives an image to a board, which finds that it crashes and goes back', {
	timeout: 120_000,
}, async () => {
	const { directory, make, publicKey } = await workshop();
	const { ask, restarts } = await boardOf(directory, publicKey);
	const file = readFileSync(await make('8.0.0', ' crashes'));
	const served: number[] = [];
	const opened = await serveImage({ address: '127.0.0.1', port: 0, file, onServed: (_, from) => served.push(from) });
	if (!opened.ok) throw new Error(opened.error);
	onTestFinished(() => opened.value.close());
	expect(await ask(`at#atrunota=4,"http://127.0.0.1:${opened.value.port}/image"`)).toContain('OK');
	await eventually(() => restarts.length > 1, 'both restarts', 90_000);
	expect(restarts[0]).toBe('8.0.0 on trial');
	expect(restarts[1]).toMatch(/^(?!8\.0\.0).* again$/);
	expect(served).toEqual([0]);
	expect(await ask('at#atrunota?')).toContain('LAST,"8.0.0 did not pass,');
});

describe('the server of images', () => {
	test('gives the file from any octet on, and says what is not there', async () => {
		const file = new Uint8Array(1000).map((_, at) => at & 0xff);
		const opened = await serveImage({ address: '127.0.0.1', port: 0, file, onServed: () => {} });
		if (!opened.ok) throw new Error(opened.error);
		onTestFinished(() => opened.value.close());
		const ask = (range?: string, method = 'GET') =>
			fetch(`http://127.0.0.1:${opened.value.port}/x`, { method, ...(range && { headers: { Range: range } }) });
		const whole = await ask();
		expect([whole.status, new Uint8Array(await whole.arrayBuffer())]).toEqual([200, file]);
		const part = await ask('bytes=900-');
		expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 900-999/1000']);
		expect(new Uint8Array(await part.arrayBuffer())).toEqual(file.subarray(900));
		expect((await ask('bytes=1000-')).status).toBe(416);
		expect((await ask(undefined, 'POST')).status).toBe(405);
	});

	test('says why it cannot listen', async () => {
		const file = new Uint8Array(1);
		const first = await serveImage({ address: '127.0.0.1', port: 0, file, onServed: () => {} });
		if (!first.ok) throw new Error(first.error);
		onTestFinished(() => first.value.close());
		const second = await serveImage({ address: '127.0.0.1', port: first.value.port, file, onServed: () => {} });
		expect(second).toMatchObject({ ok: false, error: expect.stringContaining('cannot listen') });
	});
});
