/** Asks the module; the lines of an answer that ended well, else undefined. */
type Ask = (line: string) => Promise<readonly string[] | undefined>;

/** Services of the module's own that would take the requests before we see them (module.md); unknown ones answer an error. */
const RIVALS: readonly string[] = Object.freeze(['#SMSATRUN', '#TCPATRUNL', '#TCPATRUND', '#ENAEVMONI']);

/** Switches them off, asking first: each set form is stored in the module's flash. How many had been on. */
export async function switchRivalsOff(ask: Ask): Promise<number> {
	let found = 0;
	for (const name of RIVALS) {
		const lines = await ask(`AT${name}?`);
		if (lines === undefined || !lines.some(line => new RegExp(`^${name}: [1-9]`).test(line))) continue;
		found++;
		await ask(`AT${name}=0`);
	}
	return found;
}
