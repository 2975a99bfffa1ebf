import { describe, expect, test } from 'vitest';
import { BOOT_TABLE } from '../../hosts/simulator/boot-table.js';
import { type Flash, MemoryFlash } from '../../hosts/simulator/flash.js';
import { hexOf } from '../../src/base/hex.js';
import { textOf } from '../../src/base/text.js';
import { answerTo, FULL_NUMBER } from '../services/support.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { FileServer } from '../support/file-server.js';
import { imageOf, KEY, TARGET, type TestImage } from '../support/image.js';
import { Person } from '../support/person.js';
import { publicKey, signature } from '../support/signature.js';
import {
	ask,
	CARRIERS,
	type Carrier,
	connectionTo,
	farSide,
	gone,
	listens,
	onConsole,
	pour,
	serverBoard,
} from './tcp-desk.js';

const SLOT = 64 * 1024;

/** A board that serves an administrator, with slots. */
async function updatable(carrier: Carrier, flash: Flash = new MemoryFlash(BOOT_TABLE + 2 * SLOT)): Promise<TestDesk> {
	return serverBoard(carrier, 0, ['at#atrungrant=1,1,127'], {
		about: { firmware: '1.0.0', target: TARGET },
		update: { flash, signature, publicKey: hexOf(KEY) },
	});
}

interface Session {
	readonly board: TestDesk;
	readonly client: Person;
	send(text: string): Promise<boolean>;
}

async function admin(board: TestDesk, carrier: Carrier): Promise<Session> {
	await listens(board, carrier, 200_000);
	const connection = connectionTo(board, carrier);
	const client = new Person(connection, board.clock);
	client.type('user\rpass\rat#tcpatcmdseq?\r');
	await client.see('\r\nOK\r\n');
	client.clear();
	return { board, client, send: text => pour(board, connection, text) };
}

/** Asks with a prompt, gives the octets, and reads the answer. */
async function supply({ board, client, send }: Session, line: string, octets: Uint8Array): Promise<string> {
	client.clear();
	client.type(`${line}\r`);
	await board.clock.until(() => /(>>> |\r\n(OK|.*ERROR.*)\r\n)$/.test(client.screen), 60_000, `a prompt for ${line}`);
	if (!client.screen.endsWith('>>> ')) return client.screen;
	client.clear();
	if (!(await send(textOf(octets)))) throw new Error('the board takes nothing more');
	await board.clock.until(() => /\r\n(OK|.*ERROR.*)\r\n$/.test(client.screen), 60_000, `an answer to ${line}`);
	return client.screen;
}

/** Sends header and firmware, from the octet on that the board names; answers what is not OK. */
async function transfer(session: Session, image: TestImage, piece = 4096): Promise<string> {
	const begun = await supply(session, 'at#atrunota=1', image.header);
	const from = /#ATRUNOTA: "[a-z]+","[0-9.]+",([0-9]+),[0-9]+\r\n/.exec(begun)?.[1];
	if (from === undefined) return begun;
	for (let at = Number(from); at < image.firmware.length; at += piece) {
		const octets = image.firmware.subarray(at, at + piece);
		const taken = await supply(session, `at#atrunota=2,${at},${octets.length}`, octets);
		if (!taken.endsWith('\r\nOK\r\n')) return taken;
	}
	return ask(session.board, session.client, 'at#atrunota=3');
}

/** What the console tells of the firmware that runs and of the update. */
async function told(board: TestDesk): Promise<string> {
	board.console.clear();
	const info = await board.console.ask('at#atruninfo', 60_000);
	const state = await board.console.ask('at#atrunota?', 60_000);
	return `${/FIRMWARE,"([^"]*)"/.exec(info)?.[1]} ${state.trim().replace(/[\r\n]+/g, ' ')}`;
}

/** The board has restarted into another run, and its console answers. */
async function restarted(board: TestDesk): Promise<void> {
	const { coprocessor } = board.desk;
	await board.clock.until(() => board.desk.coprocessor !== coprocessor, 900_000, 'the restart');
	await board.clock.advance(5_000);
}

