// In `@moddable/typings` 5.6.0 this class has no `activeLow` and no `initialValue`, which the SDK has since 8.0.
declare module 'embedded:io/digital' {
	class Digital {
		static readonly Input: number;
		static readonly InputPullDown: number;
		static readonly InputPullUp: number;
		static readonly Output: number;
		static readonly OutputOpenDrain: number;
		constructor(options: { pin: number; mode: number; activeLow?: boolean; initialValue?: 0 | 1 });
		read(): 0 | 1;
		write(value: 0 | 1): void;
		close(): void;
	}
	export default Digital;
}
