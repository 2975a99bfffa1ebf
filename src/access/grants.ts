/** What a command does, as the catalogue says (security.md, "Identities"). */
export type CommandClass = 'read' | 'write' | 'power' | 'detach' | 'data' | 'late' | 'self' | 'lock' | 'admin';

/** Who asks, by how it was proved. */
export type IdentityKind =
	| 'console'
	| 'prefix'
	| 'number'
	| 'digest-v1'
	| 'tcp-user'
	| 'dialled-host'
	| 'digest-v2'
	| 'tcp-response';

export interface Identity {
	readonly kind: IdentityKind;
	/** For journal and trace: a phone number, a user's name, a key id, host and port. Never a secret. */
	readonly name: string;
	/** Which entry of its list it is: white list 1–8, user 1–3, key 1–4; a grant can be for it. */
	readonly index?: number;
}

/** What differs from the default table for one entry (`#ATRUNGRANT`). */
export interface GrantEntry {
	/** 0 white list, 1 TCP user, 2 key. */
	readonly kind: number;
	readonly index: number;
	/** Sum of 1 read, 2 write, 4 power, 8 detach/data/late, 16 lock, 32 self, 64 admin. */
	readonly mask: number;
}

/** The bit of each class in the mask of `#ATRUNGRANT`. */
const BITS: Readonly<Record<CommandClass, number>> = Object.freeze({
	read: 1,
	write: 2,
	power: 4,
	detach: 8,
	data: 8,
	late: 8,
	lock: 16,
	self: 32,
	admin: 64,
});

const BASIC = 1 + 2;
const HAZARDS = BASIC + 4 + 8 + 32;
const ADMIN = HAZARDS + 64;

/** The default table of security.md. */
const DEFAULT_GRANTS: Readonly<Record<IdentityKind, number>> = Object.freeze({
	console: ADMIN + 16,
	prefix: BASIC,
	number: HAZARDS,
	'digest-v1': HAZARDS,
	'tcp-user': HAZARDS,
	'dialled-host': HAZARDS,
	'digest-v2': ADMIN,
	'tcp-response': ADMIN,
});

/** The list that an identity is an entry of, as `#ATRUNGRANT` counts them. */
const LISTS: Readonly<Record<IdentityKind, number | undefined>> = Object.freeze({
	console: undefined,
	prefix: 0,
	number: 0,
	'digest-v1': 0,
	'tcp-user': 1,
	'dialled-host': undefined,
	'digest-v2': 2,
	'tcp-response': 2,
});

/** Whether this identity may run a command of this class; a grant for its entry replaces the default table. */
export function isGranted(
	identity: Identity,
	commandClass: CommandClass,
	grants: readonly GrantEntry[] = NONE,
): boolean {
	const list = LISTS[identity.kind];
	const grant = grants.find(({ kind, index }) => kind === list && index === identity.index);
	return ((grant?.mask ?? DEFAULT_GRANTS[identity.kind]) & BITS[commandClass]) !== 0;
}

const NONE: readonly GrantEntry[] = Object.freeze([]);
