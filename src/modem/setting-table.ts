import type { Command } from '../at/command-line.js';

/**
 * A setting of a module's instance that its users want differently. Values are those of the set form, one for each parameter. A
 * `format` shapes only what its user sends and reads: each user has its own, brought back before its next line. A `report` decides
 * what the module says unasked: the instance has one for all, as the DTE set it last, and no line of another user changes it.
 */
export interface SharedSetting {
	/** The command that sets it. */
	readonly name: string;
	readonly kind: 'format' | 'report';
	/** As made in the factory. */
	readonly factory: readonly string[];
	/** What the co-processor's own lines count on; undefined: any value suits them. */
	readonly own?: readonly string[];
}

const PDU_MODE: readonly string[] = Object.freeze(['0']);
const SIM_STORE: readonly string[] = Object.freeze(['"SM"', '"SM"', '"SM"']);
const IRA: readonly string[] = Object.freeze(['"IRA"']);
const OFF: readonly string[] = Object.freeze(['0']);

/**
 * Of the profile that each instance keeps (module.md), what the console does not answer itself. Values of the factory: 27.005 and
 * 27.007; of X and &D Telit's.
 */
export const SHARED_SETTINGS: readonly SharedSetting[] = Object.freeze([
	Object.freeze({ name: '+CMGF', kind: 'format', factory: PDU_MODE, own: PDU_MODE }),
	Object.freeze({ name: '+CPMS', kind: 'format', factory: SIM_STORE, own: SIM_STORE }),
	Object.freeze({ name: '+CSCS', kind: 'format', factory: IRA, own: IRA }),
	Object.freeze({ name: '+CSDH', kind: 'format', factory: OFF }),
	Object.freeze({ name: '+CSMP', kind: 'format', factory: Object.freeze(['17', '167', '0', '0']) }),
	Object.freeze({ name: '+CPBS', kind: 'format', factory: Object.freeze(['"SM"']) }),
	Object.freeze({ name: 'X', kind: 'format', factory: Object.freeze(['1']) }),
	...reports('+CREG +CGREG +CRC +CLIP +COLP +CCWA +CUSD #QSS &D'),
]);

function reports(names: string): readonly SharedSetting[] {
	return names.split(' ').map(name => Object.freeze({ name, kind: 'report', factory: OFF }));
}

/** The setting that a command changes; undefined: none of the table. */
export function settingOf({ name, form }: Command): SharedSetting | undefined {
	// X alone is X0 (V.250 5.3.1).
	if (form !== 'set' && !(form === 'execute' && name === 'X')) return undefined;
	return SHARED_SETTINGS.find(setting => setting.name === name);
}

/** The command, without AT, that gives the setting these values. */
export function commandFor({ name }: SharedSetting, values: readonly string[]): string {
	const text = values.join(',');
	return /^[A-Z&]/.test(name) ? `${name}${text}` : `${name}=${text}`;
}

/** The values that these arguments of the set form leave, where they were `old` before: what is left out keeps its value. */
export function valuesAfter(args: string, old: readonly string[]): readonly string[] {
	const given = args.split(',').map(value => value.trim());
	if (args.trim() === '') return old.length === 1 ? OFF : old;
	return Array.from({ length: Math.max(old.length, given.length) }, (_, place) => given[place] || old[place] || '');
}
