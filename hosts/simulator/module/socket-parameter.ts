import { integerAt } from './arguments.js';
import type { CommandContext } from './command.js';
import type { ModuleSocket } from './module-socket.js';

/** The socket that the first parameter names, 1–6. */
export function socketOf({ firmware, parameters }: CommandContext): ModuleSocket | undefined {
	const id = integerAt(parameters, 0, 1, 6);
	return id === undefined ? undefined : firmware.sockets.all[id - 1];
}
