import Digital from 'embedded:io/digital';
import Timer from 'timer';
import { isHeldAtStart } from './held-button.js';

/** Whether the button between this pin and ground asks for the factory settings. False where the board has no such pin. */
export function wantsFactorySettings(pin: number | undefined): boolean {
	if (pin === undefined) return false;
	const line = new Digital({ pin, mode: Digital.InputPullUp });
	const isHeld = isHeldAtStart(
		() => line.read() === 0,
		ms => Timer.delay(ms),
	);
	line.close();
	return isHeld;
}
