import { failure, type Result, success } from '../../src/base/result.js';
import type { BytePort, PortListener, Signals } from '../../src/ports/byte-port.js';
import type { NetworkError } from '../../src/ports/network.js';
import { listenOn, type TcpListener } from './host-network.js';
import { TcpPort } from './tcp-port.js';

export const LOOPBACK = '127.0.0.1';
const ABSENT: Signals = Object.freeze({ rtc: false, rtr: false, ic: false, dv: false });
const PRESENT: Signals = Object.freeze({ rtc: true, rtr: true, ic: false, dv: false });

/**
 * A serial line that one TCP client at a time can hold, on 127.0.0.1 unless told otherwise. As on a line with nothing plugged in, what
 * is written while nobody is there is lost. The port itself outlives its clients, whose coming and going is DTR; a second client is
 * turned away.
 */
export class TcpLine implements BytePort {
	readonly #listener: TcpListener;
	#client: TcpPort | undefined;
	#owner: PortListener | undefined;

	private constructor(listener: TcpListener) {
		this.#listener = listener;
	}

	static async open(port: number, address = LOOPBACK): Promise<Result<TcpLine, NetworkError>> {
		let line: TcpLine | undefined;
		const listener = await listenOn(address, port, socket => {
			if (line === undefined || line.#client !== undefined) socket.destroy();
			else line.#attach(new TcpPort(socket));
		});
		if (!listener.ok) return failure(listener.error);
		line = new TcpLine(listener.value);
		return success(line);
	}

	/** The port it listens on. */
	get port(): number {
		return this.#listener.port;
	}

	read(into: Uint8Array): number {
		return this.#client?.read(into) ?? 0;
	}

	write(bytes: Uint8Array): number {
		return this.#client?.write(bytes) ?? bytes.length;
	}

	listen(listener: PortListener | undefined): void {
		this.#owner = listener;
		if (this.#client !== undefined) this.#listenTo(this.#client);
	}

	close(): void {
		this.#owner = undefined;
		this.#client?.close();
		this.#client = undefined;
		this.#listener.close();
	}

	#attach(client: TcpPort): void {
		this.#client = client;
		this.#owner?.signals?.(PRESENT);
		this.#listenTo(client);
	}

	#listenTo(client: TcpPort): void {
		client.listen({
			readable: () => this.#owner?.readable(),
			writable: () => this.#owner?.writable?.(),
			closed: () => {
				this.#owner?.readable();
				client.close();
				this.#client = undefined;
				this.#owner?.signals?.(ABSENT);
				// Whoever waits for space may go on: there is nobody any more to wait for.
				this.#owner?.writable?.();
			},
		});
	}
}
