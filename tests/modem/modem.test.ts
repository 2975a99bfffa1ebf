import { describe, expect, test } from 'vitest';
import { PowerLines } from '../../hosts/simulator/power-lines.js';
import { bytesOf } from '../../src/base/text.js';
import { DteWishes } from '../../src/modem/dte-wishes.js';
import type { InstanceUser } from '../../src/modem/instance.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import { bench } from './bench.js';

/** Types lines into a module that is out of CMUX, before the co-processor starts. */
function type(port: BytePort, ...lines: readonly string[]): void {
	for (const line of lines) port.write(bytesOf(`${line}\r`));
}

describe('attaching', () => {
	test('switches a module on that is off', async () => {
		const at = bench();
		at.modem.start();
		await at.ready();
		expect(at.module.boots).toBe(1);
		expect(at.modem.state).toBe('ready');
		expect(at.modem.identity).toEqual({
			model: 'GE865-QUAD',
			firmware: '10.00.152',
			imei: '357462031234567',
			python: true,
		});
		expect([1, 2, 3, 4].map(number => at.modem.instance(number)?.number)).toEqual([1, 2, 3, undefined]);
		expect(at.modem.control?.number).toBe(1);
	});

	test('waits for one that boots, and does not restart it', async () => {
		const at = bench({ powered: true });
		at.modem.start();
		await at.ready();
		expect(at.module.boots).toBe(1);
	});

	test.each([['ATE1'], ['ATV0'], ['ATQ1'], ['ATE1V0Q1'], ['ATE0'], ['AT+CMEE=2'], ['AT+C']])(
		'takes a module over that %s was typed into',
		async line => {
			const at = bench({ powered: true });
			await at.clock.advance(10_000);
			type(at.dte, line);
			await at.clock.advance(500);
			at.modem.start();
			await at.ready();
			expect(at.module.boots).toBe(1);
			const answer = await at.clock.settled(at.modem.instance(1)!.ask('AT+CMEE?', 1000, ['+CMEE']), 2000);
			expect(answer).toEqual({ ok: true, result: { kind: 'ok' }, lines: ['+CMEE: 1'] });
		},
	);

	test('takes a module over that is half way through a line, or waits at a prompt', async () => {
		const at = bench({ powered: true });
		await at.clock.advance(10_000);
		at.dte.write(bytesOf('AT+CMGS=20\r'));
		await at.clock.advance(500);
		at.dte.write(bytesOf('0011'));
		await at.clock.advance(500);
		at.modem.start();
		await at.ready();
		expect(at.module.boots).toBe(1);
	});

	test('resumes with a module that is still in CMUX, in the middle of a frame', async () => {
		const at = bench();
		at.modem.start();
		await at.ready();
		// The co-processor restarts: nobody says goodbye, and a frame is left unfinished.
		at.dte.listen(undefined);
		const again = bench({}, { uart: at.dte, power: at.power, clock: at.clock.ownedBy('second') });
		at.dte.write(Uint8Array.of(0xf9, 0x07, 0xef, 0x41, 0x41));
		const { modem } = again;
		let ready = false;
		modem.onReady.push(() => {
			ready = true;
		});
		modem.start();
		await at.clock.until(() => ready, 60_000, 'the second life');
		expect(at.module.boots).toBe(1);
		expect((await at.clock.settled(modem.control!.ask('AT', 1000), 2000)).ok).toBe(true);
	});

	test('switches the services of the firmware off that are on, and touches no others', async () => {
		const at = bench({ powered: true });
		await at.clock.advance(10_000);
		type(at.dte, 'AT#SMSATRUN=1');
		await at.clock.advance(1000);
		at.modem.start();
		await at.ready();
		const answer = await at.clock.settled(at.modem.instance(2)!.ask('AT#SMSATRUN?', 1000, ['#SMSATRUN']), 2000);
		expect(answer.lines[0]).toMatch(/^#SMSATRUN: 0/);
		const sent = at.trace.filter(line => line.includes('uart → ')).map(line => line.replace(/^.*→ /, ''));
		for (const rival of ['AT#TCPATRUNL', 'AT#TCPATRUND', 'AT#ENAEVMONI']) {
			expect(sent).toContain(`${rival}?`);
			expect(sent).not.toContain(`${rival}=0`);
		}
	});

	test('waits before the first SABM', async () => {
		const at = bench({ quirks: { earlySabmDeadlocks: true } });
		at.modem.start();
		await at.ready();
		expect(at.module.boots).toBe(1);
	});

	test('fills every instance with the settings we count on, whatever the stored profile says', async () => {
		const at = bench({ powered: true });
		await at.clock.advance(10_000);
		type(at.dte, 'ATV0', 'AT+CMEE=2', 'AT&W0', 'AT&P0');
		await at.clock.advance(1000);
		at.modem.start();
		await at.ready();
		for (const number of [1, 2, 3]) {
			const answer = await at.clock.settled(at.modem.instance(number)!.ask('AT+CMEE?', 1000, ['+CMEE']), 2000);
			expect(answer.lines).toEqual(['+CMEE: 1']);
		}
	});
});

describe('a family that may have one instance more', () => {
	test.each([
		['HE910', 4],
		['LE910', 1],
		['GE865', 1],
	] as const)('of a %s, the co-processor’s own commands run on instance %i', async (model, control) => {
		const at = bench({ model });
		at.modem.start();
		await at.ready();
		expect(at.modem.control?.number).toBe(control);
		const answer = await at.clock.settled(at.modem.control!.ask('AT+CNMI?', 1000, ['+CNMI']), 5000);
		expect(answer.lines).toEqual(['+CNMI: 2,1,0,0,0']);
	});

	test('does without it when it hangs: nothing is restarted, and it is there again after the next attach', async () => {
		const at = bench({ model: 'HE910' });
		at.modem.start();
		await at.ready();
		at.module.hang({ what: 'instance', number: 4, until: 'reset' });
		await at.clock.until(() => at.modem.control?.number === 1, 120_000, 'another control instance');
		expect([at.module.boots, at.counts.lost]).toEqual([1, 0]);
		const answer = await at.clock.settled(at.modem.control!.ask('AT+CNMI?', 1000, ['+CNMI']), 5000);
		expect(answer.lines).toEqual(['+CNMI: 2,1,0,0,0']);
		at.module.restart();
		await at.ready(2, 120_000);
		expect(at.modem.control?.number).toBe(4);
	});

	test('does without one that opens and says nothing, and does not wait for it again', async () => {
		const at = bench({ model: 'HE910' });
		at.module.hang({ what: 'instance', number: 4, until: 'power' });
		at.modem.start();
		await at.clock.advance(15_000);
		at.module.hang({ what: 'instance', number: 4, until: 'power' });
		await at.ready();
		at.module.restart();
		await at.ready(2, 120_000);
		expect(at.modem.line.attachTime).toBeLessThan(20_000);
	});
});

describe('a module that cannot be had', () => {
	test('is tried again for ever, with growing pauses, and is reset no faster than that', async () => {
		const at = bench({}, {});
		// Dead: whatever is sent is lost.
		at.dte.write = () => 0;
		at.modem.start();
		await at.clock.advance(1_800_000);
		expect(at.modem.state).toBe('attaching');
		const lost = at.trace.filter(line => line.includes('modem lost: silent')).map(line => Number(line.split(' ')[0]));
		expect(lost.length).toBeGreaterThan(10);
		const gaps = lost.slice(1).map((time, place) => time - lost[place]!);
		expect(gaps[0]).toBeGreaterThanOrEqual(4000);
		expect(gaps.slice(6).every(gap => gap >= 60_000)).toBe(true);
		expect(at.module.boots).toBeLessThanOrEqual(lost.length + 1);
		expect(at.counts).toEqual({ ready: 0, lost: 0 });
	});

	test('and refuses +CMUX is tried again too', async () => {
		const at = bench();
		const write = at.dte.write.bind(at.dte);
		let refuse = true;
		at.dte.write = bytes => {
			const command = String.fromCharCode(...bytes);
			if (!refuse || !command.includes('+CMUX')) return write(bytes);
			write(bytesOf('AT+NOSUCH\r'));
			return bytes.length;
		};
		at.modem.start();
		await at.clock.advance(60_000);
		expect(at.trace.some(line => line.includes('modem lost: no-mux'))).toBe(true);
		expect(at.counts.ready).toBe(0);
		refuse = false;
		await at.ready(1, 120_000);
	});

	test('on a board without PWRMON is switched on all the same', async () => {
		const simulated = bench();
		const at = bench(
			{},
			{ uart: simulated.dte, clock: simulated.clock.ownedBy('modem'), power: new PowerLines(simulated.module, false) },
		);
		at.modem.start();
		await simulated.clock.until(() => at.counts.ready === 1, 300_000, 'the attached module');
		expect(simulated.module.isOn).toBe(true);
	});

	test('on a board without power control is found as soon as it is switched on', async () => {
		const at = bench({}, { power: undefined });
		at.modem.start();
		await at.clock.advance(200_000);
		expect(at.counts.ready).toBe(0);
		at.module.powerOn();
		await at.ready(1, 120_000);
	});
});

describe('a module that is lost', () => {
	async function attached() {
		const at = bench();
		at.modem.start();
		await at.ready();
		return at;
	}

	test.each([
		['loses its power', (at: Awaited<ReturnType<typeof attached>>) => at.module.cutPower()],
		['restarts by itself', (at: Awaited<ReturnType<typeof attached>>) => at.module.restart()],
		[
			'is rebooted by a command',
			(at: Awaited<ReturnType<typeof attached>>) => void at.modem.instance(2)!.ask('AT#REBOOT', 5000, [], 'service'),
		],
		[
			'is switched off by a command',
			(at: Awaited<ReturnType<typeof attached>>) => void at.modem.instance(2)!.ask('AT#SHDN', 5000, [], 'service'),
		],
	])('because it %s is attached again, and answers', async (_what, harm) => {
		const at = await attached();
		const before = at.modem.control;
		harm(at);
		const outcomes: string[] = [];
		for (let turn = 0; turn < 3; turn++) {
			void before
				?.run('control', { line: 'AT+COPS=?', prefixes: [], time: 60_000 })
				.then(({ kind }) => outcomes.push(kind));
		}
		await at.ready(2, 120_000);
		expect(at.counts).toEqual({ ready: 2, lost: 1 });
		expect(outcomes.length).toBe(3);
		expect(outcomes).toContain('closed');
		expect(at.modem.control).not.toBe(before);
		expect((await at.clock.settled(at.modem.control!.ask('AT', 1000), 2000)).ok).toBe(true);
	});

	test('is missed within 15 s though nobody asks anything', async () => {
		const at = await attached();
		at.module.cutPower();
		await at.clock.until(() => at.counts.lost === 1, 15_000, 'the loss');
		expect(at.modem.state).toBe('attaching');
		expect(at.modem.control).toBeUndefined();
		expect(at.modem.instance(1)).toBeUndefined();
	});
});

describe('an instance that is lost alone', () => {
	test.each([
		['its interpreter is dead', (at: ReturnType<typeof bench>) => at.module.firmware?.instances[2]?.detach()],
		['its channel was closed', (at: ReturnType<typeof bench>) => at.modem.instance(3)!.port.close()],
	])('because %s comes back on a new DLCI, and the others go on', async (_why, harm) => {
		const at = bench();
		const told: string[] = [];
		at.modem.onRecovered.push(({ rung, reason }) => told.push(`${rung}: ${reason}`));
		at.modem.start();
		await at.ready();
		harm(at);
		await at.clock.until(() => told.length > 0, 90_000, 'the recovery');
		expect(told).toEqual(['reopen: instance 3 did not answer']);
		expect(at.counts).toEqual({ ready: 1, lost: 0 });
		expect((await at.clock.settled(at.modem.instance(3)!.ask('AT', 1000), 2000)).ok).toBe(true);
	});
});

describe('instances and their owners', () => {
	test('a service holds an instance alone, and control moves to the next free one', async () => {
		const at = bench();
		at.modem.start();
		await at.ready();
		await at.clock.advance(100);
		expect(at.modem.reserve(1, 'SMS')).toBe(true);
		expect(at.modem.reserve(1, 'SMS')).toBe(true);
		expect(at.modem.reserve(1, 'TCP')).toBe(false);
		expect(at.modem.control?.number).toBe(2);
		expect(at.modem.instanceForDte(1)).toBeUndefined();
		await at.clock.advance(500);
		const old = await at.clock.settled(at.modem.instance(1)!.ask('AT+CNMI?', 1000, ['+CNMI'], 'service'), 2000);
		const now = await at.clock.settled(at.modem.control!.ask('AT+CNMI?', 1000, ['+CNMI']), 2000);
		expect([old.lines, now.lines]).toEqual([['+CNMI: 0,0,0,0,0'], ['+CNMI: 2,1,0,0,0']]);
		at.modem.release(1, 'TCP');
		expect(at.modem.control?.number).toBe(2);
		at.modem.release(1, 'SMS');
		expect(at.modem.control?.number).toBe(1);
	});

	test('each holds its instance over a loss of the module', async () => {
		const at = bench();
		at.modem.reserve(1, 'SMS');
		at.modem.start();
		await at.ready();
		at.module.restart();
		await at.ready(2, 120_000);
		expect(at.modem.reserve(1, 'TCP')).toBe(false);
		expect(at.modem.control?.number).toBe(2);
	});

	test('control reads in PDU mode on the instance where the DTE has chosen text mode', async () => {
		const at = bench();
		at.modem.start();
		await at.ready();
		const instance = at.modem.instance(1)!;
		const format = async (user: InstanceUser) =>
			(await at.clock.settled(instance.ask('AT+CMGF?', 1000, ['+CMGF'], user), 3000)).lines[0];
		const dte = new DteWishes();
		await at.clock.settled(instance.ask('AT+CMGF=1', 1000, [], dte), 2000);
		instance.ran(dte, [{ name: '+CMGF', form: 'set', args: '1', text: '+CMGF=1' }], true);
		expect(await format('control')).toBe('+CMGF: 0');
		expect(await format(dte)).toBe('+CMGF: 1');
		expect(await format('control')).toBe('+CMGF: 0');
	});
});

describe('stopping', () => {
	test('leaves CMUX in order, so that the module is in AT mode again', async () => {
		const at = bench();
		at.modem.start();
		await at.ready();
		await at.clock.settled(at.modem.stop(), 5000);
		expect(at.modem.state).toBe('stopped');
		expect(at.counts.lost).toBe(1);
		expect(at.module.firmware?.line.inMux).toBe(false);
	});

	test('at any moment leaves no timer, no listener that writes and nobody waiting; it can start again', async () => {
		for (let moment = 0; moment <= 14_000; moment += 333) {
			const at = bench();
			at.modem.start();
			await at.clock.advance(moment);
			let settled = 0;
			const asked = at.modem
				.instance(1)
				?.ask('AT+COPS=?', 60_000)
				.then(() => settled++);
			await at.clock.advance(5);
			await at.clock.settled(at.modem.stop(), 5000, `the stop at ${moment}`);
			await at.clock.advance(1);
			expect(at.clock.pending('modem'), `timers after ${moment} ms`).toBe(0);
			expect(settled).toBe(asked === undefined ? 0 : 1);
			const notes = at.trace.length;
			await at.clock.advance(20_000);
			expect(at.trace.length, `silence after ${moment} ms`).toBe(notes);
			at.modem.start();
			const before = at.counts.ready;
			await at.ready(before + 1);
		}
	});

	test('while it waits to try again, and while the multiplexer of a lost module closes', async () => {
		for (const after of [0, 1, 100, 300, 700, 1500, 3000]) {
			const at = bench();
			at.modem.start();
			await at.ready();
			at.module.cutPower();
			await at.clock.until(() => at.counts.lost === 1, 20_000);
			await at.clock.advance(after);
			await at.clock.settled(at.modem.stop(), 5000);
			expect(at.clock.pending('modem')).toBe(0);
			await at.clock.advance(100_000);
			expect(at.modem.state).toBe('stopped');
		}
	});

	test('and starting at once attaches once', async () => {
		for (const moment of [0, 500, 3000, 5500, 7000]) {
			const at = bench();
			at.modem.start();
			await at.clock.advance(moment);
			const stopped = at.modem.stop();
			at.modem.start();
			at.modem.start();
			await at.clock.settled(stopped, 5000);
			const before = at.counts.ready;
			await at.ready(before + 1, 120_000);
			await at.clock.advance(60_000);
			expect(at.counts.ready).toBe(before + 1);
			expect(at.modem.state).toBe('ready');
		}
	});
});
