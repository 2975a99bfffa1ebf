import type { Mobile } from '../../../hosts/simulator/mobile.js';
import { hexOf } from '../../../src/base/hex.js';
import { parseNumber } from '../../../src/sms/address.js';
import { joinAnswer, openDigestSms, signRequestV1, signRequestV2 } from '../../../src/sms/requester.js';
import { digest } from '../../support/digest.js';
import { Person } from '../../support/person.js';
import { BoardWorld, type Creation } from './board-world.js';
import { host } from './host.js';

/** What is in use at one moment, garbage collected; `stack`: the highest so far. */
export interface Use {
	readonly slots: number;
	readonly chunks: number;
	readonly stack: number;
}

/** One line to the runner in Node: `@` and JSON. */
export type Told =
	| { readonly chapter: string; readonly peak: Use }
	| { readonly afterBoot: Use }
	| { readonly end: { readonly bytecodes: number } };

export interface StoryOptions {
	/** The bundle of the board. */
	readonly script: string;
	readonly creation: Creation;
	/** For the test of the test: slots and octets that the board loses before the first request. */
	readonly leak?: number;
}

const MINUTE = 60_000;
/** After this the board may send SMS again: a hundred in an hour is the most that it can be told. */
const BUDGET = 65 * MINUTE;
const OWNER = '+393290000001';
const PASSWORD = '1234567890123456';
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
const USER = 'technician';
const TCP_PASSWORD = 'a password of some length';
const PORT = 1024;
const TCP_COMMANDS = 100;
const PARTS = 15;
/** Longer than fifteen SMS with the white list of this board. */
const LONG = `AT${'#SMSATWL?;'.repeat(9)}+CSQ`;
const FINAL = /\r\n(OK|ERROR|\+CM[ES] ERROR: .*)\r\n$/;

function tell(told: Told): void {
	host.print(`@${JSON.stringify(told)}`);
}

function peak(): Use {
	return { slots: host.board('peakSlots'), chunks: host.board('peakChunks'), stack: host.board('peakStack') };
}

/** Settings of a board that is used in full: every list has its entries, and names and numbers are long. */
const SETTINGS: readonly string[] = [
	'at+cnmi=2,1',
	`at#smsatwl=0,1,0,"${OWNER}"`,
	`at#smsatwl=0,2,1,"${PASSWORD}"`,
	`at#smsatwl=0,3,1,"abcdefghijklmnop"`,
	...[4, 5, 6, 7, 8].map(index => `at#smsatwl=0,${index},0,"+3932900000000000000${index}"`),
	...[1, 2, 3, 4].map(index => `at#atrunkey=0,${index},"${hexOf(KEY.map(octet => octet ^ (index - 1)))}"`),
	'at#atrungrant=0,1,63',
	'at#atrungrant=1,1,63',
	'at#atrunsms=1,1440,100,1000',
	'at#sgactcfg=1,3',
	'at#sgact=1,1',
	'at#scfg=1,1,300,0,600,1',
	...[1, 2, 3, 4, 5].map(third => `at#tcpatrunfrwl=1,"10.0.${third}.0","255.255.255.0"`),
	`at#tcpatrunauth=1,"${USER}","${TCP_PASSWORD}"`,
	'at#tcpatrunauth=1,"another user","another password"',
	`at#tcpatruncfg=1,2,${PORT},${PORT},"a-host-with-a-long-name.example.com",1,1,1`,
	'at#smsatruncfg=3,1,1',
	'at#smsatrun=1',
	'at#tcpatrunl=1',
];

