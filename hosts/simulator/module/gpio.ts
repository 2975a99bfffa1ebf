/** The general purpose pins: #GPIO. */
export class Gpio {
	readonly #pins = new Map<number, { level: 0 | 1; output: boolean; alternate: number }>();

	/** Level as it can be measured, and direction 0 input, 1 output, 2 alternate function. */
	state(pin: number): { readonly level: 0 | 1; readonly direction: number } {
		const held = this.#pins.get(pin);
		if (held === undefined) return { level: 0, direction: 0 };
		return { level: held.level, direction: held.alternate > 1 ? held.alternate : held.output ? 1 : 0 };
	}

	/** #GPIO=<pin>,<level>,<direction>. */
	configure(pin: number, level: 0 | 1, direction: number): void {
		this.#pins.set(pin, { level, output: direction === 1, alternate: direction });
	}

	/** Somebody outside drives a pin that is an input. */
	drive(pin: number, level: 0 | 1): void {
		const held = this.#pins.get(pin);
		if (held?.output) return;
		this.#pins.set(pin, { level, output: false, alternate: held?.alternate ?? 0 });
	}
}
