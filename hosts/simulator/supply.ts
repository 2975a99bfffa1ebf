/** The module's supply: what +CBC and #CBC tell, and what a test or a scenario changes. */
export class Supply {
	/** At the module's pads. */
	millivolts = 3800;
	/** A charger is connected. */
	isCharging = false;

	/** What a lithium battery with this voltage has left, in the steps of +CBC [%]. */
	get percent(): number {
		const step = Math.round((this.millivolts - EMPTY) / ((FULL - EMPTY) / 4));
		return Math.max(0, Math.min(4, step)) * 25;
	}
}

const EMPTY = 3400;
const FULL = 4200;
