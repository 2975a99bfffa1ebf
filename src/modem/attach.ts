import { Dialogue } from '../at/dialogue.js';
import { failure, type Result, success } from '../base/result.js';
import { Multiplexer, type MultiplexerOptions } from '../cmux/multiplexer.js';
import type { UartPort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { PowerControl } from '../ports/power.js';
import type { Cancellation } from './cancellation.js';
import { findModule } from './find-module.js';
import { bootTimeOf, cycle, reset, switchOn, toggle } from './power-sequence.js';
import { type ModuleProfile, muxCommandsAt, PROFILES, profileFor } from './profiles.js';
import { switchRivalsOff } from './rivals.js';

/** Who the module says it is. */
export interface ModuleIdentity {
	readonly model: string;
	readonly firmware: string;
	readonly imei: string;
	/** It has a Python interpreter of its own, and so keeps scripts itself. */
	readonly python: boolean;
}

export interface Attached {
	readonly mux: Multiplexer;
	readonly profile: ModuleProfile;
	readonly identity: ModuleIdentity;
}

/** The rung at which attaching stopped. */
export type AttachError = 'silent' | 'out of step' | 'no-mux' | 'mux-dead' | 'cancelled';

export interface AttachOptions {
	readonly uart: UartPort;
	readonly clock: Clock;
	readonly power: PowerControl | undefined;
	/** The rate of the line [baud]. */
	readonly rate: number;
	/** The family that somebody has named; undefined: the one that `+CGMM` tells. */
	readonly named: ModuleProfile | undefined;
	/** The family as far as it is known before the module answers. */
	readonly known: ModuleProfile | undefined;
	/** How it begins: gently, or with the reset line, or by switching the module off and on. */
	readonly rung: 'mux' | 'reset' | 'power';
	readonly onUrc: (text: string) => void;
	readonly onTraffic: ((direction: 'sent' | 'received', text: string) => void) | undefined;
	readonly muxEvents: Pick<MultiplexerOptions, 'onClosed' | 'onFault' | 'onFrame'>;
	/** Ends the attempt at once; what it has begun is undone. */
	readonly cancellation: Cancellation;
}

/**
 * Octets per DLCI. A module that is stopped by MSC still sends what its UART holds: the upper half takes that.
 */
const RECEIVE_QUEUE = 4096;
const COMMAND_TIME = 5_000;
/** How often a name is asked for until two answers in a row are the same. */
const READINGS = 5;

/** From whatever state the module is in to an open control channel of the multiplexer. Each step's result is checked. */
export async function attach(options: AttachOptions): Promise<Result<Attached, AttachError>> {
	const { uart, clock, power, cancellation, known, rung } = options;
	uart.setDtr(true);
	const sequence = power && { power, clock, cancellation, profile: known };
	if (sequence !== undefined) {
		if (rung === 'power') await cycle(sequence);
		else if (rung === 'reset') await reset(sequence);
		else await switchOn(sequence);
	}
	if (cancellation.isCancelled) return failure('cancelled');
	const dialogue = new Dialogue({
		port: uart,
		clock,
		gap: (known ?? PROFILES[0]!).gap,
		onUrc: options.onUrc,
		...(options.onTraffic && { onTraffic: options.onTraffic }),
	});
	const forget = cancellation.onCancel(() => dialogue.close());
	const ask = async (line: string): Promise<readonly string[] | undefined> => {
		if (dialogue.state === 'stale') await dialogue.resume(clock.now() + COMMAND_TIME);
		if (dialogue.state !== 'idle') return undefined;
		const lines: string[] = [];
		const outcome = await dialogue.run({
			line,
			prefixes: [/^AT([+#$][A-Z]+)/.exec(line)?.[1] ?? ''],
			deadline: clock.now() + COMMAND_TIME,
			onLine: text => lines.push(text),
		});
		return outcome.kind === 'final' && outcome.result.kind === 'ok' ? lines : undefined;
	};

	const rate = await findModule({
		dialogue,
		uart,
		clock,
		rate: options.rate,
		rates: (known ?? PROFILES[PROFILES.length - 1]!).rates,
		end: clock.now() + (power === undefined ? bootTimeOf(known) / 2 : bootTimeOf(known)),
	});
	if (rate === undefined) {
		forget();
		dialogue.close();
		// Without PWRMON nobody knows whether it is off: the next attempt finds it switched the other way.
		if (sequence !== undefined && rung !== 'mux' && sequence.power.isOn() === undefined) {
			await toggle((known ?? PROFILES[0]!).onOffPulse, sequence);
		}
		return failure(cancellation.isCancelled ? 'cancelled' : 'silent');
	}
	await ask('AT&K3');
	let isInStep = true;
	/** One octet changed on the line would name another module, and then no signed request fits until the next attach. */
	const askTwice = async (line: string, pattern: RegExp): Promise<string> => {
		let last = '';
		for (let attempt = 0; attempt < READINGS; attempt++) {
			const told = (await ask(line))?.[0] ?? '';
			// Late answers of earlier lines come alike, too.
			if (told !== '' && !pattern.test(told)) isInStep = false;
			else if (told === last) break;
			else last = told;
		}
		if (pattern.test(last)) isInStep = true;
		return last;
	};
	const model = await askTwice('AT+CGMM', /[A-Za-z]/);
	const firmware = (await ask('AT+CGMR'))?.[0] ?? '';
	const imei = isInStep ? await askTwice('AT+CGSN', /^[0-9]{15}/) : '';
	if (!isInStep) {
		forget();
		dialogue.close();
		return failure(cancellation.isCancelled ? 'cancelled' : 'out of step');
	}
	const python = (await ask('AT#WSCRIPT=?')) !== undefined;
	await switchRivalsOff(ask);
	const profile = options.named ?? profileFor(model);
	let entered = false;
	for (const command of muxCommandsAt(profile, rate)) {
		entered = (await ask(command)) !== undefined;
		if (entered) break;
	}
	forget();
	dialogue.close();
	if (cancellation.isCancelled) return failure('cancelled');
	if (!entered) return failure('no-mux');
	await cancellation.pause(clock, profile.muxWait);
	// Without a SABM the module falls back to AT mode by itself.
	if (cancellation.isCancelled) return failure('cancelled');
	const mux = new Multiplexer({
		port: uart,
		clock,
		role: 'initiator',
		n1: profile.n1,
		receiveQueue: RECEIVE_QUEUE,
		...(profile.commandBit === 'always set' && { uihCommandBit: 1 }),
		...options.muxEvents,
	});
	const abandon = cancellation.onCancel(() => void mux.close());
	const started = await mux.start();
	abandon();
	if (!started.ok) {
		await mux.close();
		return failure(cancellation.isCancelled ? 'cancelled' : 'mux-dead');
	}
	return success({ mux, profile, identity: { model, firmware, imei, python } });
}
