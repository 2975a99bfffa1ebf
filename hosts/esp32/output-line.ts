import Digital from 'embedded:io/digital';

/**
 * Opens an output that is low when it is on, and gives what sets it. It begins off: the SDK sets the level before the direction, so
 * the line has no pulse at start. Throws where the pin is in use.
 */
export function openOutput(pin: number, mode: typeof Digital.Output): (on: boolean) => void {
	const line = new Digital({ pin, mode, activeLow: true, initialValue: 0 });
	return on => line.write(on ? 1 : 0);
}
