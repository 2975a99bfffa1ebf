/** Where the co-processor tells what passes through it, for a person to read. No secret is ever given to it. */
export interface Trace {
	/** `source` is a layer and place (`cmux`, `dlci 2`, `tcp`), `text` one line without line end. */
	note(source: string, text: string): void;
}
