/** The settings of V.250 that shape a terminal's input and output. Changed by the terminal's user, read at each use. */
export interface TerminalSettings {
	/** E: what is typed in command state is sent back, without ignored control characters. */
	echo: boolean;
	/** Q1: no result codes, solicited or not; information responses still come (V.250 6.2.5). */
	quiet: boolean;
	/** V */
	verbose: boolean;
	/** Command line termination character, 13. */
	s3: number;
	/** Response formatting character, 10. */
	s4: number;
	/** Command line editing character, 8. */
	s5: number;
	cmee: 0 | 1 | 2;
}