describe.each(CARRIERS)('over the %s’s network', carrier => {
	test('a technician sends an image through the session, and it proves itself', async () => {
		const board = await updatable(carrier);
		const session = await admin(board, carrier);
		expect(await transfer(session, imageOf({ octets: 20_000 }))).toMatch(/\r\nOK\r\n$/);
		await gone(board, session.client, 60_000);
		await board.clock.advance(5_000);
		expect(await told(board)).toMatch(/^1\.1\.0 #ATRUNOTA: "trial","1\.1\.0",/);
		await board.clock.advance(200_000);
		expect(await told(board)).toBe('1.1.0 #ATRUNOTA: "idle" #ATRUNOTA: LAST,"1.1.0 passed its trial" OK');
		const again = await admin(board, carrier);
		expect(await ask(board, again.client, 'at#atrunlog=64,"update"')).toContain('"1.1.0 passed its trial"');
		expect(await ask(board, again.client, 'at#atrunstat')).toContain('#ATRUNSTAT: OTA_PASSED,1\r\n');
	});

	test('a broken transfer goes on where it stopped, and octets of any value pass', async () => {
		const board = await updatable(carrier);
		const image = imageOf({ octets: 20_000 });
		const first = await admin(board, carrier);
		await supply(first, 'at#atrunota=1', image.header);
		await supply(first, 'at#atrunota=2,0,9000', image.firmware.subarray(0, 9_000));
		first.client.type('at#atrunota=2,9000,8000\r');
		await first.client.see('>>> ');
		await first.send(textOf(image.firmware.subarray(9_000, 12_000)));
		await board.clock.advance(2_000);
		first.client.hangUp();
		await board.clock.advance(10_000);
		const second = await admin(board, carrier);
		const begun = await supply(second, 'at#atrunota=1', image.header);
		expect(begun).toContain('#ATRUNOTA: "receiving","1.1.0",12000,20000\r\n');
		expect(await transfer(second, image)).toMatch(/\r\nOK\r\n$/);
		await restarted(board);
		expect(await told(board)).toMatch(/^1\.1\.0 /);
	});

	test('an image comes by its address', async () => {
		const board = await updatable(carrier);
		const image = imageOf({ octets: 20_000 });
		const server = new FileServer(farSide(board, carrier), 'updates.test', 80, image.file);
		server.cutAfter = 9_000;
		const session = await admin(board, carrier);
		expect(await ask(board, session.client, 'at#atrunota=4,"http://updates.test/image"')).toMatch(/\r\nOK\r\n$/);
		expect(await ask(board, session.client, 'at+csq')).toContain('+CSQ: ');
		await restarted(board);
		expect(server.offsets[0]).toBe(0);
		expect(server.offsets.length).toBe(3);
		expect(await told(board)).toMatch(/^1\.1\.0 #ATRUNOTA: "trial"/);
		await board.clock.advance(200_000);
		expect(await told(board)).toContain('passed its trial');
	});
});

test('an image comes by its address because an SMS asks for it, and the context comes up for that alone', async () => {
	const board = await deskThatRuns({
		about: { firmware: '1.0.0', target: TARGET },
		update: { flash: new MemoryFlash(BOOT_TABLE + 2 * SLOT), signature, publicKey: hexOf(KEY) },
	});
	await board.registered();
	await onConsole(board, `at#smsatwl=0,2,0,"${FULL_NUMBER}"`, 'at#atrungrant=0,2,127', 'at#smsatrun=1');
	expect(await board.console.ask('at#sgact?')).toContain('#SGACT: 1,0');
	new FileServer(board.desk.memorySockets, 'updates.test', 80, imageOf({ octets: 20_000 }).file);
	const mobile = board.mobile(FULL_NUMBER);
	expect(await answerTo(board, mobile, 'AT#ATRUNOTA=4,"http://updates.test/image"')).toContain('OK');
	await restarted(board);
	expect(await told(board)).toMatch(/^1\.1\.0 #ATRUNOTA: "trial"/);
	await board.clock.advance(200_000);
	expect(await answerTo(board, mobile, 'AT#ATRUNOTA?')).toContain('passed its trial');
});

describe('an image that does not fare well', () => {
	test('crashes: the bootloader brings the old one back', async () => {
		const board = await updatable('host');
		const session = await admin(board, 'host');
		expect(await transfer(session, imageOf({ conduct: 'crashes' }))).toMatch(/\r\nOK\r\n$/);
		await restarted(board);
		// It crashes three seconds after its start.
		await board.clock.advance(60_000);
		expect(await told(board)).toBe(
			'1.0.0 #ATRUNOTA: "ready","1.1.0",10000,10000 #ATRUNOTA: LAST,"1.1.0 did not pass, 1.0.0 is back" OK',
		);
		const log = await board.console.ask('at#atrunlog=20,"update"');
		expect(log).toContain('"rolled back","1.1.0 did not pass, 1.0.0 is back"');
		expect(await board.console.ask('at#atruninfo')).toContain('RESTART,"fault"');
	});

	test('does not get through to the module: after ten minutes it gives itself up', async () => {
		const board = await updatable('host');
		const session = await admin(board, 'host');
		await transfer(session, imageOf({ conduct: 'deaf' }));
		await restarted(board);
		await board.clock.advance(590_000);
		await restarted(board);
		await board.clock.advance(60_000);
		expect(await told(board)).toMatch(/^1\.0\.0 /);
		expect(await board.console.ask('at#atrunlog=20,"update"')).toContain(
			'"rolled back","1.1.0: the module is not attached"',
		);
		expect(await board.console.ask('at#atruninfo')).toContain('"update failed: the module is not attached"');
		expect(await board.console.ask('at+csq')).toContain('+CSQ: ');
	});

	test.each([
		['signed by nobody the board knows', imageOf({ key: publicKey(2) }), 'signature'],
		['for another board', imageOf({ target: 'other' }), 'target'],
		['older', imageOf({ version: '0.9.0' }), 'older'],
		['larger than the slot', imageOf({ size: SLOT + 1 }), 'too large'],
	])('is %s: refused before an octet of it comes', async (_, image, reason) => {
		const board = await updatable('host');
		const session = await admin(board, 'host');
		expect(await transfer(session, image)).toBe(`\r\n#ATRUN: REFUSED,"${reason}"\r\n\r\nERROR\r\n`);
		expect(await told(board)).toBe(`1.0.0 #ATRUNOTA: "idle" #ATRUNOTA: LAST,"refused: ${reason}" OK`);
		expect(await board.console.ask('at#atrunlog=5,"update"')).toContain(`"refused","${reason}"`);
	});

	test('was changed on the way: refused after its last octet', async () => {
		const board = await updatable('host');
		const image = imageOf();
		image.firmware[5_000]! ^= 1;
		const session = await admin(board, 'host');
		expect(await transfer(session, image)).toBe('\r\n#ATRUN: REFUSED,"damaged"\r\n\r\nERROR\r\n');
		await board.clock.advance(60_000);
		expect(await told(board)).toMatch(/^1\.0\.0 #ATRUNOTA: "idle"/);
	});
});

describe('who may update', () => {
	test('a user without the right to administer is refused, and reads the state all the same', async () => {
		const board = await updatable('host');
		await board.console.ask('at#atrungrant=1,1,63');
		const { client } = await admin(board, 'host');
		for (const line of [
			'at#atrunota=1',
			'at#atrunota=3',
			'at#atrunota=4,"http://updates.test/image"',
			'at#atrunota=0',
		]) {
			expect(await ask(board, client, line)).toContain('#ATRUN: REFUSED,"admin"');
		}
		expect(await ask(board, client, 'at#atrunota?')).toContain('#ATRUNOTA: "idle"\r\n');
	});

	test('the console may, too', async () => {
		const board = await updatable('host');
		await board.console.ask('ate0');
		const { header, firmware } = imageOf({ octets: 2_000 });
		const { console } = board;
		for (const [line, octets] of [
			['at#atrunota=1', header],
			['at#atrunota=2,0,2000', firmware],
		] as const) {
			console.clear();
			console.type(`${line}\r`);
			await console.see('>>> ');
			for (let at = 0; at < octets.length; at += 500) {
				console.type(textOf(octets.subarray(at, at + 500)));
				await board.clock.advance(100);
			}
			await console.see('\r\nOK\r\n');
		}
		expect(await console.ask('at#atrunota=3')).toBe('\r\nOK\r\n');
		await restarted(board);
		expect(await told(board)).toMatch(/^1\.1\.0 /);
	});

	test('a board without slots says so', async () => {
		const board = await serverBoard('host', 0, ['at#atrungrant=1,1,127']);
		expect(await board.console.ask('at#atrunota?')).toBe('\r\n#ATRUNOTA: "none"\r\n\r\nOK\r\n');
		await board.console.ask('at+cmee=1');
		expect(await board.console.ask('at#atrunota=1')).toBe('\r\n+CME ERROR: 4\r\n');
	});

	test('a board without a key takes none', async () => {
		const board = await serverBoard('host', 0, ['at#atrungrant=1,1,127'], {
			update: { flash: new MemoryFlash(BOOT_TABLE + 2 * SLOT), signature, publicKey: '' },
		});
		const session = await admin(board, 'host');
		expect(await transfer(session, imageOf())).toContain('#ATRUN: REFUSED,"no key"');
	});
});

test.each([
	'at#atrunota=5',
	'at#atrunota=2',
	'at#atrunota=2,0',
	'at#atrunota=2,x,5',
	'at#atrunota=2,0,65536',
	'at#atrunota=1,5',
	'at#atrunota=3,1',
	'at#atrunota=0,1',
	'at#atrunota=0,,1',
	'at#atrunota=1,,1',
	'at#atrunota=3,,1',
	'at#atrunota=4,"http://x/",5',
	'at#atrunota=',
	'at#atrunota',
])('%s is refused for its parameters', async line => {
	const board = await updatable('host');
	await board.console.ask('at+cmee=1');
	expect(await board.console.ask(line)).toBe('\r\n+CME ERROR: 50\r\n');
});
