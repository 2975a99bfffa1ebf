/** What crosses from one machine to the other; octets arrive as a buffer of their own. */
export type Passed = number | string | boolean | ArrayBufferLike | ArrayBufferView | undefined;

/** What the C program gives the board's script: see ../host/board.c. */
interface Host {
	print(text: string): void;
	answer(answer: (what: string, a: Passed, b: Passed, octets: Passed) => Passed): void;
	call(what: string, a?: Passed, b?: Passed, octets?: Passed): Passed;
	fill(into: Uint8Array, what: string, a?: Passed, b?: Passed): number;
}

export const host: Host = (globalThis as unknown as { host: Host }).host;
