import { textOf } from '../base/text.js';

/** The stored settings as JSON has them, of any version. */
export interface SettingsDocument {
	readonly [key: string]: unknown;
}

/**
 * Takes a document of one version to the next. It meets whatever an older firmware stored, or a newer one left: it throws at
 * nothing, and where a key that it would add is there already, it leaves it alone.
 */
export type Migration = (document: SettingsDocument) => SettingsDocument;

/** The step at place n takes version n to n + 1. A step that went out in a firmware is never changed. */
const MIGRATIONS: readonly Migration[] = Object.freeze([stateVersion]);

/** The version of the documents that this firmware writes. */
export const VERSION = MIGRATIONS.length;

/**
 * The document as this version has it. One of a newer version stays as it is: what fits is used. `steps` are the project's own
 * unless a test brings others.
 */
export function migrate(document: SettingsDocument, steps: readonly Migration[] = MIGRATIONS): SettingsDocument {
	let migrated = document;
	for (let version = versionOf(document); version < steps.length; version++) migrated = steps[version]!(migrated);
	return migrated;
}

/** The document that a record holds; undefined: it is none. */
export function documentOf(copy: Uint8Array): SettingsDocument | undefined {
	try {
		const document: unknown = JSON.parse(textOf(copy));
		if (typeof document !== 'object' || document === null || Array.isArray(document)) return undefined;
		return document as SettingsDocument;
	} catch {
		return undefined;
	}
}

/** Version 0 are the documents that do not say theirs. */
export function versionOf({ version }: SettingsDocument): number {
	return typeof version === 'number' && Number.isInteger(version) && version > 0 ? version : 0;
}

/** 0 to 1: the document says its version, and nothing else changes. */
function stateVersion(document: SettingsDocument): SettingsDocument {
	return document;
}
