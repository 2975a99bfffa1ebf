// The shape of this module is the target's own (see `board-pins.ts`).
declare module 'embedded:provider/builtin' {
	const device: unknown;
	export default device;
}
