/** Something that a person has to install or set. Its message is all that they need to see. */
export class Lacking extends Error {}

/**
 * @param {string} what is not there
 * @param {string} remedy
 */
export function lacking(what, remedy) {
	return new Lacking(`${what}; ${remedy}`);
}

/**
 * Runs a command of the firmware: what is lacking ends it with a line on stderr and 1, as does what it says itself.
 *
 * @param {string} name of the command, in front of the line
 * @param {() => number | Promise<number>} run gives the exit code
 */
export async function endWith(name, run) {
	try {
		process.exitCode = await run();
	} catch (error) {
		if (!(error instanceof Lacking)) throw error;
		console.error(`${name}: ${error.message}`);
		process.exitCode = 1;
	}
}
