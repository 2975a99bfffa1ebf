import type { Socket } from 'node:net';
import type { Result } from '../../src/base/result.js';
import type { NetworkError } from '../../src/ports/network.js';
import { formatAnswer, LONGEST_LINE, parseRequest, type SimulatedNetwork } from './control-protocol.js';
import { listenOn } from './host-network.js';
import { LineSplitter } from './line-splitter.js';

export interface ControlServer {
	readonly port: number;
	/** Stops listening and ends the connections. */
	close(): void;
}

/** Serves the control protocol on 127.0.0.1. Port 0 lets the system choose. */
export async function serveControl(
	port: number,
	network: SimulatedNetwork,
): Promise<Result<ControlServer, NetworkError>> {
	const sockets = new Set<Socket>();
	const onCall = (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		serve(socket, network).finally(() => socket.destroySoon());
	};
	const listener = await listenOn('127.0.0.1', port, onCall, true);
	if (!listener.ok) return listener;
	const close = () => {
		listener.value.close();
		for (const socket of sockets) socket.destroy();
	};
	return { ok: true, value: { port: listener.value.port, close } };
}

/** Answers request after request. One that cannot be read ends the connection: whoever sends it speaks something else. */
async function serve(socket: Socket, network: SimulatedNetwork): Promise<void> {
	const splitter = new LineSplitter(LONGEST_LINE);
	try {
		for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
			const lines = splitter.push(chunk);
			if (lines === undefined) {
				socket.write(`${formatAnswer({ ok: false, error: `a line has at most ${LONGEST_LINE} octets` })}\n`);
				return;
			}
			for (const line of lines) {
				const order = parseRequest(line);
				const answer = order.ok ? await network.sendSms(order.value) : order;
				socket.write(`${formatAnswer(answer)}\n`);
				if (!order.ok) return;
			}
		}
	} catch {
		// The client has gone; there is nobody to tell.
	}
}
