import { afterEach, describe, expect, test } from 'vitest';
import { type FirmwareHost, type FirmwarePorts, startFirmware } from '../../hosts/firmware/firmware.js';
import { SilentPort } from '../../hosts/firmware/silent-port.js';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { NodeEntropy } from '../../hosts/node/node-entropy.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../hosts/simulator/wire.js';
import type { Restart } from '../../src/ports/restart.js';
import { Person } from '../support/person.js';

afterEach(() => {
	Reflect.deleteProperty(globalThis, 'abort');
});

/** A line to a module that is not there. */
class DeadUart extends SilentPort {
	readonly overruns = 0;

	setBaud(): boolean {
		return true;
	}

	setDtr(): void {}
}

interface Machine {
	readonly host: FirmwareHost;
	readonly clock: VirtualClock;
	readonly person: Person;
	readonly log: string[];
	readonly traced: string[];
}

function machine(restart: Restart = { reason: 'power-on' }, own: Partial<FirmwarePorts> = {}): Machine {
	const log: string[] = [];
	const traced: string[] = [];
	const clock = new VirtualClock();
	const wire = new Wire(clock, { baud: 0 });
	const host: FirmwareHost = {
		target: 'test-bench',
		takeRestart: () => restart,
		keepNote: note => log.push(`note: ${note}`),
		restart: () => log.push('restart'),
		say: line => log.push(line),
		openPorts: () => ({
			clock,
			module: new DeadUart(),
			console: wire.dce,
			store: new MemoryStore(),
			digest: new NodeDigest(),
			entropy: new NodeEntropy(),
			trace: { note: (source, text) => traced.push(`${source}: ${text}`) },
			...own,
		}),
	};
	return { host, clock, person: new Person(wire.dte, clock), log, traced };
}

describe('the firmware', () => {
	test('runs the core on what the host opens', async () => {
		const { host, clock, log, traced } = machine();
		startFirmware(host);
		await clock.advance(1_000);
		expect(log).toEqual([]);
		expect(traced.length).toBeGreaterThan(0);
	});

	test('says how the last run ended, where that is known', () => {
		const { host, log } = machine({ reason: 'fault', why: 'fault in timer: Error: no' });
		startFirmware(host);
		expect(log).toEqual(['fault: fault in timer: Error: no']);
	});

	test('leaves a note and restarts where a port cannot be opened', () => {
		const { host, log } = machine();
		const broken: FirmwareHost = {
			...host,
			openPorts: () => {
				throw new Error('UART 1 cannot be opened');
			},
		};
		expect(() => startFirmware(broken)).toThrow('UART 1');
		expect(log).toEqual([
			'fault in start: Error: UART 1 cannot be opened',
			'note: fault in start: Error: UART 1 cannot be opened',
			'restart',
		]);
	});

	test('leaves a note and restarts where the engine gives up', () => {
		const { host, log } = machine();
		startFirmware(host);
		const { abort } = globalThis as unknown as { abort(reason: string, exception: unknown): void };
		abort('memory full', undefined);
		abort('unhandled rejection', new Error('what follows'));
		expect(log).toEqual(['fault in memory full: undefined', 'note: fault in memory full: undefined', 'restart']);
	});

	test('tells the journal that the records were lost', () => {
		const { host, traced } = machine({ reason: 'power-on' }, { recordsLost: 'damaged, and erased' });
		startFirmware(host);
		expect(traced.join('\n')).toContain('records: damaged, and erased');
	});

	test('tells the most that its memory held, by a look a minute and one when it is asked', async () => {
		const { host, clock, person } = machine();
		let octets = 70_000;
		startFirmware({ ...host, heapInUse: () => octets });
		await clock.advance(60_000);
		octets = 90_000;
		await clock.advance(60_000);
		octets = 80_000;
		expect(await person.ask('AT#ATRUNSTAT')).toContain('#ATRUNSTAT: HEAP_PEAK,90000');
		octets = 95_000;
		expect(await person.ask('AT#ATRUNSTAT')).toContain('#ATRUNSTAT: HEAP_PEAK,95000');
	});

	test('says nothing of a memory that the engine cannot tell of', async () => {
		const { host, person } = machine();
		startFirmware(host);
		expect(await person.ask('AT#ATRUNSTAT')).not.toContain('HEAP_PEAK');
	});
});
