/** The lines between the board and the module's power control. `true` = asserted (pulled low on the real line). */
export interface PowerControl {
	setOnOff(asserted: boolean): void;
	setReset(asserted: boolean): void;
	/** PWRMON: the module is powered; undefined where the board has no such line. */
	isOn(): boolean | undefined;
}
