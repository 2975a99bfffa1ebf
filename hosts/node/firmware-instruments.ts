/** Octets of a slot on a 64-bit machine, which is what this is built on. */
const SLOT = 32;
/** Values of the simulated screen, which come first. */
const SCREEN_VALUES = 9;

/** What a line of an instrumented build says (SDK 8.2.3: `fxSampleInstrumentation`), for a person; undefined: it is another line. */
export function instrumentsOf(line: string): string | undefined {
	const [, list] = /^instruments: ([-0-9,]+)$/.exec(line) ?? [];
	if (list === undefined) return undefined;
	const values = list.split(',').map(Number).slice(SCREEN_VALUES);
	const [chunks = 0, mostChunks = 0, slots = 0, mostSlots = 0, stack = 0, mostStack = 0, collections = 0] = values;
	return [
		`${slots / SLOT} of ${mostSlots / SLOT} slots`,
		`${chunks} of ${mostChunks} chunk octets`,
		`stack ${stack / SLOT} of ${mostStack / SLOT} slots`,
		`${collections} collections`,
	].join(', ');
}
