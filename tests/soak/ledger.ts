import type { Outcome, SoakRequest } from './request.js';

/** The invariants that a closed request can break; empty: none. */
export function faultsOf(request: SoakRequest): readonly string[] {
	const { kind, sent, ran, journalled, answers, restarts, records, noisy, channel, closed } = request;
	const broken: string[] = [];
	if (sent > 1) broken.push(`was sent to the module ${sent} times`);
	if (ran > 1) broken.push(`ran ${ran} times`);
	if (journalled > 1) broken.push(`is in the journal ${journalled} times as run`);
	if (answers.filter(text => !isUnknown(text)).length > 1) broken.push(`was answered ${answers.length} times`);
	const unknown = answers.filter(isUnknown).length;
	if (unknown > 1 || (unknown > 0 && restarts === 0)) broken.push('outcome unknown without a restart of the board');
	if (kind === 'hidden' && answers.length > unknown) broken.push('was answered, and should not');
	if ((kind === 'refused' || kind === 'prompt') && sent + ran > 0) broken.push('ran, and should be refused');
	const isOk = answers.some(text => text.endsWith('\r\nOK\r\n'));
	if (kind === 'write' && isOk && ran === 0 && !noisy) broken.push('was answered OK and did not run');
	const isSettled = answers.length > 0 || records.some(isReason) || (kind === 'hidden' && (journalled > 0 || sent > 0));
	if (!isSettled && !noisy && closed === undefined) broken.push('was neither answered nor recorded with a reason');
	if (closed === 'no answer' && channel === 'tcp' && !noisy) broken.push('was not answered, and its session went on');
	return broken.map(what => `${channel} request ${request.serial} (${kind}, ${request.line}) ${what}`);
}

function outcomeOf(request: SoakRequest): Outcome {
	const { kind, answers, records, closed } = request;
	if (answers.some(text => !isUnknown(text))) return 'answered';
	if (answers.length > 0) return 'outcome unknown';
	if (kind === 'hidden' && request.sent + request.journalled > 0) return 'silent';
	if (records.some(isReason)) return 'recorded';
	if (closed !== undefined) return 'cut off';
	return 'line noise';
}

function isUnknown(text: string): boolean {
	return text.includes('#ATRUN: OUTCOME UNKNOWN');
}

/** It says why no answer comes. That it ran is no reason: then its answer must come, too. */
function isReason(record: string): boolean {
	return record.startsWith('dropped: ') || record.startsWith('not sent: ');
}

/** Counts requests by class and outcome. */
export class Tally {
	readonly #counts = new Map<string, Map<Outcome, number>>();
	/** Of those that were recorded with a reason, each reason. */
	readonly reasons = new Map<string, number>();
	total = 0;

	add(request: SoakRequest): void {
		const { kind, channel } = request;
		const outcome = outcomeOf(request);
		const reason = outcome === 'recorded' ? request.records.find(isReason)! : undefined;
		if (reason !== undefined) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
		const row = `${channel} ${kind}`;
		const counts = this.#counts.get(row) ?? new Map<Outcome, number>();
		counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
		this.#counts.set(row, counts);
		this.total++;
	}

	rows(): readonly (readonly [string, ReadonlyMap<Outcome, number>])[] {
		return [...this.#counts].sort(([one], [other]) => (one < other ? -1 : 1));
	}
}
