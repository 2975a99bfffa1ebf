import type { Outcome } from './request.js';
import type { SoakResult } from './soak.js';

const OUTCOMES: readonly Outcome[] = ['answered', 'silent', 'outcome unknown', 'recorded', 'cut off', 'line noise'];
const RUNGS = ['wait', 'abort', 'reopen', 'mux', 'reboot', 'reset', 'power'];
const HOUR = 3_600_000;

/** The tables of a soak. The same seed gives the same text. */
export function reportOf(result: SoakResult): readonly string[] {
	const { tally, outages, rungs, sessions } = result;
	return [
		...table([
			['requests', ...OUTCOMES],
			...tally.rows().map(([name, counts]) => [name, ...OUTCOMES.map(outcome => String(counts.get(outcome) ?? '-'))]),
		]),
		'',
		...table([
			['faults', 'count', 'mean s', 'longest s', 'longest after its end s'],
			...outages
				.rows()
				.map(([name, { count, sum, longest, behind }]) => [
					name,
					String(count),
					seconds(sum / count),
					seconds(longest),
					seconds(behind),
				]),
		]),
		'',
		`recorded       ${listed(tally.reasons)}`,
		`recovered by   ${RUNGS.map(rung => `${rung} ${rungs.get(rung) ?? 0}`).join(', ')}`,
		`first start    every service up ${seconds(result.ready)} s after power-on`,
		`starts         module ${result.boots}, board ${result.restarts + 1}; somebody had to go there ${result.visits} times`,
		`settings       changed ${result.settingsChanges} times`,
		`TCP sessions   ${sessions.served} served, ${sessions.refused} found nobody`,
		`timers         ${result.timers} at the most`,
		`requests       ${tally.total}`,
	];
}

/** What is not the same each time: the heap and the speed. */
export function figuresOf({ growth, days }: SoakResult, realSeconds: number): readonly string[] {
	const left = growth === undefined ? 'not measured' : `${growth.toFixed(1)} octets a request`;
	const speed = Math.round((days * 24 * HOUR) / 1000 / realSeconds);
	return [
		`heap growth    ${left}`,
		`speed          ${days} days in ${realSeconds.toFixed(1)} s: ${speed} times real time`,
	];
}

/** The last line. */
export function verdictOf({ brokenCount, seed, days }: SoakResult): string {
	const span = `seed ${seed}, ${days} days`;
	return brokenCount === 0 ? `soak: passed, ${span}` : `soak: FAILED, ${brokenCount} broken, ${span}`;
}

function listed(counts: ReadonlyMap<string, number>): string {
	const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
	return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}

function seconds(ms: number): string {
	return (ms / 1000).toFixed(1);
}

/** The first line is the head; the first column is text. */
function table(lines: readonly (readonly string[])[]): readonly string[] {
	const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)));
	return lines.map(line =>
		line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
	);
}