/** The story of a board with the limits of the device; throws where it does not go as told. */
export async function story({ script, creation, leak = 0 }: StoryOptions): Promise<void> {
	const world = new BoardWorld();
	const { clock, simulated } = world;
	const chapter = async (name: string, task: () => Promise<void>) => {
		host.resetBoardPeaks();
		await task();
		if (world.restarts > 0) throw new Error(`the board restarted by itself: ${world.note ?? 'it does not say why'}`);
		tell({ chapter: name, peak: peak() });
	};

	world.boot(script, creation, 'power-on');
	await clock.advance(30_000);
	await chapter('settings, typed on the console', () => configure(world));
	world.boot(script, creation, 'power-on');
	await chapter('boot', async () => {
		await clock.until(() => simulated.memorySockets.isListening(PORT), 3 * MINUTE, 'the listening socket');
		await clock.advance(10_000);
	});
	tell({ afterBoot: { slots: host.board('slots'), chunks: host.board('chunks'), stack: host.board('peakStack') } });
	if (leak > 0) host.call('leak', leak);

	const requesters = new Requesters(world);
	await chapter(`ten SMS requests with answers of ${PARTS} parts`, async () => {
		for (let at = 0; at < 5; at++) await requesters.plain();
		await clock.advance(BUDGET);
		for (let at = 0; at < 3; at++) await requesters.digestV1();
		for (let at = 0; at < 2; at++) await requesters.digestV2();
	});
	await clock.advance(BUDGET);
	await chapter('six of them at once', () => requesters.burst(6));
	await clock.advance(BUDGET);
	let session: Person | undefined;
	await chapter(`${TCP_COMMANDS} commands over TCP`, async () => {
		session = await logIn(world);
		await commands(world, session, TCP_COMMANDS);
	});
	await chapter('commands over TCP beside a long answer by SMS', async () => {
		let answered = false;
		const sms = requesters.plain().then(() => {
			answered = true;
		});
		while (!answered) await commands(world, session!, 1);
		await sms;
	});
	await chapter('a file over TCP, stored and read back', () => file(world, session!));
	await chapter('recovery of an instance that hangs, with the session open', async () => {
		simulated.module.hang({ what: 'instance', number: 2, until: 'reopen' });
		session!.type('AT+CSQ\r');
		await session!.see('#ATRUN', 10 * MINUTE);
		await clock.advance(2 * MINUTE);
		await requesters.short();
	});
	await chapter('recovery of a module that hangs as a whole', async () => {
		await clock.advance(6 * MINUTE);
		simulated.module.hang({ what: 'all', until: 'reset' });
		await requesters.short();
		await commands(world, await logIn(world), 5);
	});
	await chapter('recovery of a module that has lost its power', async () => {
		await clock.advance(6 * MINUTE);
		simulated.module.cutPower();
		await requesters.short();
		await commands(world, await logIn(world), 5);
	});
	await chapter('journal, counters and settings, read on the console', async () => {
		for (const line of ['at#atrunlog=64', 'at#smsatwl?', 'at#tcpatrunauth?']) await onConsole(world, line);
	});
	world.boot(script, creation, 'power-on');
	await chapter('the next boot', async () => {
		await clock.until(() => simulated.memorySockets.isListening(PORT), 3 * MINUTE, 'the listening socket');
		await requesters.short();
	});
	tell({ end: { bytecodes: host.board('bytecodes') } });
}

async function onConsole({ console, clock }: BoardWorld, line: string): Promise<string> {
	console.clear();
	console.type(`${line}\r`);
	await clock.until(() => /\r\n(OK|.*ERROR.*)\r\n/.test(console.screen), 2 * MINUTE, `an answer to ${line}`);
	if (/ERROR/.test(console.screen)) throw new Error(`${line} was answered ${JSON.stringify(console.screen)}`);
	return console.screen;
}

async function configure(world: BoardWorld): Promise<void> {
	for (const line of SETTINGS) await onConsole(world, line);
	await world.clock.advance(2 * MINUTE);
}

/** Telephones that ask the board, each in its own way, and check what comes. */
class Requesters {
	readonly #world: BoardWorld;
	readonly #owner: Mobile;
	readonly #stranger: Mobile;
	#counter = 1_700_000_000;

	constructor(world: BoardWorld) {
		this.#world = world;
		this.#owner = world.mobile(OWNER);
		this.#stranger = world.mobile('+491711234567');
	}

	async plain(): Promise<void> {
		this.#owner.send(LONG, this.#world.simulated.sim.number);
		const pdus = await this.#answer(this.#owner, 1);
		if (pdus.length !== PARTS) throw new Error(`the answer has ${pdus.length} parts`);
	}

	async short(): Promise<void> {
		this.#owner.send('AT+CGMR', this.#world.simulated.sim.number);
		await this.#answer(this.#owner, 1);
	}

