/** Fills the view with octets of the hardware generator (`hardware-random.c`), which needs no other noise while the radio is on. */
export function fillRandom(into: Uint8Array, isRadioOn: boolean): void;
