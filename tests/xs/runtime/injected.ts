/**
 * Names that the packages of the test runtime use and XS lacks. The bundler puts them into those packages only: the code
 * under test keeps the globals of the device.
 */
import { host } from './host.js';

function print(...values: unknown[]): void {
	host.print(values.map(String).join(' '));
}

export const console = { log: print, info: print, warn: print, error: print, debug: print, trace: print };

export const process = {
	env: { NODE_ENV: 'test', NO_COLOR: '1' },
	argv: [],
	platform: 'xs',
	cwd: () => '/',
	versions: {},
};

export function setTimeout(callback: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): number {
	return host.setTimeout(() => callback(...values), ms);
}

export function clearTimeout(id: number | undefined): void {
	if (id !== undefined) host.clearTimeout(id);
}

export function queueMicrotask(callback: () => void): void {
	Promise.resolve().then(callback);
}

export class AbortController {
	readonly signal = { aborted: false, reason: undefined as unknown, addEventListener() {}, removeEventListener() {} };

	abort(reason?: unknown): void {
		this.signal.aborted = true;
		this.signal.reason = reason;
	}
}

/** chai tells plug-ins what it does by events; nobody listens here. */
export class Event {
	readonly type: string;

	constructor(type: string) {
		this.type = type;
	}
}

export class EventTarget {
	addEventListener(): void {}
	removeEventListener(): void {}
	dispatchEvent(): boolean {
		return true;
	}
}
