import { Silence } from '../base/silence.js';
import { bytesOf, textOf } from '../base/text.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import { type HttpHead, parseHead } from './http-head.js';
import type { Url } from './url.js';

export interface HttpGetOptions {
	/** Connected to the server; closed when the answer is over. */
	readonly port: BytePort;
	readonly clock: Clock;
	readonly url: Url;
	/** The first octet that is wanted. */
	readonly from: number;
	/** False: the body is not wanted. */
	readonly onHead: (head: HttpHead) => boolean;
	/** Octets of the body as they come; false: no more are wanted. The array is used again. */
	readonly onBody: (bytes: Uint8Array) => boolean;
}

/**
 * How it ended. `complete`: the body came as far as its length says; `lost`: the connection ended before; `silent`: not an octet came for
 * a minute; `garbled`: that was no HTTP, or a body whose length is not told; `stopped`: by `onHead`, `onBody` or `cancel`.
 */
export type GetEnd = 'complete' | 'lost' | 'silent' | 'garbled' | 'stopped';

/** Octets of a head: more than any server of files sends. */
const HEAD = 2048;
const BLOCK = 512;
const SILENCE = 60_000;
const END = '\r\n\r\n';

/** One GET of HTTP/1.1, and its answer in pieces: whatever its size, no more than a block of it is here at a time. */
export class HttpGet {
	readonly done: Promise<GetEnd>;
	readonly #options: HttpGetOptions;
	readonly #silence: Silence;
	readonly #block = new Uint8Array(BLOCK);
	#request: Uint8Array;
	#head = '';
	/** Octets of the body that are still to come; undefined: the head is not over. */
	#left: number | undefined;
	#resolve: (end: GetEnd) => void = () => {};
	#isOver = false;

	/** Begins at once. */
	constructor(options: HttpGetOptions) {
		const { port, clock, url, from } = options;
		this.#options = options;
		this.done = new Promise(resolve => {
			this.#resolve = resolve;
		});
		const host = url.port === 80 ? url.host : `${url.host}:${url.port}`;
		const range = from === 0 ? '' : `Range: bytes=${from}-\r\n`;
		this.#request = bytesOf(
			`GET ${url.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: atrun\r\n${range}Connection: close\r\n\r\n`,
		);
		this.#silence = new Silence(clock, SILENCE, () => this.#end('silent'));
		port.listen({
			readable: () => this.#read(),
			writable: () => this.#send(),
			closed: () => {
				this.#read();
				this.#end('lost');
			},
		});
		this.#send();
	}

	cancel(): void {
		this.#end('stopped');
	}

	#send(): void {
		if (this.#request.length > 0) this.#request = this.#request.subarray(this.#options.port.write(this.#request));
	}

	#read(): void {
		while (!this.#isOver) {
			const count = this.#options.port.read(this.#block);
			if (count === 0) return;
			this.#silence.touch();
			const bytes = this.#block.subarray(0, count);
			if (this.#left === undefined) this.#takeHead(bytes);
			else this.#takeBody(bytes);
		}
	}

	#takeHead(bytes: Uint8Array): void {
		const before = this.#head.length;
		this.#head += textOf(bytes);
		const end = this.#head.indexOf(END, Math.max(0, before - END.length));
		if (end < 0) {
			if (this.#head.length > HEAD) this.#end('garbled');
			return;
		}
		const head = parseHead(this.#head.slice(0, end));
		this.#head = '';
		if (head?.length === undefined) {
			// What an error says does not matter, that it is one does.
			this.#end(head !== undefined && head.status >= 300 && !this.#options.onHead(head) ? 'stopped' : 'garbled');
			return;
		}
		this.#left = head.length;
		if (!this.#options.onHead(head)) this.#end('stopped');
		else this.#takeBody(bytes.subarray(end + END.length - before));
	}

	#takeBody(bytes: Uint8Array): void {
		const left = this.#left ?? 0;
		const wanted = bytes.subarray(0, left);
		this.#left = left - wanted.length;
		if (wanted.length > 0 && !this.#options.onBody(wanted)) this.#end('stopped');
		else if (this.#left === 0) this.#end('complete');
	}

	#end(how: GetEnd): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#silence.cancel();
		this.#options.port.close();
		this.#resolve(how);
	}
}
