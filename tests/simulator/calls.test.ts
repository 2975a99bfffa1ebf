import { describe, expect, test } from 'vitest';
import { Telephone } from '../../hosts/simulator/telephone.js';
import { answered, type Desk, desk } from './dte.js';
import { enter, muxed } from './mux-desk.js';

const CALLER = '+393297308677';

async function phones(...settings: readonly string[]): Promise<Desk & { phone: Telephone }> {
	const at = await desk();
	await at.terminal.set(...settings);
	return { ...at, phone: new Telephone(at.network.exchange, CALLER) };
}

type Phones = Awaited<ReturnType<typeof phones>>;

async function escapes({ clock, terminal }: Phones): Promise<string> {
	await clock.advance(1100);
	terminal.type('+++');
	return terminal.watch(1500);
}

describe('a data call from the module to a mobile', () => {
	test('rings there, and carries octets both ways once it is answered', async () => {
		const at = await phones();
		expect(await at.terminal.send(`ATD${CALLER}`, 2000)).toBe('');
		expect([at.phone.state, at.phone.peer, at.phone.kind]).toEqual(['rings', at.sim.number, 'data']);
		at.phone.answer();
		expect(await at.terminal.watch(100)).toBe('\r\nCONNECT 9600\r\n');
		at.terminal.type('hello \x00\xff');
		await at.clock.advance(100);
		expect(at.phone.received).toBe('hello \x00\xff');
		at.phone.send('back \x01\xfe');
		expect(await at.terminal.watch(100)).toBe('back \x01\xfe');
		at.phone.hangUp();
		expect(await at.terminal.watch(100)).toBe('\r\nNO CARRIER\r\n');
		expect(await at.terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('is escaped from, gone back to, and hung up by the module', async () => {
		const at = await phones();
		await at.terminal.send(`ATD${CALLER}`, 2000);
		at.phone.answer();
		await at.clock.advance(100);
		expect(await escapes(at)).toBe('\r\nOK\r\n');
		at.phone.send('lost');
		expect(await at.terminal.watch(100)).toBe('');
		expect(await at.terminal.send('ATO')).toBe('\r\nCONNECT 9600\r\n');
		expect(await escapes(at)).toBe('\r\nOK\r\n');
		await at.terminal.set('ATH');
		expect([at.phone.state, at.phone.ended]).toEqual(['idle', 'hung-up']);
	});

	test('says CONNECT alone with X0', async () => {
		const at = await phones('ATX0');
		await at.terminal.send(`ATD${CALLER}`, 2000);
		at.phone.answer();
		expect(await at.terminal.watch(100)).toBe('\r\nCONNECT\r\n');
	});

	test.each<[string, (at: Phones) => void, string, number]>([
		['refused', at => at.phone.hangUp(), 'BUSY', 100],
		['not answered within S7', () => undefined, 'NO ANSWER', 10_000],
		['given up by a character', at => at.terminal.type(' '), 'NO CARRIER', 100],
		[
			'cut by a loss of the network',
			at => {
				at.network.coverage = false;
			},
			'NO CARRIER',
			100,
		],
	])('that is %s ends with the right word', async (_, end, word, ms) => {
		const at = await phones('ATS7=10');
		await at.terminal.send(`ATD${CALLER}`, 2000);
		end(at);
		expect(await at.terminal.watch(ms)).toContain(`\r\n${word}\r\n`);
		expect(at.phone.state).toBe('idle');
	});

	test.each([
		['is engaged', 'BUSY'],
		['is of fixed dialling without it', 'NO CARRIER'],
	])('to a number that %s ends with %s', async (why, word) => {
		const at = await phones();
		if (why === 'is engaged') new Telephone(at.network.exchange, '+39111').dial(CALLER, 'voice');
		else at.sim.fixedDialling = true;
		expect(await at.terminal.send(`ATD${CALLER}`, 30_000)).toBe(`\r\n${word}\r\n`);
	});
});

describe('a call that comes in', () => {
	test('rings every five seconds, with the number where +CLIP wants it', async () => {
		const at = await phones('AT+CLIP=1');
		at.phone.dial(at.sim.number, 'voice');
		const ring = `\r\nRING\r\n\r\n+CLIP: "${CALLER}",145,"",128,"",0\r\n`;
		expect(await at.terminal.watch(4000)).toBe(ring);
		expect(await at.terminal.watch(5000)).toBe(ring);
		expect(await at.terminal.send('ATS1?')).toBe(answered('002'));
		at.phone.hangUp();
		expect(await at.terminal.watch(10_000)).toBe('');
		expect(await at.terminal.send('ATA')).toBe('\r\nNO CARRIER\r\n');
	});

	test.each([
		['voice', '+CRING: VOICE'],
		['data', '+CRING: REL ASYNC'],
	] as const)('of %s says so with +CRC=1', async (kind, shown) => {
		const at = await phones('AT+CRC=1');
		at.phone.dial(at.sim.number, kind);
		expect(await at.terminal.watch(100)).toBe(`\r\n${shown}\r\n`);
	});

	test('of voice is answered by ATA, told of by +CLCC and +CPAS, and ended by +CHUP', async () => {
		const at = await phones();
		at.phone.dial(at.sim.number, 'voice');
		await at.terminal.watch(100);
		expect(await at.terminal.send('AT+CPAS;+CLCC')).toContain(`+CPAS: 3\r\n\r\n+CLCC: 1,1,4,0,0,"${CALLER}",145,""`);
		expect(await at.terminal.send('ATA')).toBe('\r\nOK\r\n');
		expect(at.phone.state).toBe('talks');
		expect(await at.terminal.send('AT+CPAS;+CLCC')).toContain(`+CPAS: 4\r\n\r\n+CLCC: 1,1,0,0,0,"${CALLER}",145,""`);
		at.terminal.type('AT+CHUP\r');
		expect(await at.terminal.watch(200)).toContain('OK');
		expect(at.phone.ended).toBe('hung-up');
		expect(await at.terminal.send('AT+CLCC')).toBe('\r\nOK\r\n');
	});

	test('of data is answered by ATA with CONNECT, and carries octets', async () => {
		const at = await phones();
		at.phone.dial(at.sim.number, 'data');
		await at.terminal.watch(100);
		expect(await at.terminal.send('ATA')).toBe('\r\nCONNECT 9600\r\n');
		at.phone.send('from the mobile');
		expect(await at.terminal.watch(100)).toBe('from the mobile');
		at.terminal.type('to the mobile');
		await at.clock.advance(100);
		expect(at.phone.received).toBe('to the mobile');
	});

	test('is refused by ATH', async () => {
		const at = await phones();
		at.phone.dial(at.sim.number, 'voice');
		await at.terminal.watch(100);
		await at.terminal.set('ATH');
		expect(at.phone.ended).toBe('busy');
	});

	test('is answered by itself after S0 rings, and the far end hears of the loss of the network', async () => {
		const at = await phones('ATS0=2');
		at.phone.dial(at.sim.number, 'data');
		expect(await at.terminal.watch(4000)).toBe('\r\nRING\r\n');
		expect(await at.terminal.watch(4000)).toBe('\r\nRING\r\n\r\nCONNECT 9600\r\n');
		at.network.coverage = false;
		expect(await at.terminal.watch(100)).toContain('NO CARRIER');
		expect(at.phone.ended).toBe('hung-up');
		at.phone.dial(at.sim.number, 'voice');
		expect(at.phone.ended).toBe('unreachable');
	});

	test('under CMUX rings on every instance, and belongs to the one that answers', async () => {
		const at = await enter();
		const phone = new Telephone(at.network.exchange, CALLER);
		const { screens } = await muxed(at, [1, 2]);
		for (const screen of screens) screen.screen = '';
		phone.dial(at.sim.number, 'data');
		await at.clock.advance(200);
		expect(screens.map(({ screen }) => screen)).toEqual(['\r\nRING\r\n', '\r\nRING\r\n']);
		expect(await screens[1]!.send('ATA')).toBe('\r\nCONNECT 9600\r\n');
		await screens[0]!.set('ATH');
		expect(phone.state).toBe('talks');
		expect(await screens[0]!.send('ATZ')).toBe('\r\nERROR\r\n');
	});
});

test('ATH on another instance ends a call that still rings, and the line that dialled it', async () => {
	const at = await enter();
	const phone = new Telephone(at.network.exchange, CALLER);
	const { screens } = await muxed(at, [1, 2]);
	expect(await screens[0]!.send(`ATD${CALLER}`, 2000)).toBe('');
	await screens[1]!.set('ATH');
	expect(screens[0]!.screen).toContain('\r\nNO CARRIER\r\n');
	expect(phone.state).toBe('idle');
	expect(await screens[0]!.send('AT')).toBe('\r\nOK\r\n');
});

describe('a voice call from the module', () => {
	test('is OK as soon as it rings; what becomes of it is told unasked', async () => {
		const at = await phones();
		expect(await at.terminal.send(`ATD${CALLER};`, 2000)).toBe('\r\nOK\r\n');
		expect(await at.terminal.send('AT+CLCC')).toContain(`+CLCC: 1,0,3,0,0,"${CALLER}",145,""`);
		at.phone.answer();
		expect(await at.terminal.send('AT+CLCC')).toContain(`+CLCC: 1,0,0,0,0,"${CALLER}",145,""`);
		at.phone.hangUp();
		expect(await at.terminal.watch(100)).toBe('\r\nNO CARRIER\r\n');
	});

	test('that is refused is BUSY, unasked', async () => {
		const at = await phones();
		await at.terminal.send(`ATD${CALLER};`, 2000);
		at.phone.hangUp();
		expect(await at.terminal.watch(100)).toBe('\r\nBUSY\r\n');
	});
});

test('ATD*99# gives every octet back; escaped from, it waits for ATO or ATH', async () => {
	const at = await phones();
	expect(await at.terminal.send('ATD*99#')).toBe('\r\nCONNECT\r\n');
	const octets = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet)).join('');
	let back = '';
	for (let round = 0; round < 100; round++) {
		at.terminal.type(octets);
		back += await at.terminal.watch(50);
	}
	expect(back).toBe(octets.repeat(100));
	expect(await escapes(at)).toBe('\r\nOK\r\n');
	expect(await at.terminal.send('AT+CMEE?')).toBe(answered('+CMEE: 0'));
	expect(await at.terminal.send('ATO')).toBe('\r\nCONNECT\r\n');
	at.terminal.type('again');
	expect(await at.terminal.watch(50)).toBe('again');
	expect(await escapes(at)).toBe('\r\nOK\r\n');
	expect(await at.terminal.send('ATH')).toBe('\r\nOK\r\n');
	expect(await at.terminal.send('ATO')).toBe('\r\nNO CARRIER\r\n');
});

test('ATD*99# that was escaped from is NO CARRIER for ATO once packet service is gone', async () => {
	const at = await phones();
	await at.terminal.send('ATD*99#');
	expect(await escapes(at)).toBe('\r\nOK\r\n');
	await at.terminal.send('AT+CGATT=0', 20_000);
	expect(await at.terminal.send('ATO')).toBe('\r\nNO CARRIER\r\n');
});

test('ATD*99# is NO CARRIER without packet service', async () => {
	const at = await phones('AT+CGATT=0');
	expect(await at.terminal.send('ATD*99#')).toBe('\r\nNO CARRIER\r\n');
});

test.each([
	['AT+CBST=71,0,1', 'AT+CBST?', '+CBST: 71,0,1'],
	['AT+CVHU=1', 'AT+CVHU?', '+CVHU: 1'],
	['AT+CR=1', 'AT+CR=?', '+CR: (0,1)'],
	['AT+CRC=1', 'AT+CRC?', '+CRC: 1'],
])('after %s, %s says %s', async (set, ask, shown) => {
	const { terminal } = await desk();
	await terminal.set(set);
	expect(await terminal.send(ask)).toBe(answered(shown));
});

test.each(['AT+CBST=2', 'AT+CBST=0,1', 'AT+CVHU=3', 'AT+CRC=1,1'])('%s is refused', async line => {
	const { terminal } = await desk();
	expect(await terminal.send(line)).toBe('\r\nERROR\r\n');
});
