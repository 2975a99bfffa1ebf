import Listener from 'embedded:io/socket/listener';
import TCP from 'embedded:io/socket/tcp';
// biome-ignore lint/style/useNodejsImportProtocol: the SDK's module of that name.
import Net from 'net';
import type { ListenerSocket, Sockets, TcpSocket } from './sockets.js';

/** The SDK's network. Nagle's algorithm stays on: without it short writes use up the stack's queue, which ends the connection. */
export const sdkSockets: Sockets = Object.freeze({
	connect: (address, port, callbacks) => new TCP({ address, port, format: 'buffer', ...callbacks }) as TcpSocket,
	adopt: (from, callbacks) => new TCP({ from: from as unknown as TCP, format: 'buffer', ...callbacks }) as TcpSocket,
	listen: (port, onReadable) => new Listener({ port, onReadable }) as unknown as ListenerSocket,
	resolve: (host, onResolved) => Net.resolve(host, (_name, address) => onResolved(address)),
} satisfies Sockets);
