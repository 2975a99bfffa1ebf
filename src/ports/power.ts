/** The lines between the board and the module's power control. `true` = asserted (pulled low on the real line). */
export interface PowerControl {
	setOnOff(asserted: boolean): void;
	setReset(asserted: boolean): void;
	/** PWRMON: the module is powered; undefined where the board has no such line. */
	isOn(): boolean | undefined;
	/** Cuts the module's supply (false) and gives it back; absent where the board has no switch for it. */
	setSupply?(on: boolean): void;
}
