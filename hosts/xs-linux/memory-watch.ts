import Timer from 'timer';
import { chunkOctetsAtMost, chunkOctetsInUse, slotsAtMost, slotsInUse } from '../firmware/machine-memory.js';

/**
 * Looks every `interval` ms at what the machine holds without its garbage, and tells, as one line, each new peak. What a machine
 * that collects only when it is full has in use says nothing: it is always nearly full.
 */
export function watchMemory(interval: number, tell: (line: string) => void): void {
	let slotPeak = 0;
	let chunkPeak = 0;
	Timer.repeat(() => {
		const slots = slotsInUse();
		const chunks = chunkOctetsInUse();
		if (slots <= slotPeak && chunks <= chunkPeak) return;
		slotPeak = Math.max(slots, slotPeak);
		chunkPeak = Math.max(chunks, chunkPeak);
		tell(
			`memory: ${slotPeak} of ${slotsAtMost()} slots, ${chunkPeak} of ${chunkOctetsAtMost()} chunk octets at the peak`,
		);
	}, interval);
}
