import type { Cancellation } from '../modem/cancellation.js';
import type { Modem } from '../modem/modem.js';
import { type Unlocking, unlockSim } from '../modem/sim-unlock.js';
import type { Clock } from '../ports/clock.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import type { Audit } from './audit.js';

export interface SimKeeperOptions {
	readonly clock: Clock;
	readonly modem: Modem;
	readonly settings: SettingsKeeper;
	readonly audit: Audit;
	readonly stopping: Cancellation;
}

/** A SIM that does not answer is asked so often, with pauses [ms]: a card takes its time after a boot. */
const TURNS = 6;
const PAUSE = 10_000;

/** Enters the stored PIN with each attach and with each new PIN, one attempt after the other: two at a time would try one PIN twice. */
export class SimKeeper {
	readonly #options: SimKeeperOptions;
	#last: Promise<void> = Promise.resolve();

	constructor(options: SimKeeperOptions) {
		this.#options = options;
		options.modem.onReady.push(() => this.unlock());
	}

	/** Where the SIM asks for its PIN; what came of it is in the journal. */
	unlock(): void {
		this.#last = this.#last.then(() => this.#unlock());
	}

	async #unlock(): Promise<void> {
		const { clock, modem, audit, stopping } = this.#options;
		const { control } = modem;
		if (control === undefined) return;
		let result = await this.try(control);
		for (let turn = 1; result === 'no SIM' && turn < TURNS; turn++) {
			await stopping.pause(clock, PAUSE);
			if (stopping.isCancelled || modem.control !== control) return;
			result = await this.try(control);
		}
		if (result === 'not locked') return;
		audit.note({
			channel: 'board',
			identity: 'SIM',
			verdict: result === 'unlocked' ? 'recovered' : 'refused',
			result,
		});
	}

	private try(control: NonNullable<Modem['control']>): Promise<Unlocking> {
		const { settings } = this.#options;
		const { pin } = settings.current;
		return unlockSim(control, pin.code === '' ? undefined : pin, tried => {
			// Another one was stored meanwhile: it keeps its own mark.
			const { code } = settings.current.pin;
			return code === pin.code && settings.change({ pin: { code, tried } });
		});
	}
}
