const REASONS: Readonly<Record<string, string>> = Object.freeze({
	EACCES: 'permission denied',
	EADDRINUSE: 'the port is in use',
	EADDRNOTAVAIL: 'this machine does not have that address',
	EBUSY: 'it is in use',
	ECONNREFUSED: 'nobody listens there',
	ECONNRESET: 'the other side broke the connection',
	EEXIST: 'it exists already',
	EHOSTUNREACH: 'the host cannot be reached',
	EISDIR: 'it is a directory',
	ENETUNREACH: 'the network cannot be reached',
	ENOENT: 'there is no such file or directory',
	ENOSPC: 'there is no space left',
	ENOTDIR: 'a part of the path is no directory',
	ENOTFOUND: 'there is no such host',
	EPERM: 'not permitted',
	EPIPE: 'the other side has gone',
	EROFS: 'the file system is read-only',
	ETIMEDOUT: 'no answer',
});

/** The code of a system error (`ENOENT`), or '' where it has none. */
export function codeOf(error: unknown): string {
	const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
	return typeof code === 'string' ? code : '';
}

/** What went wrong, in words for the user and without a stack. */
export function reasonOf(error: unknown): string {
	const known = REASONS[codeOf(error)];
	if (known !== undefined) return known;
	return error instanceof Error ? error.message : String(error);
}
