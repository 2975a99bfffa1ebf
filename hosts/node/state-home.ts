import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's directory for what programs keep from run to run (XDG base directories). */
export function stateHome(): string {
	return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'atrun');
}
