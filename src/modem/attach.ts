import { Dialogue } from '../at/dialogue.js';
import { failure, type Result, success } from '../base/result.js';
import { Multiplexer, type MultiplexerOptions } from '../cmux/multiplexer.js';
import type { UartPort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { PowerControl } from '../ports/power.js';
import type { Cancellation } from './cancellation.js';
import { type ModuleProfile, PROFILES, profileFor } from './profiles.js';

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
export type AttachError = 'silent' | 'no-mux' | 'mux-dead' | 'cancelled';

export interface AttachOptions {
	readonly uart: UartPort;
	readonly clock: Clock;
	readonly power: PowerControl | undefined;
	/** Use the reset line before anything else: what was tried before did not help. */
	readonly reset: boolean;
	readonly onUrc: (text: string) => void;
	readonly onTraffic: ((direction: 'sent' | 'received', text: string) => void) | undefined;
	readonly muxEvents: Pick<MultiplexerOptions, 'onClosed' | 'onFault' | 'onFrame'>;
	/** Ends the attempt at once; what it has begun is undone. */
	readonly cancellation: Cancellation;
}

/**
 * CLD on DLCI 0 between flags: finishes a broken frame and ends a multiplexer left open by a co-processor before its restart.
 * Then ESC: ends a prompt left open.
 */
const CLOSE_DOWN: readonly number[] = Object.freeze([0xf9, 0xf9, 0x03, 0xef, 0x05, 0xc3, 0x01, 0xf2, 0xf9, 0x1b]);
/** Services of the module's own that would take the requests before we see them; unknown ones answer ERROR. */
const RIVALS: readonly string[] = Object.freeze(['#SMSATRUN=0', '#TCPATRUNL=0', '#TCPATRUND=0', '#ENAEVMONI=0']);
/**
 * Octets per DLCI. A module that is stopped by MSC still sends what its UART holds: the upper half takes that.
 */
const RECEIVE_QUEUE = 4096;
const PROBES = 3;
const PROBE_TIME = 1_000;
const COMMAND_TIME = 5_000;

/** From whatever state the module is in to an open control channel of the multiplexer. Each step's result is checked. */
export async function attach(options: AttachOptions): Promise<Result<Attached, AttachError>> {
	const { uart, clock, power, cancellation } = options;
	const assumed = PROFILES[0]!;
	uart.setDtr(true);
	if (power !== undefined) await switchOn(power, options, assumed);
	if (cancellation.isCancelled) return failure('cancelled');
	const dialogue = new Dialogue({
		port: uart,
		clock,
		gap: assumed.gap,
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
			prefixes: [''],
			deadline: clock.now() + COMMAND_TIME,
			onLine: text => lines.push(text),
		});
		return outcome.kind === 'final' && outcome.result.kind === 'ok' ? lines : undefined;
	};

	if (!(await findModule(dialogue, uart, clock, assumed, power !== undefined))) {
		forget();
		dialogue.close();
		// Without PWRMON nobody knows whether it is off: the next attempt finds it switched the other way.
		if (power !== undefined && options.reset && power.isOn() === undefined) await pulse(power, options, assumed);
		return failure(cancellation.isCancelled ? 'cancelled' : 'silent');
	}
	await ask('AT&K3');
	const model = (await ask('AT+CGMM'))?.[0] ?? '';
	const firmware = (await ask('AT+CGMR'))?.[0] ?? '';
	const imei = (await ask('AT+CGSN'))?.[0] ?? '';
	const python = (await ask('AT#WSCRIPT=?')) !== undefined;
	for (const rival of RIVALS) await ask(`AT${rival}`);
	const profile = profileFor(model);
	let entered = false;
	for (const command of profile.muxCommands) {
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

async function switchOn(power: PowerControl, options: AttachOptions, profile: ModuleProfile): Promise<void> {
	const { clock, cancellation } = options;
	if (power.isOn() === false) {
		await pulse(power, options, profile);
		const end = clock.now() + profile.bootTime;
		while (power.isOn() === false && clock.now() < end && !cancellation.isCancelled) {
			await cancellation.pause(clock, 100);
		}
	} else if (options.reset) {
		power.setReset(true);
		await cancellation.pause(clock, profile.resetPulse);
		power.setReset(false);
	}
}

/** Toggles the power. */
async function pulse(power: PowerControl, options: AttachOptions, { onOffPulse }: ModuleProfile): Promise<void> {
	power.setOnOff(true);
	await options.cancellation.pause(options.clock, onOffPulse);
	power.setOnOff(false);
}

/** Until the module answers a line in step. A module still in CMUX is brought out of it first. */
async function findModule(
	dialogue: Dialogue,
	uart: UartPort,
	clock: Clock,
	profile: ModuleProfile,
	hasPower: boolean,
): Promise<boolean> {
	const end = clock.now() + (hasPower ? profile.bootTime : profile.bootTime / 2);
	while (clock.now() < end && dialogue.state !== 'closed') {
		if (dialogue.state === 'idle') {
			const outcome = await dialogue.run({ line: 'AT', prefixes: [''], deadline: clock.now() + PROBE_TIME });
			if (outcome.kind === 'final') return true;
		} else {
			uart.write(Uint8Array.from(CLOSE_DOWN));
			if (await dialogue.resume(clock.now() + PROBES * PROBE_TIME)) return true;
		}
	}
	return false;
}
