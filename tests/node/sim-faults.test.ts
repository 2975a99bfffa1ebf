import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeEntry, describeNote, faultsFrom } from '../../hosts/node/cli/faults-option.js';
import { type BoardOptions, composeBoard } from '../../hosts/node/simulated-board.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { ended, eventually, freePort, HastyClock, PortLog, scratchDirectory, start } from './support.js';

function scenario(text: string): string {
	const path = join(scratchDirectory(), 'faults.txt');
	writeFileSync(path, text);
	return path;
}

/** A board that is up, and what is told of its faults. */
async function startedBoard(faults: string, more: Pick<BoardOptions, 'accessPoint'> = {}) {
	const clock = new HastyClock();
	const told: string[] = [];
	const board = composeBoard({
		...more,
		clock,
		baud: 115_200,
		trace: undefined,
		stores: { board: new MemoryStore(), module: new MemoryStore() },
		listenPort: await freePort(),
		faults: {
			entries: faultsFrom(scenario(faults)),
			seed: 1,
			onFault: (note, ms) => told.push(describeNote(note, Math.round(ms / 1000) * 1000)),
		},
	});
	onTestFinished(() => board.stop());
	expect(await board.start()).toEqual({ ok: true, value: undefined });
	return { board, told, clock };
}

describe('the simulated board with faults', () => {
	test('answers requests again after its own power and that of its module have gone', async () => {
		const { board, told } = await startedBoard(
			'at 1s restart board\nat 2s brown out module\nfrom 3s to 5s drop network',
		);
		const order = { from: '+393297308677', to: board.number, text: 'AT+CGSN', timeoutMs: 200_000 };
		board.playFaults();
		await eventually(() => told.length === 4, 'the end of the faults');
		expect(told).toEqual([
			'fault at 1.0 s: restart board',
			'fault at 2.0 s: brown out module',
			'fault at 3.0 s: drop network for 2s',
			'fault at 5.0 s: drop network for 2s is over',
		]);
		const text = expect.stringContaining('\r\nOK\r\n');
		expect(await board.network.sendSms(order)).toMatchObject({ ok: true, value: { answer: { text } } });
	});
});

test('a simulated board joins its access point, loses it and joins it again', async () => {
	const { board, told, clock } = await startedBoard('at 1s drop wifi for 1m', { accessPoint: 'desk' });
	const log = new PortLog(board.line);
	const state = async () => {
		log.text = '';
		log.send('at#atrunwifi?\r');
		await eventually(() => /\r\nOK\r\n/.test(log.text), 'the state of the Wi-Fi');
		return /"\*\*\*",(\d),"([0-9.]*)"/.exec(log.text)?.slice(1).join(' ');
	};
	const isState = async (wanted: RegExp, what: string) => {
		let tries = 0;
		for (let now = await state(); !wanted.test(now ?? ''); now = await state()) {
			if (++tries > 600) throw new Error(`${what} does not come: ${now}`);
			await new Promise<void>(resolve => clock.setTimer(clock.now() + 1_000, resolve));
		}
	};
	log.send('at#atrunwifi=1,"desk","testpassw"\r');
	await eventually(() => log.text.includes('OK'), 'the answer');
	await isState(/^1 192\.168\.4\.17$/, 'the address');
	board.playFaults();
	await isState(/^[23] $/, 'the loss');
	await eventually(() => told.includes('fault at 61.0 s: drop wifi for 1m is over'), 'the end of the fault');
	await isState(/^1 192\.168\.4\.17$/, 'the address again');
});

describe('atrun sim --faults', () => {
	test.each([
		[
			'at 5s explode module\nat 1x reset module\n',
			/^atrun: .*faults\.txt, line 1: .*\natrun: .*faults\.txt, line 2: .*\n$/,
		],
		['# nothing\n', /^atrun: .*faults\.txt has no fault in it \(--faults\)\n$/],
	])('refuses %j with every wrong line', async (text, message) => {
		const run = await ended(start(['sim', '--faults', scenario(text)]));
		expect(run).toMatchObject({ code: 2, out: '' });
		expect(run.err).toMatch(message);
	});

	test('refuses to drop a Wi-Fi that the board has not', async () => {
		const run = await ended(start(['sim', '--faults', scenario('at 1s drop wifi for 1m')]));
		expect(run).toMatchObject({
			code: 2,
			out: '',
			err: 'atrun: only with --wifi has the board a Wi-Fi that could be dropped (--faults)\n',
		});
	});

	test('refuses a file that is not there', async () => {
		const run = await ended(start(['sim', '--faults', '/nowhere/faults.txt']));
		expect(run).toMatchObject({
			code: 2,
			err: 'atrun: cannot read /nowhere/faults.txt (--faults): there is no such file or directory\n',
		});
	});

	test('says what will come, and tells of each fault on stderr', async () => {
		const file = scenario('at 100ms reset module\nrandom faults every 2d seed 5\n');
		const ports = ['--listen', `${await freePort()}`, '--control', `${await freePort()}`];
		const sim = start(['sim', '--no-demo', ...ports, '--faults', file]);
		await eventually(() => sim.err.includes('\n'), 'the fault', 25_000);
		expect(sim.out).toContain(
			'Faults, their times from when the board is ready:\n  at 100ms reset module\n  random faults every 2d seed 5\n',
		);
		expect(sim.err).toMatch(/^fault at 0\.[0-9] s: reset module\n$/);
		sim.child.kill('SIGTERM');
		expect(await ended(sim)).toMatchObject({ code: 0 });
	});

	test('gives random faults that have no seed one that can be given again', () => {
		expect(describeEntry({ when: 'random', every: 60_000, seed: undefined }, 42)).toBe(
			'random faults every 1m seed 42',
		);
	});
});
