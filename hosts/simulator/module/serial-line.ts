import { FrameType, type FrameView } from '../../../src/cmux/frame.js';
import { Multiplexer } from '../../../src/cmux/multiplexer.js';
import type { Firmware } from './firmware.js';
import { TIMING } from './timing.js';

/** Payload octets of a frame, as the module has it: one length octet. */
const N1 = 127;
const INSTANCES = 3;

/** The UART and what it carries: the first instance's commands, or the multiplexer with all of them. */
export class SerialLine {
	readonly #firmware: Firmware;
	#mux: Multiplexer | undefined;
	#muxSince = 0;

	constructor(firmware: Firmware) {
		this.#firmware = firmware;
	}

	get inMux(): boolean {
		return this.#mux !== undefined;
	}

	/** After the boot: AT commands on the UART, for the first instance. */
	start(): void {
		this.applyRate();
		this.#firmware.instances[0]!.attach(this.#firmware.board.uart);
	}

	/** +IPR: a fixed rate, or with 0 whatever the DTE uses. */
	applyRate(): void {
		const { board, rate } = this.#firmware;
		const wanted = rate > 0 ? rate : (board.lineRate?.() ?? 0);
		if (wanted > 0) board.uart.setBaud(wanted);
	}

	/** The DTE changed its rate: in AT mode with +IPR=0 the module finds the new one by itself. */
	lineRateChanged(): void {
		if (this.#mux === undefined && this.#firmware.rate === 0) this.applyRate();
	}

	/** After the OK of +CMUX=0. */
	enterMux(): void {
		const { board, clock, instances } = this.#firmware;
		instances[0]!.detach();
		this.#muxSince = clock.now();
		const mux = new Multiplexer({
			port: board.uart,
			clock,
			role: 'responder',
			n1: N1,
			requireMsc: true,
			accepts: dlci => dlci >= 1 && dlci <= INSTANCES,
			startWithin: TIMING.muxFallback,
			onOpen: channel => instances[channel.dlci - 1]!.attach(channel, channel),
			onClosed: () => this.#leaveMux(mux),
			onFrame: (direction, frame) => {
				if (direction === 'received') this.#sawFrame(mux, frame);
			},
		});
		this.#mux = mux;
		void mux.start().then(started => {
			if (!started.ok) this.#leaveMux(mux);
		});
	}

	/** DTR of the UART changed. */
	dtrChanged(on: boolean): void {
		if (on) return;
		const mux = this.#mux;
		if (mux === undefined) {
			this.#firmware.instances[0]!.dtrDropped();
			return;
		}
		mux.abandon();
		this.#leaveMux(mux);
	}

	/** The power is gone. */
	end(): void {
		const mux = this.#mux;
		this.#mux = undefined;
		for (const instance of this.#firmware.instances) instance.detach();
		mux?.abandon();
		this.#firmware.board.uart.listen(undefined);
	}

	#sawFrame(mux: Multiplexer, frame: FrameView): void {
		if (frame.dlci !== 0 || frame.type !== FrameType.SABM) return;
		const { board, clock } = this.#firmware;
		if (!board.quirks.earlySabmDeadlocks || clock.now() - this.#muxSince >= TIMING.muxEarliest) return;
		clock.setTimer(clock.now(), () => this.#deadlock(mux));
	}

	/** Deaf until the next reset: nothing is read, nothing is sent. */
	#deadlock(mux: Multiplexer): void {
		if (this.#mux !== mux) return;
		this.#mux = undefined;
		for (const instance of this.#firmware.instances) instance.detach();
		mux.abandon();
	}

	#leaveMux(mux: Multiplexer): void {
		if (this.#mux !== mux) return;
		this.#mux = undefined;
		const { board, instances } = this.#firmware;
		for (const instance of instances) instance.detach();
		this.applyRate();
		instances[0]!.attach(board.uart);
	}
}
