import { pause } from '../../../src/base/deadline.js';
import { type CommandContext, type CommandTable, NO_CARRIER, OK, type Outcome, testForm } from './command.js';
import { loopBack } from './packet-loop.js';
import { TIMING } from './timing.js';

const EITHER: readonly ['execute', 'set'] = Object.freeze(['execute', 'set']);
/** The service codes of packet data (27.007 10.2.1): `*99#`, `*99***1#`, `*98#`. */
const PACKET = /^[TP]?\*9[89](\*[^#]*)?#$/i;

/**
 * D: packet data, or a call. The gate is held until the call is there, not while it lasts: else nobody could hang up. With a
 * subscriber of the exchange it is free as soon as that one rings.
 */
async function dial(context: CommandContext): Promise<Outcome> {
	const { firmware, instance, command, aborted } = context;
	if (PACKET.test(command.args)) return loopBack(context);
	const kind = command.args.endsWith(';') ? 'voice' : 'data';
	const { board, call } = firmware;
	const number = command.args.replace(/[^\d+]/g, '');
	const subscriber = board.centre.international(number);
	if (number !== '' && mayCall(context, number) && board.network.exchange.has(subscriber)) {
		await firmware.gate.run(() => pause(firmware.clock, TIMING.callSetup));
		return call.state === undefined ? call.dial(instance, subscriber, kind, aborted) : NO_CARRIER;
	}
	const line = await firmware.gate.run(() => ring(context, number));
	if (line === undefined || !firmware.registration.isRegistered) return NO_CARRIER;
	return kind === 'voice' ? OK : call.connect(instance, line.lasts);
}

function mayCall({ firmware }: CommandContext, number: string): boolean {
	const { sim, centre } = firmware.board;
	return firmware.registration.isRegistered && sim.mayDial(number, other => centre.international(other));
}

/** Nobody answers but the lines of the network, and those only data calls. */
async function ring(context: CommandContext, number: string) {
	const { firmware, aborted } = context;
	if (number === '' || firmware.call.state !== undefined || !mayCall(context, number)) return undefined;
	const line = firmware.board.network.lines.get(number);
	const rung = pause(firmware.clock, line?.rings ?? TIMING.call).then(() => true);
	return (await Promise.race([rung, aborted.then(() => false)])) ? line : undefined;
}

/** Waits for the gate, and does not hold it while a data call lasts. */
async function answer({ firmware, instance }: CommandContext): Promise<Outcome> {
	await firmware.gate.run(async () => undefined);
	return firmware.call.answer(instance);
}

/** O: back to the data call, or the packet data, that was escaped from. */
function resume(context: CommandContext): Outcome | Promise<Outcome> {
	const { firmware, instance } = context;
	if (instance.hasLoop) return loopBack(context);
	return firmware.call.owner === instance ? firmware.call.resume() : NO_CARRIER;
}

/** A data call ends by its own instance alone, every other call by any. */
function hangUp({ firmware, instance }: CommandContext): Outcome {
	const { call } = firmware;
	instance.hasLoop = false;
	if (call.owner === undefined || call.owner === instance) call.hangUp();
	return OK;
}

/** +CHUP (27.007 6.5): whoever has it. */
function hangUpAll({ firmware }: CommandContext): Outcome {
	firmware.call.drop();
	return OK;
}

/** +CLCC: `<id>,<dir>,<stat>,<mode>,<mpty>,<number>,<type>,<alpha>`. */
function listCalls({ firmware, instance }: CommandContext): Outcome {
	const { call } = firmware;
	if (call.state === undefined) return OK;
	const type = call.number.startsWith('+') ? 145 : 129;
	const fields = [1, call.isOutgoing ? 0 : 1, call.state, call.isData ? 1 : 0, 0, `"${call.number}"`, type, '""'];
	instance.print(`+CLCC: ${fields.join(',')}`);
	return OK;
}

/** +CPAS: 0 ready, 1 the radio is off, 3 it rings, 4 a call is there. */
function activity({ firmware, instance }: CommandContext): Outcome {
	const hasRadio = firmware.functionality === 1 || firmware.functionality === 5;
	const { state } = firmware.call;
	instance.print(`+CPAS: ${!hasRadio ? 1 : state === undefined ? 0 : state === 4 ? 3 : 4}`);
	return OK;
}

/** Calls (V.250 6.3, 27.007 6 and 7.18). */
export const CALL_COMMANDS: CommandTable = Object.freeze({
	D: Object.freeze({ execute: dial, set: dial }),
	A: Object.freeze({ execute: answer }),
	O: Object.freeze({ execute: resume, set: resume }),
	H: Object.freeze({ execute: hangUp, set: hangUp, serial: EITHER }),
	'+CHUP': Object.freeze({ execute: hangUpAll, test: () => OK }),
	'+CLCC': Object.freeze({ execute: listCalls, test: () => OK }),
	'+CPAS': Object.freeze({ execute: activity, test: testForm('(0-4)') }),
});
