import type { Result } from '../../../src/base/result.js';
import type { BytePort } from '../../../src/ports/byte-port.js';
import type { NetworkError } from '../../../src/ports/network.js';
import type { SimulatedNetwork } from '../control-protocol.js';
import { serveControl } from '../control-server.js';
import { listenOn } from '../host-network.js';
import { PortBridge } from '../port-bridge.js';
import { openPseudoTerminal } from '../pseudo-terminal.js';
import { LOOPBACK, TcpLine } from '../tcp-line.js';
import { CommandFailure } from './failure.js';

/** What a sub-command has open, to be closed in the opposite order. */
export class Openings {
	readonly #closers: (() => void)[] = [];

	add(close: () => void): void {
		this.#closers.push(close);
	}

	close(): void {
		for (const close of this.#closers.splice(0).reverse()) close();
	}
}

/** Puts a line on a pseudo-terminal. `instead` is the option to offer where socat is missing. */
export async function bridgeToPty(line: BytePort, path: string, instead: string, openings: Openings): Promise<void> {
	const terminal = await openPseudoTerminal(path, instead);
	if (!terminal.ok) throw new CommandFailure(2, terminal.error);
	openings.add(terminal.value.close);
	bridge(line, terminal.value.port, openings);
}

/** Puts a line on a TCP port, of loopback unless told otherwise. */
export async function bridgeToTcp(
	line: BytePort,
	port: number,
	option: string,
	openings: Openings,
	address = LOOPBACK,
): Promise<void> {
	const tcp = valueOr(await TcpLine.open(port, address), port, option, address);
	openings.add(() => tcp.close());
	bridge(line, tcp, openings);
}

/** Serves the control protocol; the port says how to choose another where it is taken. */
export async function openControl(network: SimulatedNetwork, port: number, openings: Openings): Promise<void> {
	const server = valueOr(await serveControl(port, network), port, '--control');
	openings.add(server.close);
}

/** Fails where `port` of loopback cannot be listened on now. */
export async function checkPort(port: number, option: string): Promise<void> {
	valueOr(await listenOn('127.0.0.1', port, socket => socket.destroy()), port, option).close();
}

export function bridge(line: BytePort, outside: BytePort, openings: Openings): void {
	const carried = new PortBridge(line, outside);
	openings.add(() => carried.stop());
}

function valueOr<Value>(result: Result<Value, NetworkError>, port: number, option: string, address = LOOPBACK): Value {
	if (result.ok) return result.value;
	const why = result.error === 'busy' ? 'is in use by another program' : 'cannot be listened on';
	throw new CommandFailure(2, `port ${port} of ${address} ${why}; choose another by ${option} <port>`);
}
