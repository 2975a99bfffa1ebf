/** Slots that are no garbage (`machine-memory.c`): collects first, which takes about a millisecond. */
export function slotsInUse(): number;
/** Octets of chunks, right after a collection those that are no garbage. A 64-bit machine needs more than the chip. */
export function chunkOctetsInUse(): number;
/** Octets of slots and chunks that are no garbage: collects first. */
export function heapOctetsInUse(): number;
/** What the machine may have of each: the `creation` of the manifest. */
export function slotsAtMost(): number;
export function chunkOctetsAtMost(): number;
