import { type CatalogueEntry, DATA_MODE, each, freeze } from './entry.js';

/** V.250 and the basic syntax commands of Telit modules. */
export const BASIC: readonly CatalogueEntry[] = freeze([
	// Z answers ERROR during a data call (atrun.md 4); it hangs up the call of its instance.
	...each('E V X Z &F &W &Y &Z S T P L M N W &C &D &S &K &R &G &J &L &P \\Q \\R \\V \\N \\A \\K %E %L %Q +FCLASS', {
		access: 'write',
		source: 'V.250 6',
	}),
	...each('I &V &N +GCAP +GMI +GMM +GMR +GSN +GOI', { access: 'read', source: 'V.250 6.1' }),
	...each('+IPR +IFC +ICF +ILRR +DS +DR +MS', { access: 'write', source: 'V.250 6.2–6.6' }),
	{
		name: 'Q',
		access: 'write',
		source: 'atrun.md 4',
		// Without result codes no command on the instance ever ends.
		rules: [{ when: ['1', '2'], hazards: { sms: ['lock'], tcp: ['lock'] } }],
	},
	{
		name: 'D',
		access: 'write',
		source: 'V.250 6.3.1; atrun.md 4; module.md',
		timeout: 60,
		serial: true,
		abortable: true,
		rules: [
			{ call: 'data', hazards: { sms: ['late'] } },
			{ dials: ['*99', '*98'], hazards: DATA_MODE },
			// Supplementary services that carry PINs and passwords (22.030 6.5).
			{ dials: ['**0', '*03'], secret: [0] },
		],
	},
	{
		name: 'A',
		access: 'write',
		source: 'V.250 6.3.5',
		timeout: 60,
		serial: true,
		abortable: true,
		hazards: { sms: ['late'] },
	},
	{ name: 'O', access: 'write', source: 'V.250 6.3.7', timeout: 60, serial: true, hazards: DATA_MODE },
	{ name: 'H', access: 'write', source: 'V.250 6.3.6', serial: true },
]);
