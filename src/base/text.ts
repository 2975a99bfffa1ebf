/**
 * Octets as text and back, one character an octet (ISO 8859-1): what AT lines and trace need.
 * Characters above U+00FF become `?`.
 */
const BLOCK = 256;

export function textOf(bytes: Uint8Array): string {
	if (bytes.length <= BLOCK) return String.fromCharCode.apply(null, bytes as unknown as number[]);
	let text = '';
	for (let at = 0; at < bytes.length; at += BLOCK) {
		text += String.fromCharCode.apply(null, bytes.subarray(at, at + BLOCK) as unknown as number[]);
	}
	return text;
}

export function bytesOf(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		bytes[at] = code < 256 ? code : 0x3f;
	}
	return bytes;
}
