import { type CatalogueEntry, each, freeze } from './entry.js';

/** The services' own commands and the co-processor's. */
export const ATRUN: readonly CatalogueEntry[] = freeze([
	{
		name: '#SMSATRUN',
		access: 'write',
		source: 'atrun.md 3; security',
		rules: [{ when: ['0'], hazards: { sms: ['self'] } }],
	},
	...each('#TCPATCMDSEQ #ATRUNDELAY', { access: 'write', source: 'atrun.md 3' }),
	// Who may change them may let others in.
	...each('#SMSATRUNCFG #TCPATRUNCFG', { access: 'admin', source: 'atrun.md 3; security' }),
	{
		name: '#SMSATWL',
		access: 'admin',
		source: 'atrun.md 3; security',
		tells: [1],
		// A number is no secret, a password is; what is neither for certain counts as a password.
		rules: [{ unless: ['*,*,0'], secret: [3] }],
	},
	...each('#TCPATRUNL #TCPATRUND', {
		access: 'write',
		source: 'atrun.md 3; security',
		timeout: 140,
		rules: [{ when: ['0'], hazards: { tcp: ['self'] } }],
	}),
	{
		name: '#TCPATRUNFRWL',
		access: 'admin',
		source: 'atrun.md 3; security',
		rules: [{ when: ['2'], hazards: { tcp: ['self'] } }],
	},
	{
		name: '#TCPATRUNAUTH',
		access: 'admin',
		source: 'atrun.md 3; security',
		secret: [2],
		tells: [1],
		rules: [{ when: ['2'], hazards: { tcp: ['self'] } }],
	},
	{ name: '#TCPATRUNCLOSE', access: 'write', source: 'atrun.md 3' },
	{ name: '#TCPATCONSER', access: 'write', source: 'atrun.md 3', hazards: { console: ['data'], sms: ['data'] } },
	// The module's own event monitor takes requests before the co-processor sees them.
	...each('#ENAEVMONI #ENAEVMONICFG #EVMONI', { access: 'write', source: 'module.md' }),
	...each('#ATRUNINFO #ATRUNSTAT', { access: 'read', source: 'own commands' }),
	{ name: '#ATRUNLOG', access: 'read', source: 'own commands', hazards: { sms: ['cut'] } },
	...each(
		'#ATRUNMODE #ATRUNGUARD #ATRUNGRANT #ATRUNSMS #ATRUNTCP #ATRUNHOST #ATRUNMODULE #ATRUNCONS #ATRUNEXPORT #ATRUNRESET #ATRUNOTA',
		{
			access: 'admin',
			source: 'own commands',
		},
	),
	{ name: '#ATRUNKEY', access: 'admin', source: 'own commands', secret: [2] },
	{ name: '#ATRUNPIN', access: 'admin', source: 'own commands', secret: [0] },
	{ name: '#ATRUNAPN', access: 'admin', source: 'own commands', secret: [3] },
	// The name of the access point is none, but a password in its place would show.
	{ name: '#ATRUNWIFI', access: 'admin', source: 'own commands', secret: [1, 2] },
	{ name: '#ATRUNIMPORT', access: 'admin', source: 'own commands', secret: [0, 1, 2, 3, 4, 5] },
]);
