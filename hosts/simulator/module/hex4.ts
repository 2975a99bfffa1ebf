/** Four upper-case hexadecimal digits. */
export function hex4(value: number): string {
	return value.toString(16).toUpperCase().padStart(4, '0');
}
