/** A variable of the environment (`surroundings.c`); undefined where it is not set, or empty. */
export function setting(name: string): string | undefined;
/** Fills the view with octets of the kernel's generator. */
export function fillRandom(into: Uint8Array): void;
/** `restart` or `fault`, and a text; `loader/loader.c` acts on it as soon as the script is back. */
export function tellLoader(message: string): void;
