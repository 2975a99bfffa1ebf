import { bytesOf } from '../../../src/base/text.js';
import type { Channel } from '../../../src/cmux/channel.js';
import { FrameType, type FrameView } from '../../../src/cmux/frame.js';
import { Multiplexer } from '../../../src/cmux/multiplexer.js';
import type { Firmware } from './firmware.js';
import { FrameFilter } from './frame-filter.js';
import { FrameWatch } from './frame-watch.js';
import { TIMING } from './timing.js';

/** Payload octets of a frame, as the module has it: one length octet. */
const N1 = 127;

/** The UART and what it carries: the first instance's commands, or the multiplexer with all of them. */
export class SerialLine {
	readonly #firmware: Firmware;
	#mux: Multiplexer | undefined;
	#muxSince = 0;
	#watch: FrameWatch | undefined;

	constructor(firmware: Firmware) {
		this.#firmware = firmware;
	}

	get inMux(): boolean {
		return this.#mux !== undefined;
	}

	/** After the boot: AT commands on the UART, for the first instance. */
	start(): void {
		const { board } = this.#firmware;
		this.applyRate();
		if (board.hangs.all !== undefined) this.hang();
		else {
			if (board.quirks.bootBanner) board.uart.write(bytesOf('\r\nRDY\r\n'));
			this.#firmware.instances[0]!.attach(board.uart);
		}
	}

	/**
	 * The whole module hangs. Until its multiplexer is closed it reads what comes; else not even that, and where the line has
	 * flow control the DTE's writing stops too.
	 */
	hang(): void {
		this.#letGo();
		const { board } = this.#firmware;
		if (board.hangs.all !== 'mux') return;
		this.#watch = new FrameWatch(board.uart, () => this.#toCommands());
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

	/** After the OK of +CMUX. */
	enterMux(): void {
		const { board, clock, instances } = this.#firmware;
		instances[0]!.detach();
		this.#firmware.free('mux');
		this.#muxSince = clock.now();
		const mux = new Multiplexer({
			port: board.quirks.ignoresCommandBit0 ? new FrameFilter(board.uart) : board.uart,
			clock,
			role: 'responder',
			n1: N1,
			requireMsc: true,
			accepts: dlci => dlci >= 1 && dlci <= instances.length,
			startWithin: TIMING.muxFallback,
			onOpen: channel => this.#opened(channel),
			onClosed: () => this.#leaveMux(mux),
			onFrame: (direction, frame) => {
				if (direction === 'received') this.#sawFrame(mux, frame);
			},
		});
		this.#mux = mux;
		if (board.quirks.urcDuringMux) board.uart.write(bytesOf('\r\n+CREG: 1\r\n'));
		void mux.start().then(started => {
			if (!started.ok) this.#leaveMux(mux);
		});
	}

	#opened(channel: Channel): void {
		this.#firmware.free('reopen', channel.dlci);
		this.#firmware.instances[channel.dlci - 1]!.attach(channel, channel);
	}

	/** DTR of the UART changed. */
	dtrChanged(on: boolean): void {
		if (on) return;
		const mux = this.#mux;
		const { hangs } = this.#firmware.board;
		if (hangs.all !== undefined) {
			if (hangs.all === 'mux') this.#toCommands();
			return;
		}
		if (mux === undefined) {
			this.#firmware.instances[0]!.dtrDropped();
			return;
		}
		mux.abandon();
		this.#leaveMux(mux);
	}

	/** The power is gone. */
	end(): void {
		this.#letGo();
	}

	/** Nobody reads the line any more. */
	#letGo(): void {
		const mux = this.#mux;
		this.#mux = undefined;
		this.#watch?.stop();
		this.#watch = undefined;
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
		if (this.#mux === mux) this.#firmware.hang({ what: 'all', until: 'reset' });
	}

	#leaveMux(mux: Multiplexer): void {
		if (this.#mux === mux) this.#toCommands();
	}

	/** Out of the multiplexer: commands for the first instance again. */
	#toCommands(): void {
		this.#letGo();
		this.#firmware.free('mux');
		this.applyRate();
		this.#firmware.instances[0]!.attach(this.#firmware.board.uart);
	}
}
