/** Fills the view with octets of the hardware generator (`hardware-random.c`). */
export function fillRandom(into: Uint8Array): void;
