import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failure, type Result, success } from '../../src/base/result.js';
import { reasonOf } from './system-error.js';

export interface ImageServerOptions {
	readonly address: string;
	/** 0: the system chooses. */
	readonly port: number;
	readonly file: Uint8Array;
	/** Told of each request: who asked, from which octet on, and how many octets went out. */
	readonly onServed: (peer: string, from: number, octets: number) => void;
}

export interface ImageServer {
	readonly port: number;
	close(): void;
}

/** Gives one file to whoever asks, whatever the path, from any octet on: enough HTTP for boards that fetch an image. */
export async function serveImage({ address, port, file, onServed }: ImageServerOptions): Promise<Result<ImageServer>> {
	const server: Server = createServer((request, response) => {
		const range = /^bytes=([0-9]{1,9})-$/.exec(request.headers.range ?? '')?.[1];
		const from = Number(range ?? 0);
		if (request.method !== 'GET') {
			response.writeHead(405, { Allow: 'GET', 'Content-Length': 0 }).end();
			return;
		}
		if (from >= file.length) {
			response.writeHead(416, { 'Content-Range': `bytes */${file.length}`, 'Content-Length': 0 }).end();
			return;
		}
		const body = file.subarray(from);
		const part = range !== undefined && { 'Content-Range': `bytes ${from}-${file.length - 1}/${file.length}` };
		response.writeHead(part ? 206 : 200, {
			'Content-Type': 'application/octet-stream',
			'Content-Length': body.length,
			'Accept-Ranges': 'bytes',
			...part,
		});
		response.on('close', () => {
			onServed(request.socket.remoteAddress ?? '?', from, response.writableFinished ? body.length : 0);
		});
		response.end(body);
	});
	try {
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, address, resolve);
		});
	} catch (error) {
		return failure(`cannot listen on ${address}:${port}: ${reasonOf(error)}`);
	}
	return success({
		port: (server.address() as AddressInfo).port,
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	});
}
