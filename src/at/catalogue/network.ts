import { type CatalogueEntry, DATA_MODE, each, everywhere, freeze } from './entry.js';

/** Registration, packet domain, calls, phone book and supplementary services: 27.007 and Telit. */
export const NETWORK: readonly CatalogueEntry[] = freeze([
	{
		name: '+COPS',
		access: 'write',
		source: '27.007 7.3; atrun.md 4; module.md',
		timeout: 30,
		serial: true,
		rules: [
			{ when: ['2'], hazards: everywhere('detach'), undo: '+COPS=0' },
			{ forms: ['test'], timeout: 30, serial: true, abortable: true, delay: { sms: 10, tcp: 10 } },
		],
	},
	{ name: '+CREG', access: 'write', source: '27.007 7.2; module.md', serial: true },
	...each('+CGREG +CEREG +CPOL +CPLS +CPSB', { access: 'write', source: '27.007 7, 10' }),
	{ name: '+COPN', access: 'read', source: '27.007 7.21', timeout: 30, hazards: { sms: ['cut'] } },
	{
		name: '+CGATT',
		access: 'write',
		source: '27.007 10.1.9; atrun.md 4; module.md',
		timeout: 10,
		serial: true,
		delay: { sms: 5 },
		rules: [{ when: ['0'], hazards: { console: ['detach'], tcp: ['detach'] }, undo: '+CGATT=1' }],
	},
	{
		name: '+CGACT',
		access: 'write',
		source: '27.007 10.1.10; atrun.md 4; module.md',
		timeout: 150,
		serial: true,
		delay: { sms: 5 },
		rules: [{ when: ['0'], hazards: { console: ['detach'], tcp: ['detach'] }, undo: '+CGACT=1' }],
	},
	{
		name: '+CGCLASS',
		access: 'write',
		source: '27.007 10.1.11; atrun.md 4',
		delay: { sms: 10 },
		rules: [
			{ when: ['CG'], hazards: { console: ['detach'], sms: ['detach'], tcp: ['other'] }, undo: '+CGCLASS="B"' },
			{ when: ['CC'], hazards: { console: ['detach'], tcp: ['detach'] }, undo: '+CGCLASS="B"' },
		],
	},
	{ name: '+CGDCONT', access: 'write', source: '27.007 10.1.1; security', hazards: { tcp: ['self'] } },
	{ name: '+CGPADDR', access: 'read', source: '27.007 10.1.14' },
	...each('+CGQREQ +CGQMIN +CGEQREQ +CGEQMIN +CGEREP +CGAUTO +CGEUS +CRC +CR', {
		access: 'write',
		source: '27.007 10',
	}),
	{ name: '+CGAUTH', access: 'write', source: '27.007 10.1.31', secret: [3] },
	{ name: '#PDPAUTH', access: 'write', source: 'Telit', secret: [3] },
	// Only the PPP form is listed as blocking; with any other layer 2 protocol the instance leaves command state as well.
	{ name: '+CGDATA', access: 'write', source: 'atrun.md 4', timeout: 150, hazards: DATA_MODE },
	{
		name: '#BND',
		access: 'write',
		source: 'atrun.md 4',
		timeout: 30,
		rules: [
			{ when: ['3'], hazards: { sms: ['lock'] } },
			{ when: ['2', '3'], hazards: { tcp: ['lock'] } },
			// Where packet service is in other bands. Nobody else knows which are right.
			{ when: ['2'], hazards: { sms: ['other'], tcp: ['other'] }, undo: '#BND=*' },
		],
	},
	...each('#CSURV #CSURVC #CSURVU #CSURVUC #CSURVB #CSURVBC #CSURVP #CSURVPC', {
		access: 'read',
		source: 'atrun.md 4; module.md',
		timeout: 130,
		serial: true,
		abortable: true,
		delay: { sms: 10, tcp: 10 },
		hazards: { sms: ['cut'], tcp: ['cut'] },
	}),
	...each('#CSURVF #CSURVNLF #CSURVEXT', { access: 'write', source: 'Telit' }),
	...each('+CHUP +CHLD +VTS +VTD +CTFR +CPBS +CPBW', {
		access: 'write',
		source: '27.007 7, 8; module.md',
		timeout: 30,
		serial: true,
	}),
	...each('+CPBR +CPBF #CPBR #CPBF', {
		access: 'read',
		source: '27.007 8.12; module.md',
		timeout: 30,
		serial: true,
		hazards: { sms: ['cut'] },
	}),
	{ name: '#CPBW', access: 'write', source: 'module.md', timeout: 30, serial: true },
	...each('+CLIP +CLIR +COLP +COLR +CCFC +CCWA +CDIP +CAOC +CSSN +CNAP', {
		access: 'write',
		source: '27.007 7; module.md',
		timeout: 30,
		serial: true,
	}),
	{ name: '+CLCC', access: 'read', source: '27.007 7.18' },
	...each('+CMOD +CSTA +CBST +CRLP +CHSN +CSNS', { access: 'write', source: '27.007 6' }),
	// A string may carry a code of a voucher or of a service.
	{ name: '+CUSD', access: 'write', source: '27.007 7.15; module.md', timeout: 60, serial: true, secret: [1] },
	{ name: '+CACM', access: 'write', source: '27.007 8.25', timeout: 30, serial: true, secret: [0] },
	{ name: '+CAMM', access: 'write', source: '27.007 8.26', timeout: 30, serial: true, secret: [1] },
	{ name: '+CPUC', access: 'write', source: '27.007 8.27', timeout: 30, serial: true, secret: [2] },
]);
