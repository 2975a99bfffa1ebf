import type { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import { bytesOf, textOf } from '../../src/base/text.js';

/** An HTTP server with one file, of a conduct that a test chooses. */
export class FileServer {
	/** What it gives; changes count from the next request on. */
	file: Uint8Array;
	/** It does what `Range` asks for. */
	knowsRanges = true;
	/** Answers with this instead, head and body, as long as it is set. */
	answer: string | undefined;
	/** The connection ends after so many octets of the body; undefined: after the last. */
	cutAfter: number | undefined;
	/** After so many octets of the body nothing more comes, and the connection stays. */
	stallAfter: number | undefined;
	/** The requests that came, whole. */
	readonly requests: string[] = [];

	constructor(sockets: MemorySockets, host: string, port: number, file: Uint8Array) {
		this.file = file;
		sockets.serve(host, port, connection => this.#serve(connection));
	}

	/** The octets from which on each request wanted the file. */
	get offsets(): readonly number[] {
		return this.requests.map(request => Number(/\r\nRange: bytes=([0-9]+)-\r\n/.exec(request)?.[1] ?? 0));
	}

	#serve(connection: HostConnection): void {
		let request = '';
		const block = new Uint8Array(256);
		connection.listen({
			readable: () => {
				for (let count = connection.read(block); count > 0; count = connection.read(block)) {
					request += textOf(block.subarray(0, count));
				}
				if (!request.endsWith('\r\n\r\n')) return;
				this.requests.push(request);
				this.#give(connection, this.#body());
			},
		});
	}

	/** Head and body, and whether the connection ends behind them. */
	#body(): { readonly octets: Uint8Array; readonly ends: boolean } {
		if (this.answer !== undefined) return { octets: bytesOf(this.answer), ends: true };
		const { file, stallAfter, cutAfter } = this;
		const from = this.knowsRanges ? this.offsets.at(-1)! : 0;
		const range = `Content-Range: bytes ${from}-${file.length - 1}/${file.length}\r\n`;
		const first = from === 0 ? 'HTTP/1.1 200 OK\r\n' : `HTTP/1.1 206 Partial Content\r\n${range}`;
		const refused = `HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */${file.length}\r\nContent-Length: 0\r\n\r\n`;
		if (from >= file.length) return { octets: bytesOf(refused), ends: true };
		const head = bytesOf(`${first}Server: test\r\ncontent-LENGTH: ${file.length - from}\r\n\r\n`);
		const body = file.subarray(from, from + Math.min(file.length, cutAfter ?? file.length, stallAfter ?? file.length));
		const octets = new Uint8Array(head.length + body.length);
		octets.set(head);
		octets.set(body, head.length);
		return { octets, ends: stallAfter === undefined };
	}

	#give(connection: HostConnection, { octets, ends }: { readonly octets: Uint8Array; readonly ends: boolean }): void {
		let sent = 0;
		const give = () => {
			while (sent < octets.length) {
				const count = connection.write(octets.subarray(sent));
				if (count === 0) return;
				sent += count;
			}
			if (ends) connection.close();
		};
		connection.listen({ readable: () => {}, writable: give });
		give();
	}
}
