import { readFileSync } from 'node:fs';
import { describeFault, type FaultEntry } from '../../simulator/fault.js';
import type { FaultNote } from '../../simulator/fault-player.js';
import { describeTime } from '../../simulator/fault-time.js';
import { parseFaults } from '../../simulator/faults.js';
import { reasonOf } from '../system-error.js';
import { CommandFailure } from './failure.js';

/** Reads the file of `--faults`; each wrong line of it is told. */
export function faultsFrom(path: string): readonly FaultEntry[] {
	const parsed = parseFaults(textOf(path));
	if (!parsed.ok) throw new CommandFailure(2, parsed.error.map(error => `${path}, ${error}`).join('\natrun: '));
	if (parsed.value.length === 0) throw new CommandFailure(2, `${path} has no fault in it (--faults)`);
	return parsed.value;
}

/** What will come, a line each. `seed`: of random faults that have none of their own. */
export function describeEntry(entry: FaultEntry, seed: number): string {
	switch (entry.when) {
		case 'at':
			return `at ${describeTime(entry.at)} ${describeFault(entry.fault)}`;
		case 'every':
			return `every ${describeTime(entry.every)} ${describeFault(entry.fault)}`;
		case 'random':
			return `random faults every ${describeTime(entry.every)} seed ${entry.seed ?? seed}`;
	}
}

/** A fault that begins or is over, `ms` after the board was ready. */
export function describeNote({ fault, phase }: FaultNote, ms: number): string {
	return `fault at ${(ms / 1000).toFixed(1)} s: ${describeFault(fault)}${phase === 'ends' ? ' is over' : ''}`;
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw new CommandFailure(2, `cannot read ${path} (--faults): ${reasonOf(error)}`);
	}
}
