import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lackOf, Place, PROGRAM_MS } from './modem-programs.js';
import { eventually } from './support.js';

const PLACES = Object.freeze({
	'atrun modem --pty': 'modem',
	'the console of atrun sim --console-pty': 'sim',
} as const);

const FRIEND = '+393297308677';
const OTHER = '+393468686711';
/** Longer than one SMS, and no part of it like another. */
const LONG = Array.from({ length: 50 }, (_, at) => `${String(at).padStart(3, '0')} text`)
	.join('')
	.slice(0, 400);
const CYRILLIC = 'Привет, модуль';

/** An answer that a mobile waits for while a program is slow to give it [ms]. */
const ANSWER_MS = 90_000;

interface Story {
	readonly programs: readonly string[];
	readonly plays: (place: Place) => Promise<void>;
}

/** `text` reaches the mobile that has just written to the module, sent by `send`. */
async function answersMobile(
	place: Place,
	question: string,
	text: string,
	send: () => Promise<unknown>,
): Promise<void> {
	const answer = place.mobileWrites(question, FRIEND, ANSWER_MS);
	answer.catch(() => {});
	// Its +CMTI comes before the program does: not every one knows a line that it has not asked for.
	await place.holds(1);
	await send();
	expect(await answer).toBe(text);
}

async function gammuSends(place: Place, ...args: readonly string[]): Promise<void> {
	const { code, out } = await place.gammu('sendsms', 'TEXT', FRIEND, ...args);
	expect(out).toMatch(/OK, message reference=\d+/);
	expect(code, out).toBe(0);
}

const STORIES: Readonly<Record<string, Story>> = Object.freeze({
	'gammu identify knows maker, model, firmware, IMEI and IMSI': {
		programs: ['gammu'],
		plays: async place => {
			const { code, out } = await place.gammu('identify');
			expect(out).toMatch(/^Manufacturer +: Telit$/m);
			expect(out).toMatch(/^Model +: .*GE865-QUAD/m);
			expect(out).toMatch(/^Firmware +: 10\.00\.152$/m);
			expect(out).toMatch(/^IMEI +: 357462031234567$/m);
			expect(out).toMatch(/^SIM IMSI +: 222880123456789$/m);
			expect(code, out).toBe(0);
		},
	},
	'gammu getallsms shows what mobiles have written, in one SMS, in another alphabet and in several SMS': {
		programs: ['gammu'],
		plays: async place => {
			await place.mobileWrites('hello gammu', FRIEND, 0);
			await place.mobileWrites(CYRILLIC, OTHER, 0);
			await place.mobileWrites(LONG, OTHER, 0);
			await place.holds(5);
			const { code, out } = await place.gammu('getallsms');
			expect(out).toContain(`"${FRIEND}"`);
			expect(out).toContain('hello gammu');
			expect(out).toContain(CYRILLIC);
			const parts = [...out.matchAll(/part \d of 3\n+(.*)\n/g)].map(([, text]) => text);
			expect(parts.join('')).toBe(LONG);
			expect(out).toContain('5 SMS parts');
			expect(code, out).toBe(0);
		},
	},
	'gammu deletesms deletes one message, deleteallsms the others': {
		programs: ['gammu'],
		plays: async place => {
			for (const text of ['one', 'two', 'three']) await place.mobileWrites(text, FRIEND, 0);
			await place.holds(3);
			expect(await place.gammu('deletesms', '1', '2')).toMatchObject({ code: 0 });
			const left = await place.command('AT+CMGF=0;+CMGL=4');
			expect([...left.matchAll(/\+CMGL: (\d+),/g)].map(([, index]) => index)).toEqual(['1', '3']);
			expect(await place.gammu('deleteallsms', '1')).toMatchObject({ code: 0 });
			await place.holds(0);
		},
	},
	'gammu sendsms sends 7-bit text': {
		programs: ['gammu'],
		plays: async place => {
			await answersMobile(place, 'one', 'hello {mobile} €', () => gammuSends(place, '-text', 'hello {mobile} €'));
		},
	},
	'gammu sendsms sends Unicode': {
		programs: ['gammu'],
		plays: async place => {
			await answersMobile(place, 'two', CYRILLIC, () => gammuSends(place, '-unicode', '-text', CYRILLIC));
		},
	},
	'gammu sendsms sends 400 characters in three SMS': {
		programs: ['gammu'],
		plays: async place => {
			await answersMobile(place, 'three', LONG, () => gammuSends(place, '-len', '400', '-text', LONG));
		},
	},
	'gnokii --identify knows IMEI, maker, model and firmware': {
		programs: ['gnokii'],
		plays: async place => {
			const { code, out } = await place.gnokii(['--identify']);
			expect(out).toMatch(/^IMEI +: 357462031234567$/m);
			expect(out).toMatch(/^Manufacturer +: Telit$/m);
			expect(out).toMatch(/^Model +: GE865-QUAD$/m);
			expect(out).toMatch(/^Revision +: 10\.00\.152$/m);
			expect(code, out).toBe(0);
		},
	},
	'gnokii --getsms shows what a mobile has written': {
		programs: ['gnokii'],
		plays: async place => {
			await place.mobileWrites('hello gnokii', FRIEND, 0);
			await place.holds(1);
			const { code, out } = await place.gnokii(['--getsms', 'SM', '1', '1']);
			expect(out).toContain('Inbox Message');
			expect(out).toContain(`Sender: ${FRIEND}`);
			expect(out).toContain('hello gnokii');
			expect(code, out).toBe(0);
		},
	},
	'gnokii --sendsms sends a text': {
		programs: ['gnokii'],
		plays: async place => {
			await answersMobile(place, 'four', 'hello from gnokii', async () => {
				const { code, out } = await place.gnokii(['--sendsms', FRIEND], 'hello from gnokii');
				expect(out).toMatch(/Send succeeded with reference \d+/);
				expect(code, out).toBe(0);
			});
		},
	},
	'a person types with picocom: mistakes are edited, A/ repeats, an error is an error': {
		programs: ['picocom', 'expect'],
		plays: async place => {
			const script = join(place.directory, 'typing.exp');
			writeFileSync(script, typing(place.path));
			const { code, out } = await place.run('expect', ['-f', script]);
			expect(out).toContain('everything typed');
			expect(code, out).toBe(0);
		},
	},
	'gammu-smsd puts a message that a mobile sent into its inbox, and takes it off the card': {
		programs: ['gammu-smsd'],
		plays: async place => {
			const smsd = place.beginSmsd();
			try {
				await place.mobileWrites('hello smsd', FRIEND, 0);
				const files = () => readdirSync(place.inbox).filter(name => name.includes(FRIEND));
				const says = `a file of the message in the inbox, while gammu-smsd says ${JSON.stringify(smsd.out)},`;
				await eventually(() => files().length > 0 || smsd.code !== undefined, says, PROGRAM_MS);
				expect(files()).toHaveLength(1);
				expect(readFileSync(join(place.inbox, files()[0]!), 'utf8')).toBe('hello smsd');
			} finally {
				await smsd.stop();
			}
			await place.holds(0);
		},
	},
});