	async digestV1(): Promise<void> {
		const ids = { transactionId: 7, sessionId: 9 };
		const signed = signRequestV1(LONG, PASSWORD, ids, this.#delivery(), digest);
		if (!signed.ok) throw new Error(signed.error);
		await this.#digest(signed.value.hex, { password: PASSWORD });
	}

	async digestV2(): Promise<void> {
		const secret = { key: KEY, imei: '357462031234567' };
		const signed = signRequestV2(LONG, secret, { keyId: 1, counter: ++this.#counter }, this.#delivery(), digest);
		if (!signed.ok) throw new Error(signed.error);
		await this.#digest(signed.value.hex, { secret });
	}

	/** So many at the same time: they wait in the module and in the board's queue. */
	async burst(count: number): Promise<void> {
		for (let at = 0; at < count; at++) this.#owner.send(`${LONG};#GPIO=${at + 1},2`, this.#world.simulated.sim.number);
		await this.#answer(this.#owner, count);
	}

	async #digest(pdu: string, secret: Parameters<typeof openDigestSms>[1]): Promise<void> {
		if (!this.#stranger.sendPdu(pdu).ok) throw new Error('the mobile cannot send it');
		const pdus = await this.#answer(this.#stranger, PARTS);
		const opened = pdus.map(each => {
			const one = openDigestSms(each, secret, digest);
			if (!one.ok) throw new Error(one.error);
			return one.value;
		});
		const { valid, complete } = joinAnswer(opened);
		if (!valid || !complete) throw new Error('the answer is not what the board sent');
	}

	#delivery() {
		const to = parseNumber(this.#world.simulated.sim.number);
		if (!to.ok) throw new Error('the board has no number');
		return { to: to.value, validityMinutes: 1440 };
	}

	/** The PDUs of so many messages that come from now on. */
	async #answer(mobile: Mobile, count: number): Promise<readonly string[]> {
		const before = mobile.received.length;
		await this.#world.clock.until(() => mobile.received.length >= before + count, 60 * MINUTE, 'the answer by SMS');
		return mobile.received.slice(before).flatMap(({ pdus }) => pdus);
	}
}

async function logIn({ clock, simulated }: BoardWorld): Promise<Person> {
	const { memorySockets } = simulated;
	await clock.until(() => memorySockets.isListening(PORT), 30 * MINUTE, 'the listening socket');
	const connection = memorySockets.dial(PORT, '10.0.3.1');
	if (connection === undefined) throw new Error('nobody listens');
	const client = new Person(connection, clock);
	await client.see('Username:\r\n');
	client.type(`${USER}\r`);
	await client.see('Password:\r\n');
	client.type(`${TCP_PASSWORD}\r`);
	await client.see('Login successful.\r\n');
	await clock.advance(1_000);
	return client;
}

/** For the module, for the board, for both in one line, and with a long answer. */
const ASKED: readonly string[] = [
	'AT+CSQ',
	'AT#MONI',
	'AT#ATRUNSTAT',
	'AT+CREG?;#SMSATWL?;+CGMR',
	'AT#SMSATWL?',
	'AT+CLAC',
];

async function commands({ clock }: BoardWorld, client: Person, count: number): Promise<void> {
	for (let at = 0; at < count; at++) {
		const line = ASKED[at % ASKED.length]!;
		client.clear();
		client.type(`${line}\r`);
		await clock.until(() => FINAL.test(client.screen), 5 * MINUTE, `an answer to ${line} over TCP`);
	}
}

async function file({ clock }: BoardWorld, client: Person): Promise<void> {
	const size = 8_000;
	client.clear();
	client.type(`AT#WSCRIPT="a.py",${size}\r`);
	await client.see('>>> ');
	for (let at = 0; at < size; at += 500) {
		client.type('x'.repeat(500));
		await clock.advance(2_000);
	}
	await client.see('\r\nOK\r\n', MINUTE);
	client.clear();
	client.type('AT#RSCRIPT="a.py"\r');
	await clock.until(() => client.screen.endsWith('\r\nOK\r\n'), 5 * MINUTE, 'the file');
	client.type('AT#DSCRIPT="a.py"\r');
	await clock.advance(5_000);
}
