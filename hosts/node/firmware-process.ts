import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What runs: `tools/firmware/linux-build.mjs` makes both. */
export interface LinuxFirmware {
	readonly loader: string;
	readonly library: string;
}

export interface FirmwareProcessOptions extends LinuxFirmware {
	/** Its board, as `hosts/xs-linux/main.ts` reads it from the environment: names and values. */
	readonly board: Readonly<Record<string, string>>;
	/** Told each line that it prints, and each that it says of its end. */
	readonly onLine: (line: string) => void;
}

/** How long it may take to end after SIGTERM [ms]. */
const END_MS = 5000;

/** The firmware under XS, as a process of this machine. */
export class FirmwareProcess {
	/** Settles with the exit code once it has ended and all it printed was told; see `hosts/xs-linux/loader` for what a code means. */
	readonly ended: Promise<number>;
	readonly #child: ChildProcess;

	constructor({ loader, library, board, onLine }: FirmwareProcessOptions) {
		// Detached, so that Ctrl-C on the terminal reaches this process alone, which then ends it in order.
		const child = spawn(loader, [library], {
			env: { ...process.env, ...board },
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: true,
		});
		this.#child = child;
		for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine);
		const kill = () => void child.kill('SIGKILL');
		process.once('exit', kill);
		this.ended = new Promise(resolve => {
			const settle = (code: number) => {
				process.off('exit', kill);
				resolve(code);
			};
			child.once('close', (code, signal) => {
				if (signal !== null && signal !== 'SIGKILL') onLine(`ended by ${signal}`);
				settle(code ?? 1);
			});
			child.once('error', error => {
				onLine(`cannot run ${loader}: ${error.message}`);
				settle(1);
			});
		});
	}

	/** Pulls its plug; settles when it has ended. */
	async stop(): Promise<number> {
		this.#child.kill('SIGTERM');
		const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
		const code = await this.ended;
		clearTimeout(timer);
		return code;
	}
}
