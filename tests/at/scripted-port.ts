import { bytesOf, textOf } from '../../src/base/text.js';
import type { PortListener, SignalPort, Signals } from '../../src/ports/byte-port.js';

/** A port whose other side is the test: what was sent is a text, what comes is given by hand. */
export class ScriptedPort implements SignalPort {
	/** Everything written so far. */
	sent = '';
	/** Octets that one `write` takes at the most. */
	takes = Number.POSITIVE_INFINITY;
	listener: PortListener | undefined;
	readonly breaks: number[] = [];
	readonly shown: Partial<Signals>[] = [];
	peerSignals: Signals = { rtc: true, rtr: true, ic: false, dv: false };
	/** Called with each piece that was written. */
	onSent: ((text: string) => void) | undefined;
	onBreak: (() => void) | undefined;
	onSignals: ((signals: Partial<Signals>) => void) | undefined;
	#waiting: number[] = [];

	read(into: Uint8Array): number {
		const part = this.#waiting.splice(0, into.length);
		into.set(part);
		return part.length;
	}

	write(bytes: Uint8Array): number {
		const count = Math.min(bytes.length, this.takes);
		const text = textOf(bytes.subarray(0, count));
		this.sent += text;
		if (text !== '') this.onSent?.(text);
		return count;
	}

	close(): void {}

	listen(listener: PortListener | undefined): void {
		this.listener = listener;
	}

	setSignals(signals: Partial<Signals>): void {
		this.shown.push(signals);
		this.onSignals?.(signals);
	}

	sendBreak(length: number): void {
		this.breaks.push(length);
		this.onBreak?.();
	}

	/** Octets that wait to be read. */
	get waiting(): number {
		return this.#waiting.length;
	}

	/** Octets come from the other side, `size` at a time. */
	give(text: string, size = Number.POSITIVE_INFINITY): void {
		const bytes = bytesOf(text);
		for (let at = 0; at < bytes.length; at += size) {
			for (const octet of bytes.subarray(at, Math.min(bytes.length, at + size))) this.#waiting.push(octet);
			this.listener?.readable();
		}
	}

	/** The other side shows other signals. */
	show(signals: Partial<Signals>): void {
		this.peerSignals = { ...this.peerSignals, ...signals };
		this.listener?.signals?.(this.peerSignals);
	}

	end(reason = 'gone'): void {
		this.listener?.closed?.(reason);
	}
}
