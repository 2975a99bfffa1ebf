/** How a board that dials introduces itself where `#ATRUNTCP` has it do so. Nothing of it is proved. */
export interface BoardHello {
	readonly imei: string;
	readonly firmware: string;
	/** Of its last restart. */
	readonly reason: string;
}

/** The line, without its end; undefined where it is none. */
export function parseHello(line: string): BoardHello | undefined {
	const found = /^#ATRUN: HELLO,"([0-9]{0,16})","([^"]{0,100})","([^"]{0,100})"$/.exec(line);
	return found === null ? undefined : { imei: found[1]!, firmware: found[2]!, reason: found[3]! };
}

export function isHello(line: string): boolean {
	return line.startsWith('#ATRUN: HELLO,');
}
