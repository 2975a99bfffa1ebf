import { type Command, CommanderError } from 'commander';
import { CommandFailure } from './failure.js';
import { createProgram } from './program.js';

/** Runs the command line of this process and ends it. */
export async function main(): Promise<void> {
	// A reader that stops reading (`atrun … | head`) is no fault of the command.
	process.stdout.on('error', () => process.exit(0));
	const code = await runCommand(process.argv.slice(2));
	// Whatever still has a timer or a socket does not matter any more; what was printed still has to go out.
	process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

/** Runs one command line; gives its exit code: 0 done, 1 the request failed, 2 wrong usage. */
export async function runCommand(args: readonly string[], program: Command = createProgram()): Promise<number> {
	try {
		await program.parseAsync([...args], { from: 'user' });
		return 0;
	} catch (error) {
		return exitCodeOf(error);
	}
}

function exitCodeOf(error: unknown): number {
	if (error instanceof CommandFailure) {
		if (error.message !== '') process.stderr.write(`atrun: ${error.message}\n`);
		return error.exitCode;
	}
	// commander has printed its own line, or the help that was asked for.
	if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
	throw error;
}
