import { type CommandContext, NO_CARRIER, OK, type Outcome } from './command.js';

/**
 * ATD*99#: CONNECT, then every octet comes back, until a break, the escape sequence or DTR leaves it for commands: then O goes on with it,
 * and H ends it. No PPP is spoken: a program sees that its data mode carries all octets both ways. What comes back too fast for
 * the DTE to take stops the DTE.
 */
export function loopBack({ firmware, instance }: CommandContext): Outcome | Promise<Outcome> {
	instance.hasLoop = false;
	if (!firmware.registration.hasPacketService) return NO_CARRIER;
	return new Promise(resolve => {
		instance.goOnline({
			data: bytes => {
				instance.raw(bytes.slice());
				if (instance.space < LOW_SPACE) instance.pauseInput();
			},
			drained: () => instance.resumeInput(),
			escaped: () => {
				instance.hasLoop = true;
				resolve(OK);
			},
		});
	});
}

/** Below this the DTE is stopped: one block of a terminal still fits. */
const LOW_SPACE = 2048;
