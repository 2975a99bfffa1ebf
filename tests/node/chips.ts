/** What a chip can do with its pins and its flash, by its data sheet. */
export interface Chip {
	/** As the SDK calls it. */
	readonly subclass: string;
	/** Numbers of the GPIOs that modules with this chip bring out, but for those of the flash. */
	readonly pins: readonly number[];
	/** Without a driver and without pull resistors. */
	readonly inputsOnly: readonly number[];
	/** Their level at reset decides how the chip starts. */
	readonly strapping: readonly number[];
	readonly uarts: number;
}

const between = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** ESP32 series data sheet, 2.2 and 3: 6–11 are the flash; 20, 24 and 28–31 do not exist. 16 is the PSRAM of a WROVER, as is 17. */
export const CLASSIC: Chip = {
	subclass: 'esp32',
	pins: [
		...between(0, 5),
		...between(12, 15),
		...between(17, 19),
		...between(21, 23),
		...between(25, 27),
		...between(32, 39),
	],
	inputsOnly: between(34, 39),
	strapping: [0, 2, 5, 12, 15],
	uarts: 3,
};

/** ESP32-C3 series data sheet, 2.2 and 3: 11–17 are the flash and its supply. */
export const C3: Chip = {
	subclass: 'esp32c3',
	pins: [...between(0, 10), ...between(18, 21)],
	inputsOnly: [],
	strapping: [2, 8, 9],
	uarts: 2,
};

/** Of the modules that the targets are for [octets]. */
export const FLASH_SIZE = 0x400000;
