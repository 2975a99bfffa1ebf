import { Command } from 'commander';
import { firmwareVersion } from '../about-this.js';
import { addConnect } from './connect.js';
import { addKeygen } from './keygen.js';
import { addListen } from './listen.js';
import { addMobile } from './mobile.js';
import { addModem } from './modem.js';
import { addOta } from './ota.js';
import { addRun } from './run.js';
import { addSim } from './sim.js';
import { addSms } from './sms.js';

/** The `atrun` command with its sub-commands. */
export function createProgram(): Command {
	const program = new Command('atrun')
		.description(
			'Remote AT commands over SMS and TCP for Telit modules: the co-processor, its simulator and the requester’s tools.',
		)
		.version(firmwareVersion(), '-V, --version', 'print the version')
		.helpOption('-h, --help', 'print this help')
		.helpCommand(false)
		.configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
		.exitOverride()
		.addHelpText('after', '\nExit codes: 0 done, 1 the request failed, 2 wrong usage.');
	addSim(program);
	addModem(program);
	addRun(program);
	addMobile(program);
	addConnect(program);
	addListen(program);
	addSms(program);
	addKeygen(program);
	addOta(program);
	return program;
}

/** commander's message, which may have a suggestion on a second line, in the form of all others. */
function oneLine(text: string): string {
	return text
		.trim()
		.replace(/\s*\n\s*/g, ' ')
		.replace(/^error: /, 'atrun: ');
}