/** What somebody types. `expect` ends with 1 where what should be on the screen does not come. */
function typing(path: string): string {
	return `
set timeout 60
proc sees {what} {
	expect {
		-ex $what {}
		timeout { puts "\\nmissing: $what"; exit 1 }
		eof { puts "\\npicocom ended before: $what"; exit 1 }
	}
}
spawn picocom --nolock --baud 115200 --noreset ${path}
sees "Terminal ready" 
send "AT+CGMMM\\bI\\b\\bM;+CGSN\\r"
sees "357462031234567"
sees "OK"
send "A/"
sees "357462031234567"
sees "OK"
send "AT+CMEE=2\\r"
sees "OK"
send "AT+CPIN=1234\\r"
sees "+CME ERROR: operation not allowed"
send "AT+CMGF=1;+CMGS=\\"${FRIEND}\\"\\r"
sees "> "
send "never mind\\033"
sees "OK"
send "AT+CMGF=0;+CMEE=0\\r"
sees "OK"
send "\\001\\030"
expect eof
wait
puts "everything typed"
`;
}

// The two places run beside each other: what takes time here is the modules' radio.
describe.concurrent.each(Object.entries(PLACES))('at %s', (_name, command) => {
	const place = new Place();

	beforeAll(async () => {
		if (lackOf('socat') === undefined) await place.start(command);
	}, PROGRAM_MS * 2);
	afterAll(() => place.stop(), PROGRAM_MS);

	describe.sequential('real programs', () => {
		for (const [name, { programs, plays }] of Object.entries(STORIES)) {
			const missing = lackOf('socat', ...programs);
			const title = missing === undefined ? name : `${name} (skipped: ${missing} not installed)`;
			const play = async () => {
				// Every story begins with a line at rest and an empty card.
				expect(await place.command('AT+CMGD=1,4')).toContain('OK');
				await plays(place);
			};
			test.skipIf(missing !== undefined)(title, play, PROGRAM_MS * 2);
		}

		// A bare module runs no requests.
		if (command === 'modem') return;
		test.skipIf(lackOf('socat', 'gammu') !== undefined)(
			'an SMS request and a TCP session go on while gammu sends (needs socat, gammu)',
			async () => {
				// gammu takes a line that it does not know for a part of the answer: whoever runs it switches the report off.
				for (const line of ['AT#SMSATRUN=0', 'AT#SMSATRUNCFG=3,0,5', 'AT#SMSATRUN=1']) {
					expect(await place.command(line)).toContain('OK');
				}
				const session = await place.session();
				try {
					const gammu = place.beginGammu('sendsms', 'TEXT', OTHER, '-len', '400', '-text', LONG);
					await eventually(() => gammu.out.includes('Sending SMS 1/3'), 'the first SMS of gammu', PROGRAM_MS);
					const request = place.mobileWrites('AT+CSQ', FRIEND, ANSWER_MS);
					request.catch(() => {});
					expect(await session.types('AT+CREG?', 'OK')).toContain('+CREG: 0,1');
					expect(await session.types('AT+CGMM', 'OK')).toContain('GE865-QUAD');
					expect(gammu.code).toBeUndefined();
					const { code, out } = await gammu.ended;
					expect(out.match(/OK, message reference=\d+/g), out).toHaveLength(3);
					expect(code, out).toBe(0);
					expect(await request).toMatch(/\+CSQ: \d+,\d/);
				} finally {
					session.close();
				}
			},
			PROGRAM_MS * 2,
		);
	});
});
