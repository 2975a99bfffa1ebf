/** Ends a sub-command with one line on stderr: exit code 1, the request failed, or 2, wrong usage. */
export class CommandFailure extends Error {
	readonly exitCode: 1 | 2;

	constructor(exitCode: 1 | 2, message: string) {
		super(message);
		this.exitCode = exitCode;
	}
}
