import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { failure, type Result, success } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import { StreamPort } from './stream-port.js';
import { codeOf, reasonOf } from './system-error.js';

type Socat = ChildProcessByStdio<Writable, Readable, Readable>;

/** How long socat may take to make the pseudo-terminal [ms]. */
const START_MS = 5000;
/** Between two looks whether a program has left the line to itself alone [ms]. */
const LOOK_MS = 250;
/** `TIOCNXCL` of Linux (asm-generic/ioctls.h): others may open the terminal again. */
const SHARED = '0x540d';
/** socat's own notes are kept to this length, for the message where it fails. */
const LONGEST_NOTES = 4096;

/** A pseudo-terminal with a link to it. Its other end is `port`. */
export interface PseudoTerminal {
	/** The link that programs open. */
	readonly path: string;
	readonly port: BytePort;
	/** Removes the link and ends socat. Idempotent. */
	close(): void;
}

/**
 * Makes a pseudo-terminal by socat and links `path` to it. A link of an earlier run is replaced, any other file refused.
 * The error is one line; `instead` is the option it offers where socat is missing.
 */
export async function openPseudoTerminal(path: string, instead: string): Promise<Result<PseudoTerminal>> {
	const obstacle = obstacleAt(path);
	if (obstacle !== undefined) return failure(obstacle);
	// Detached, so that Ctrl-C on the terminal reaches this process alone, which then ends socat in order.
	const socat = spawn('socat', ['-d', '-d', 'PTY,rawer', 'STDIO'], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
	const device = await deviceOf(socat, instead);
	if (!device.ok) {
		socat.kill();
		return device;
	}
	let slave: number;
	try {
		// While one end stays open here, the line survives programs that open and close it.
		slave = openSync(device.value, constants.O_RDWR | constants.O_NOCTTY);
		rmSync(path, { force: true });
		symlinkSync(device.value, path);
	} catch (error) {
		socat.kill();
		return failure(`cannot make ${path}: ${reasonOf(error)}`);
	}
	const look = setInterval(() => share(device.value, slave), LOOK_MS).unref();
	let open = true;
	const close = () => {
		if (!open) return;
		open = false;
		clearInterval(look);
		closeSync(slave);
		if (readLink(path) === device.value) rmSync(path, { force: true });
		socat.kill();
	};
	socat.once('exit', () => process.off('exit', close));
	process.once('exit', close);
	return success({ path, port: new StreamPort(socat.stdout, socat.stdin, { capacity: 4096, release: close }), close });
}

/**
 * Lets other programs open the line again. Some, gammu for one, forbid it (`TIOCEXCL`) and rely on the end of the last program to take that
 * back; but the line has no end while `slave` is open here. Only root is never refused.
 */
function share(device: string, slave: number): void {
	try {
		closeSync(openSync(device, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
	} catch (error) {
		if (codeOf(error) !== 'EBUSY') return;
		const args = ['-u', 'OPEN:/dev/null', `FD:3,ioctl-void=${SHARED}`];
		spawn('socat', args, { stdio: ['ignore', 'ignore', 'ignore', slave] }).on('error', () => {});
	}
}

/** Why `path` cannot become the link, or undefined where it can. */
function obstacleAt(path: string): string | undefined {
	try {
		if (!lstatSync(path).isSymbolicLink())
			return `${path} exists and is no link to a pseudo-terminal; choose another path`;
	} catch (error) {
		return codeOf(error) === 'ENOENT' ? undefined : `cannot make ${path}: ${reasonOf(error)}`;
	}
	if (readLink(path)?.startsWith('/dev/pts/')) return undefined;
	return `${path} is a link to something else; choose another path`;
}

function readLink(path: string): string | undefined {
	try {
		return readlinkSync(path);
	} catch {
		return undefined;
	}
}

/** The device that socat made, as it tells in its notes. */
function deviceOf(socat: Socat, instead: string): Promise<Result<string>> {
	return new Promise(resolve => {
		let notes = '';
		const timer = setTimeout(() => resolve(failure('socat made no pseudo-terminal')), START_MS);
		const settle = (result: Result<string>) => {
			clearTimeout(timer);
			resolve(result);
		};
		socat.stderr.on('data', (chunk: Buffer) => {
			if (notes.length > LONGEST_NOTES) return;
			notes += chunk.toString('latin1');
			// The terminal is raw only when the transfer begins: before, it would echo, and take Ctrl-C for an interrupt.
			const device = /PTY is (\/\S+)\n[\s\S]*starting data transfer/.exec(notes)?.[1];
			if (device !== undefined) settle(success(device));
		});
		socat.once('error', error => settle(failure(spawnFailure(error, instead))));
		socat.once('exit', () =>
			settle(failure(`socat made no pseudo-terminal: ${notes.trim().split('\n').at(-1) ?? ''}`)),
		);
	});
}

function spawnFailure(error: Error, instead: string): string {
	if (codeOf(error) !== 'ENOENT') return `cannot run socat: ${reasonOf(error)}`;
	return `a pseudo-terminal needs socat, which is not installed (Debian: apt install socat); or use ${instead}`;
}
