/** What the C program gives the scripts: see host/main.c. */
export interface Host {
	print(text: string): void;
	gc(): void;
	meter(): number;
	memory(name: MemoryFigure): number;
	resetPeaks(): void;
	setBudget(slots: number, chunks: number): void;
	now(): number;
	setTimeout(callback: () => void, ms: number): number;
	clearTimeout(id: number): void;
	setExitCode(code: number): void;
}

export type MemoryFigure =
	| 'slotSize'
	| 'slots'
	| 'slotsPeak'
	| 'slotsReserved'
	| 'chunks'
	| 'chunksPeak'
	| 'chunksReserved'
	| 'allocated';

export const host: Host = (globalThis as unknown as { host: Host }).host;
