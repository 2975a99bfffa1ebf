/** Whether two octet strings are equal, in a time that depends only on the length of `given`. */
export function equalInConstantTime(given: Uint8Array, expected: Uint8Array): boolean {
	let difference = given.length ^ expected.length;
	for (let at = 0; at < given.length; at++) difference |= given[at]! ^ (expected[at % expected.length] ?? 0);
	return difference === 0;
}
