import { spawn } from 'node:child_process';

/** Exit codes of the host beside 0, the script's own 1, and a signal. */
const REASONS = /** @type {Record<number, string>} */ ({
	2: 'the host did not understand its options',
	3: 'ended by an exception',
	4: 'ended by a promise that was rejected and nobody handled',
	5: 'ended: memory full',
	6: 'ended: stack overflow',
	7: 'ended: the machine gave up',
});

/**
 * Runs scripts in XS.
 * @param {string} program the host
 * @param {readonly string[]} args its options and scripts
 * @param {{ timeout: number, line?: (line: string) => void }} options `timeout` in seconds; `line` gets each line of output
 * @returns {Promise<{ code: number | null, reason: string | undefined, errors: string }>} `reason`: why it did not end well
 */
export function execute(program, args, { timeout, line }) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
		let rest = '';
		let errors = '';
		let late = false;
		const timer = setTimeout(() => {
			late = true;
			child.kill('SIGKILL');
		}, timeout * 1000);
		child.stdout.setEncoding('utf8').on('data', text => {
			const lines = (rest + text).split('\n');
			rest = lines.pop() ?? '';
			for (const each of lines) line?.(each);
		});
		child.stderr.setEncoding('utf8').on('data', text => {
			if (errors.length < 100_000) errors += text;
		});
		child.on('error', reject);
		child.on('close', (code, signal) => {
			clearTimeout(timer);
			if (rest !== '') line?.(rest);
			const reason = late
				? `did not end within ${timeout} s`
				: signal !== null
					? `ended by ${signal}`
					: (REASONS[code ?? 0] ?? undefined);
			resolve({ code, reason, errors: errors.trim() });
		});
	});
}
