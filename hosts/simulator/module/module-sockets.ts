import { Firewall } from './firewall.js';
import type { Firmware } from './firmware.js';
import { ModuleSocket } from './module-socket.js';

const SOCKETS = 6;
const FIRST_LOCAL_PORT = 1025;
const LAST_LOCAL_PORT = 5000;

/** The six sockets and the firewall before them. */
export class ModuleSockets {
	readonly all: readonly ModuleSocket[];
	readonly firewall = new Firewall();
	#nextPort = FIRST_LOCAL_PORT;

	constructor(firmware: Firmware) {
		this.all = Array.from({ length: SOCKETS }, (_, at) => new ModuleSocket(firmware, at + 1));
	}

	/** Every socket of the context ends. */
	contextLost(cid: number): void {
		for (const socket of this.all) if (socket.settings.cid === cid) socket.abort();
	}

	/** Whether any socket is bound to the context. */
	uses(cid: number): boolean {
		return this.all.some(socket => socket.settings.cid === cid);
	}

	/** A local port for a connection that asks for none. */
	nextPort(): number {
		const port = this.#nextPort;
		this.#nextPort = port >= LAST_LOCAL_PORT ? FIRST_LOCAL_PORT : port + 1;
		return port;
	}

	/** The power is gone: the network sees the connections end. */
	end(): void {
		for (const socket of this.all) socket.close();
	}
}
