/** Where something can be fetched by HTTP. */
export interface Url {
	readonly host: string;
	readonly port: number;
	/** Path and query, from `/` on. */
	readonly path: string;
}

/**
 * `http://<host>[:<port>][/<path>]` of RFC 9110 4.2.1, without user, password and fragment; undefined: anything else. A path takes what is
 * printable but blanks, quotes and `\`, which an AT command line or a request line would end at.
 */
export function parseUrl(text: string): Url | undefined {
	const found = /^http:\/\/([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([0-9]{1,5}))?(\/[!$-[\]-~]*)?$/i.exec(text);
	if (found === null) return undefined;
	const port = Number(found[2] ?? 80);
	if (port < 1 || port > 65_535) return undefined;
	return { host: found[1]!, port, path: found[3] ?? '/' };
}
