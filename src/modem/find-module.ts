import type { Dialogue } from '../at/dialogue.js';
import type { UartPort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';

export interface FindOptions {
	readonly dialogue: Dialogue;
	readonly uart: UartPort;
	readonly clock: Clock;
	/** The rate of the line as it is [baud]. */
	readonly rate: number;
	/** Others at which a module may stand that does not answer at this one. */
	readonly rates: readonly number[];
	/** Absolute time [ms] by which it must answer. */
	readonly end: number;
}

/**
 * CLD on DLCI 0 between flags: finishes a broken frame and ends a multiplexer left open by a co-processor before its restart.
 * Then ESC: ends a prompt left open.
 */
const CLOSE_DOWN: readonly number[] = Object.freeze([0xf9, 0xf9, 0x03, 0xef, 0x05, 0xc3, 0x01, 0xf2, 0xf9, 0x1b]);
const PROBE = 1_000;
const RESUME = 3_000;
/** Turns at the line's own rate before others are tried, and again after each round of them. */
const TURNS = 3;
/** From `+IPR` to the new rate [ms]. */
const SETTLE = 200;

/**
 * Until the module answers a line in step, at whatever rate; then it is brought to the line's own rate. A module still in CMUX is
 * brought out of it first. The rate it has in the end; undefined: it does not answer.
 */
export async function findModule(options: FindOptions): Promise<number | undefined> {
	const { clock, uart, rate, rates, end, dialogue } = options;
	const isOver = () => clock.now() >= end || dialogue.state === 'closed';
	while (!isOver()) {
		for (let turn = 0; turn < TURNS && !isOver(); turn++) if (await answers(options)) return rate;
		for (const other of rates) {
			if (other === rate || isOver() || !uart.setBaud(other)) continue;
			const found = (await answers(options)) && (await answers(options));
			if (found) return (await isMoved(options)) ? rate : other;
		}
		uart.setBaud(rate);
	}
	return undefined;
}

async function answers(options: FindOptions): Promise<boolean> {
	const { dialogue, uart, clock } = options;
	if (dialogue.state === 'idle') {
		const outcome = await dialogue.run({ line: 'AT', prefixes: [''], deadline: clock.now() + PROBE });
		if (outcome.kind === 'final' && (await isInStep(options))) return true;
	}
	if (dialogue.state === 'closed') return false;
	uart.write(Uint8Array.from(CLOSE_DOWN));
	return dialogue.resume(clock.now() + RESUME);
}

/** What came may have answered a line from before our start: then each answer would be taken for that of the next line. */
function isInStep({ dialogue, clock }: FindOptions): Promise<boolean> {
	void dialogue.run({ line: 'AT', prefixes: [''], deadline: clock.now() + PROBE });
	dialogue.giveUp();
	return dialogue.resume(clock.now() + RESUME);
}

/** The module takes the line's own rate. */
async function isMoved(options: FindOptions): Promise<boolean> {
	const { dialogue, uart, clock, rate } = options;
	const outcome = await dialogue.run({ line: `AT+IPR=${rate}`, prefixes: [''], deadline: clock.now() + PROBE });
	if (outcome.kind !== 'final' || outcome.result.kind !== 'ok') return false;
	await new Promise<void>(resolve => {
		clock.setTimer(clock.now() + SETTLE, resolve);
	});
	uart.setBaud(rate);
	return answers(options);
}
