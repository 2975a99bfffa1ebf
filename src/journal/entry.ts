/** One line of the audit trail. Texts have no secrets: whoever records has masked them. */
export interface JournalEntry {
	/** Seconds since 1970 by the network's time; 0 = unknown. */
	readonly time: number;
	/** By which way: `console`, `sms`, `tcp`, `board`. */
	readonly channel: string;
	/** Phone number, user name, key id, or who the board is to itself. */
	readonly identity: string;
	readonly command: string;
	/** `run`, `refused`, or what the board did. */
	readonly verdict: string;
	/** `done`, `error`, `timeout`, or the reason of a refusal. */
	readonly result: string;
	/** Milliseconds that it took. */
	readonly ms: number;
	/** What brought the channel back, where anything had to. */
	readonly rung: string;
}

/** Characters that each text keeps. */
const LONGEST = 48;
const FIELDS = 8;

/** The entry as one line without line ends: fields between `|`, in which each `|` and control character becomes `_`. */
export function lineOf(entry: JournalEntry): string {
	const { time, channel, identity, command, verdict, result, ms, rung } = entry;
	const texts = [channel, identity, command, verdict, result].map(clean);
	return [Math.floor(time), ...texts, Math.round(ms), clean(rung)].join('|');
}

/** The entry of a line; undefined where the line is none. */
export function entryOf(line: string): JournalEntry | undefined {
	const fields = line.split('|');
	if (fields.length !== FIELDS) return undefined;
	const [time, channel, identity, command, verdict, result, ms, rung] = fields as [
		string,
		string,
		string,
		string,
		string,
		string,
		string,
		string,
	];
	if (!/^[0-9]+$/.test(time) || !/^[0-9]+$/.test(ms)) return undefined;
	return { time: Number(time), channel, identity, command, verdict, result, ms: Number(ms), rung };
}

function clean(text: string): string {
	return text.slice(0, LONGEST).replace(/[|\x00-\x1f\x7f]/g, '_');
}
