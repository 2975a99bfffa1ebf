/** What a command does, as the catalogue says (security.md, "Identities"). */
export type CommandClass = 'read' | 'write' | 'power' | 'detach' | 'data' | 'late' | 'self' | 'lock' | 'admin';

/** Who asks, by how it was proved. */
export type IdentityKind = 'console' | 'prefix' | 'number' | 'digest-v1' | 'tcp-user' | 'digest-v2' | 'tcp-response';

export interface Identity {
	readonly kind: IdentityKind;
	/** For journal and trace: a phone number, a user's name, a key id. Never a secret. */
	readonly name: string;
}

const BASIC: readonly CommandClass[] = Object.freeze(['read', 'write'] as const);
const HAZARDS: readonly CommandClass[] = Object.freeze([
	'read',
	'write',
	'power',
	'detach',
	'data',
	'late',
	'self',
] as const);
const ADMIN: readonly CommandClass[] = Object.freeze([...HAZARDS, 'admin'] as const);
const DTE: readonly CommandClass[] = Object.freeze([...ADMIN, 'lock'] as const);

/** The default table of security.md. */
const DEFAULT_GRANTS: Readonly<Record<IdentityKind, readonly CommandClass[]>> = Object.freeze({
	console: DTE,
	prefix: BASIC,
	number: HAZARDS,
	'digest-v1': HAZARDS,
	'tcp-user': HAZARDS,
	'digest-v2': ADMIN,
	'tcp-response': ADMIN,
});

/** Whether this identity may run a command of this class. */
export function isGranted(identity: Identity, commandClass: CommandClass): boolean {
	return DEFAULT_GRANTS[identity.kind].includes(commandClass);
}
