/** Whether two values of a JSON document say the same; the order of keys says nothing. */
export function isSame(one: unknown, other: unknown): boolean {
	if (one === other) return true;
	if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
	if (Array.isArray(one) !== Array.isArray(other)) return false;
	const keys = Object.keys(one);
	if (keys.length !== Object.keys(other).length) return false;
	return keys.every(
		key =>
			Object.hasOwn(other, key) &&
			isSame((one as { readonly [key: string]: unknown })[key], (other as { readonly [key: string]: unknown })[key]),
	);
}
