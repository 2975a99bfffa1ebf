/** What the beginning of an HTTP answer says (RFC 9110, RFC 9112). */
export interface HttpHead {
	/** 200, 206, 404 … */
	readonly status: number;
	/** Octets of the body; undefined: the server does not tell. */
	readonly length: number | undefined;
	/** `Content-Range: bytes <first>-<last>/<total>`; undefined: the body is the whole. */
	readonly range: { readonly first: number; readonly total: number } | undefined;
}

/** The head without the empty line behind it; undefined: no answer of HTTP/1. A body that comes in a coding is one of no known length. */
export function parseHead(text: string): HttpHead | undefined {
	const [first = '', ...fields] = text.split('\r\n');
	const status = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: |$)/.exec(first)?.[1];
	if (status === undefined) return undefined;
	let length: number | undefined;
	let range: HttpHead['range'];
	let isCoded = false;
	for (const field of fields) {
		const colon = field.indexOf(':');
		const name = field.slice(0, colon).toLowerCase();
		const value = field.slice(colon + 1).trim();
		// Many servers send their errors so, which must not be taken for no HTTP.
		if (name === 'transfer-encoding') isCoded = true;
		if (name === 'content-encoding' && value.toLowerCase() !== 'identity') isCoded = true;
		if (name === 'content-length') {
			if (!/^[0-9]{1,9}$/.test(value)) return undefined;
			length = Number(value);
		}
		if (name === 'content-range') {
			const found = /^bytes ([0-9]{1,9})-[0-9]{1,9}\/([0-9]{1,9})$/i.exec(value);
			if (found !== null) range = { first: Number(found[1]), total: Number(found[2]) };
		}
	}
	return { status: Number(status), length: isCoded ? undefined : length, range };
}
