import { readFileSync } from 'node:fs';
import type { About } from '../../src/services/board.js';

/** The version of this package. */
export function firmwareVersion(): string {
	const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
	return (manifest as { version: string }).version;
}

/** What a board on a desktop says of itself: it starts when a person starts it. */
export function aboutThis(): About {
	return { firmware: firmwareVersion(), target: 'desktop', restart: 'power-on' };
}
