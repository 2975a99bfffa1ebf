import { type CatalogueEntry, DATA_MODE, each, everywhere, freeze } from './entry.js';

/** Identification, SIM, status and control of the equipment: 27.007 and Telit. */
export const EQUIPMENT: readonly CatalogueEntry[] = freeze([
	...each(
		'+CGMI +CGMM +CGMR +CGSN +CIMI +CSQ +CPAS +CBC +CLAC +CNUM +CEER +CIND #CGMI #CGMM #CGMR #CGSN #CIMI #CCID #CBC',
		{
			access: 'read',
			source: '27.007 5, 8',
		},
	),
	...each('#TEMPMON #SERVINFO #RFSTS #LSCRIPT #SWPKGV #FWVER #HWREV #STSR', { access: 'read', source: 'module.md' }),
	...each('#MONI', { access: 'write', source: 'app note 3.7.1', rules: [{ forms: ['execute'], access: 'read' }] }),
	// The age of requests is judged by this clock: set far ahead it would make all of them stale.
	{ name: '+CCLK', access: 'admin', source: '27.007 8.15; security.md' },
	...each('+CMEE +CSCS +CALA +CRSL +CLVL +CMUT +CMER +CTZU +CTZR +CVHU +WS46', {
		access: 'write',
		source: '27.007',
	}),
	...each('#GPIO #SLED #SLEDSAV #ADC #DAC #V24 #V24CFG #V24MODE #CBN #TXMONMODE #E2SLRI #WAKE #PSMRI #NITZ #PLMNMODE', {
		access: 'write',
		source: 'module.md',
	}),
	...each('#SELINT #SKIPESC #E2ESC #QSS #Z #STIA #STGI #ESCRIPT #DSCRIPT #STARTMODESCR #CMUXSCR #SII #I2CRD', {
		access: 'write',
		source: 'module.md',
	}),
	{ name: '#RSCRIPT', access: 'read', source: 'module.md', timeout: 60, hazards: { sms: ['cut'] } },
	{ name: '#EXECSCR', access: 'write', source: 'module.md' },
	{
		name: '#WSCRIPT',
		access: 'write',
		source: 'atrun.md 2, 4; module.md',
		timeout: 60,
		prompt: 'octets',
		hazards: { sms: ['prompt'] },
	},
	{
		name: '#I2CWR',
		access: 'write',
		source: 'atrun.md 4',
		prompt: 'text',
		hazards: { sms: ['prompt'] },
	},
	{ name: '+CPIN', access: 'write', source: '27.007 8.3; module.md', timeout: 5, secret: [0, 1] },
	{ name: '+CPWD', access: 'write', source: '27.007 7.5', timeout: 20, serial: true, secret: [1, 2] },
	{ name: '+CLCK', access: 'write', source: '27.007 7.4', timeout: 20, serial: true, secret: [2] },
	// An APDU may carry a PIN.
	{ name: '+CSIM', access: 'write', source: '27.007 8.17', secret: [1] },
	{ name: '+CRSM', access: 'write', source: '27.007 8.18' },
	{
		name: '#SIMDET',
		access: 'write',
		source: 'atrun.md 4',
		delay: { sms: 10 },
		rules: [{ when: ['0'], hazards: everywhere('detach'), undo: '#SIMDET=2' }],
	},
	{
		name: '+CFUN',
		access: 'write',
		source: '27.007 8.2; atrun.md 4',
		delay: { sms: 10 },
		rules: [
			{ when: ['4'], hazards: everywhere('detach'), undo: '+CFUN=1' },
			// Deaf on every instance: +CFUN=1 cannot be told any more.
			{ when: ['0', '2'], hazards: everywhere('lock') },
			{ when: ['*,1', '6', '15', '16'], hazards: everywhere('power') },
		],
	},
	{ name: '#REBOOT', access: 'write', source: 'atrun.md 4; module.md', timeout: 5, hazards: everywhere('power') },
	...each('#SHDN #SYSHALT #FASTSHDN #FASTSYSHALT +CPWROFF', {
		access: 'write',
		source: 'atrun.md 4; module.md',
		timeout: 10,
		hazards: everywhere('power'),
	}),
	{
		name: '#ENHRST',
		access: 'write',
		source: 'module.md',
		rules: [{ unless: ['0'], hazards: everywhere('power') }],
	},
	{ name: '+CMUX', access: 'write', source: 'atrun.md 4, 5', timeout: 5, hazards: everywhere('lock') },
	{
		name: '$GPSNMUN',
		access: 'write',
		source: 'atrun.md 4',
		rules: [{ when: ['3'], hazards: DATA_MODE, undo: '$GPSNMUN=0' }],
	},
	...each('$GPSP $GPSR $GPSD $GPSSW $GPSAT $GPSAV $GPSSAV $GPSRST $GPSPS $GPSWK $GPSCON $GPSIFIX $GPSSERIAL', {
		access: 'write',
		source: 'Telit GPS',
	}),
	{ name: '$GPSACP', access: 'read', source: 'Telit GPS' },
]);
