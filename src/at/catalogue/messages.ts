import { type CatalogueEntry, each, freeze } from './entry.js';

/** SMS: 27.005 and Telit. */
export const MESSAGES: readonly CatalogueEntry[] = freeze([
	...each('+CMGF +CNMI +CSMS +CSMP +CSDH +CSCB +CSAS +CRES +CMMS #SMSMODE #SMSUCS #SMOV #E2SMSRI', {
		access: 'write',
		source: '27.005 3',
	}),
	{
		name: '+CGSMS',
		access: 'write',
		source: '27.007 10.1.21; atrun.md 4',
		rules: [{ when: ['0'], hazards: { sms: ['detach'], tcp: ['other'] }, undo: '+CGSMS=1' }],
	},
	...each('+CMGS +CMGC', {
		access: 'write',
		source: '27.005 3.5.1; atrun.md 4; module.md',
		timeout: 60,
		prompt: 'text',
		hazards: { sms: ['prompt'] },
	}),
	{
		name: '+CMGW',
		access: 'write',
		source: '27.005 3.5.3; atrun.md 4',
		timeout: 5,
		prompt: 'text',
		hazards: { sms: ['prompt'] },
	},
	{
		name: '+CNMA',
		access: 'write',
		source: '27.005 3.4.4',
		timeout: 5,
		// Only with a length does PDU mode ask for data.
		rules: [{ when: ['*,*'], unless: ['*,0'], prompt: 'text', hazards: { sms: ['prompt'] } }],
	},
	{ name: '+CMSS', access: 'write', source: '27.005 3.5.2', timeout: 60 },
	{ name: '+CMGL', access: 'write', source: '27.005 3.4.2; module.md', timeout: 20, hazards: { sms: ['cut'] } },
	{ name: '+CMGR', access: 'write', source: '27.005 3.4.3; module.md', timeout: 5 },
	{ name: '+CMGD', access: 'write', source: '27.005 3.5.4; module.md', timeout: 25 },
	{ name: '+CPMS', access: 'write', source: '27.005 3.2.2; security', timeout: 5, hazards: { sms: ['self'] } },
	{ name: '+CSCA', access: 'write', source: '27.005 3.3.1; security', timeout: 5, hazards: { sms: ['self'] } },
]);
