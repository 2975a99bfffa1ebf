import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { scratchDirectory } from './support.js';

const FIXTURE = fileURLToPath(new URL('./fixtures/process-guard.ts', import.meta.url));

function run(directory: string, end: string) {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', FIXTURE, directory, end], {
		encoding: 'utf8',
	});
	return { status, restart: JSON.parse(stdout.trim()), err: stderr };
}

describe('the guard of the process', () => {
	test.each([
		['callback', 'fault in uncaughtException: TypeError: no such thing'],
		['rejection', 'fault in unhandledRejection: RangeError: out of bounds'],
	])('a fault in a %s ends the process with code 1, and the next start knows it, once', (end, why) => {
		const directory = scratchDirectory();
		const fault = run(directory, end);
		expect(fault.status).toBe(1);
		expect(fault.restart).toEqual({ reason: 'power-on' });
		expect(fault.err).toMatch(/^atrun: fault \(\w+\): \w+: .*\n +at /);
		expect(run(directory, 'well')).toEqual({ status: 0, restart: { reason: 'fault', why }, err: '' });
		expect(run(directory, 'well').restart).toEqual({ reason: 'power-on' });
	});

	test('that is closed leaves the process alone', () => {
		const directory = scratchDirectory();
		expect(run(directory, 'closed').err).not.toContain('atrun:');
		expect(run(directory, 'well').restart).toEqual({ reason: 'power-on' });
	});
});
