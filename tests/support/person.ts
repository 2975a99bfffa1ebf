import type { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort } from '../../src/ports/byte-port.js';

/** A person at one end of a line: types, and keeps what the screen shows. */
export class Person {
	screen = '';
	closed: string | undefined;
	readonly #port: BytePort;
	protected readonly clock: VirtualClock;

	constructor(port: BytePort, clock: VirtualClock) {
		this.#port = port;
		this.clock = clock;
		const buffer = new Uint8Array(512);
		port.listen({
			readable: () => {
				for (let count = port.read(buffer); count > 0; count = port.read(buffer)) {
					this.screen += textOf(buffer.subarray(0, count));
				}
			},
			closed: reason => {
				this.closed = reason;
			},
		});
	}

	/** Forgets what the screen shows. */
	clear(): void {
		this.screen = '';
	}

	type(text: string): void {
		const bytes = bytesOf(text);
		if (this.#port.write(bytes) !== bytes.length) throw new Error('the line takes no more');
	}

	/** Types a line and reads until a final result or `limit` ms; gives the answer without its echo. */
	async ask(line: string, limit = 10_000): Promise<string> {
		this.clear();
		this.type(`${line}\r`);
		const final = /\r\n(OK|ERROR|\+CM[ES] ERROR: .*|CONNECT.*|NO CARRIER)\r\n$/;
		await this.clock.until(() => final.test(this.screen), limit, `an answer to ${line}`);
		const echo = `${line}\r`;
		return this.screen.startsWith(echo) ? this.screen.slice(echo.length) : this.screen;
	}

	/** Waits until the screen shows `text`. */
	async see(text: string, limit = 10_000): Promise<void> {
		await this.clock.until(() => this.screen.includes(text), limit, `${JSON.stringify(text)} on the screen`);
	}

	hangUp(): void {
		this.#port.close();
	}
}
