import { pause } from '../../../src/base/deadline.js';
import { type CommandContext, type CommandTable, NO_CARRIER, OK, type Outcome } from './command.js';
import { speakPpp } from './ppp-commands.js';
import { TIMING } from './timing.js';

const EITHER: readonly ['execute', 'set'] = Object.freeze(['execute', 'set']);
/** The service codes of packet data (27.007 10.2.1): `*99#`, `*99***1#`, `*98#`. */
const PACKET = /^[TP]?\*9[89](\*[^#]*)?#$/i;

/**
 * D: packet data, or a call. Nobody answers but the lines of the network, and those only data calls. The gate is held until
 * the call is there, not while it lasts: else nobody could hang up.
 */
async function dial(context: CommandContext): Promise<Outcome> {
	const { firmware, command } = context;
	if (PACKET.test(command.args)) return speakPpp(context);
	const voice = command.args.endsWith(';');
	const line = await firmware.gate.run(() => ring(context));
	if (line === undefined || !firmware.registration.isRegistered) return NO_CARRIER;
	return voice ? OK : firmware.call.connect(context.instance, line.lasts);
}

async function ring({ firmware, aborted, command }: CommandContext) {
	const { network, sim, centre } = firmware.board;
	const number = command.args.replace(/[^\d+]/g, '');
	const mayCall = sim.mayDial(number, other => centre.international(other));
	if (number === '' || !firmware.registration.isRegistered || !mayCall) return undefined;
	if (firmware.call.owner !== undefined) return undefined;
	const line = network.lines.get(number);
	const rung = pause(firmware.clock, line?.rings ?? TIMING.call).then(() => true);
	return (await Promise.race([rung, aborted.then(() => false)])) ? line : undefined;
}

/** O: back to the data call that was escaped from. */
function resume({ firmware, instance }: CommandContext): Outcome | Promise<Outcome> {
	return firmware.call.owner === instance ? firmware.call.resume() : NO_CARRIER;
}

function hangUp({ firmware, instance }: CommandContext): Outcome {
	if (firmware.call.owner === instance) firmware.call.hangUp();
	return OK;
}

/** Nobody calls this module. */
function answer(): Outcome {
	return NO_CARRIER;
}

/** Calls (V.250 6.3). */
export const CALL_COMMANDS: CommandTable = Object.freeze({
	D: Object.freeze({ execute: dial, set: dial }),
	A: Object.freeze({ execute: answer, serial: EITHER }),
	O: Object.freeze({ execute: resume, set: resume }),
	H: Object.freeze({ execute: hangUp, set: hangUp, serial: EITHER }),
});
