import { pause } from '../../../src/base/deadline.js';
import { hexOf } from '../../../src/base/hex.js';
import { decodePdu } from '../../../src/sms/pdu.js';
import type { MessageStatus } from '../sim-card.js';
import { integerAt, isOmitted, textAt } from './arguments.js';
import { type CommandContext, type CommandTable, cms, OK, type Outcome, testForm } from './command.js';
import { describeListed, describeRead, STATUS_TEXTS } from './message-format.js';
import { TIMING } from './timing.js';

const INVALID_INDEX = 321;
const OPERATION_NOT_ALLOWED = 302;
const RECEIVED_READ = 1;
const ALL = 4;

function read({ firmware, instance, parameters }: CommandContext): Outcome {
	const { sim } = firmware.board;
	const index = integerAt(parameters, 0, 1, 255);
	if (index === undefined) return cms(INVALID_INDEX);
	const message = sim.message(index);
	if (message === undefined) return cms(INVALID_INDEX);
	const hex = hexOf(message.pdu);
	const pdu = decodePdu(hex);
	if (!pdu.ok) return cms(500);
	instance.print(...describeRead(instance.profile, message.status, pdu.value, hex));
	if (message.status === 0) message.status = RECEIVED_READ;
	return OK;
}

/** The status that +CMGL asks for; 4 = all. */
function statusWanted({ instance, parameters, command }: CommandContext): number | undefined {
	if (command.form === 'execute' || isOmitted(parameters, 0)) return 0;
	if (instance.profile.textMode === 0) return integerAt(parameters, 0, 0, ALL);
	const text = textAt(parameters, 0)?.toUpperCase() ?? '';
	if (text === 'ALL') return ALL;
	const status = STATUS_TEXTS.indexOf(text);
	return status < 0 ? undefined : status;
}

async function list(context: CommandContext): Promise<Outcome> {
	const { firmware, instance } = context;
	const { sim } = firmware.board;
	const wanted = statusWanted(context);
	if (wanted === undefined) return cms(OPERATION_NOT_ALLOWED);
	const lines: string[] = [];
	for (const [at, message] of sim.messages.entries()) {
		if (message === undefined || (wanted !== ALL && message.status !== wanted)) continue;
		await pause(firmware.clock, TIMING.messageAccess);
		const hex = hexOf(message.pdu);
		const pdu = decodePdu(hex);
		if (!pdu.ok) continue;
		lines.push(...describeListed(instance.profile, at + 1, message.status, pdu.value, hex));
		if (message.status === 0) message.status = RECEIVED_READ;
	}
	if (lines.length > 0) instance.print(...lines);
	return OK;
}

/** +CMGD=<index>[,<flag>]: 1 the read, 2 and the sent, 3 and the unsent, 4 all (27.005 3.5.4). */
async function erase({ firmware, parameters }: CommandContext): Promise<Outcome> {
	const { sim } = firmware.board;
	const index = integerAt(parameters, 0, 0, 255);
	const flag = integerAt(parameters, 1, 0, 4, 0);
	if (index === undefined || flag === undefined) return cms(INVALID_INDEX);
	if (flag === 0) {
		if (!sim.erase(index)) return cms(INVALID_INDEX);
	} else {
		const statuses = ERASED_BY_FLAG[flag]!;
		for (const [at, message] of sim.messages.entries()) {
			if (message === undefined || !statuses.includes(message.status)) continue;
			await pause(firmware.clock, TIMING.messageAccess);
			sim.erase(at + 1);
		}
	}
	firmware.messages.freed();
	return OK;
}

/** Statuses that each flag of +CMGD erases. */
const ERASED_BY_FLAG: readonly (readonly MessageStatus[])[] = Object.freeze([
	Object.freeze([]),
	Object.freeze([1] as MessageStatus[]),
	Object.freeze([1, 3] as MessageStatus[]),
	Object.freeze([1, 2, 3] as MessageStatus[]),
	Object.freeze([0, 1, 2, 3] as MessageStatus[]),
]);

/** +CPMS: this family has only the card's storage. */
function selectStorage({ firmware, instance, parameters }: CommandContext): Outcome {
	for (let at = 0; at < Math.max(1, parameters.length); at++) {
		if (textAt(parameters, at, at === 0 ? undefined : 'SM') !== 'SM') return cms(OPERATION_NOT_ALLOWED);
	}
	const { sim } = firmware.board;
	const one = `${sim.used},${sim.capacity}`;
	instance.print(`+CPMS: ${one},${one},${one}`);
	return OK;
}

/** The card's message storage (27.005 3.4, 3.5). */
export const MESSAGE_COMMANDS: CommandTable = Object.freeze({
	'+CMGR': Object.freeze({ set: read, test: () => OK, card: true, latency: TIMING.messageAccess }),
	'+CMGL': Object.freeze({
		execute: list,
		set: list,
		test: ({ instance }: CommandContext) => {
			const texts = STATUS_TEXTS.map(text => `"${text}"`).join(',');
			instance.print(instance.profile.textMode === 0 ? '+CMGL: (0-4)' : `+CMGL: (${texts},"ALL")`);
			return OK;
		},
		card: true,
	}),
	'+CMGD': Object.freeze({
		set: erase,
		test: ({ firmware, instance }: CommandContext) => {
			const used = [...firmware.board.sim.messages.keys()].filter(at => firmware.board.sim.messages[at] !== undefined);
			instance.print(`+CMGD: (${used.map(at => at + 1).join(',')}),(0-4)`);
			return OK;
		},
		card: true,
		latency: TIMING.messageAccess,
	}),
	'+CPMS': Object.freeze({
		set: selectStorage,
		read: ({ firmware, instance }: CommandContext) => {
			const one = `"SM",${firmware.board.sim.used},${firmware.board.sim.capacity}`;
			instance.print(`+CPMS: ${one},${one},${one}`);
			return OK;
		},
		test: testForm('("SM"),("SM"),("SM")'),
		card: true,
	}),
});
