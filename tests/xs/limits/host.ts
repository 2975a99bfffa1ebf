import type { Host } from '../runtime/host.js';

/** What crosses from one machine to the other; octets arrive as a buffer of their own. */
export type Passed = number | string | boolean | ArrayBufferLike | ArrayBufferView | undefined;

export type BoardFigure = 'slots' | 'chunks' | 'peakSlots' | 'peakChunks' | 'peakStack' | 'bytecodes';

/** What the C program gives the world around a board: see ../host/board.c. */
interface WorldHost extends Host {
	openBoard(script: string, heap: number, chunk: number, stack: number): void;
	board(name: BoardFigure): number;
	resetBoardPeaks(): void;
	answer(answer: (what: string, a: Passed, b: Passed, octets: Passed) => Passed): void;
	call(what: string, a?: Passed, b?: Passed, octets?: Passed): Passed;
}

export const host = (globalThis as unknown as { host: WorldHost }).host;
