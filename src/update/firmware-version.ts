/** A version as images and `#ATRUNINFO` name it: three numbers, 0–65535 each. */
export type FirmwareVersion = readonly [major: number, minor: number, patch: number];

/** `1.4.0` and nothing else; undefined: no version. */
export function parseVersion(text: string): FirmwareVersion | undefined {
	const found = /^(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})$/.exec(text);
	if (found === null) return undefined;
	const version = [Number(found[1]), Number(found[2]), Number(found[3])] as const;
	return version.every(number => number <= 0xffff) ? version : undefined;
}

export function formatVersion(version: FirmwareVersion): string {
	return version.join('.');
}

/** Below 0: `one` is older than `other`; 0: they are the same. */
export function compareVersions(one: FirmwareVersion, other: FirmwareVersion): number {
	return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
