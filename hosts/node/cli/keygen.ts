import type { Command } from 'commander';
import { hexOf } from '../../../src/base/hex.js';
import { KEY_LENGTH } from '../../../src/sms/digest-v2.js';
import { NodeEntropy } from '../node-entropy.js';
import { writeSecret } from './secret-file.js';

export function addKeygen(program: Command): void {
	program
		.command('keygen')
		.description('Make a key for "atrun sms sign --v2": 32 random octets as 64 hexadecimal digits.')
		.argument('[file]', 'where it goes, readable by you alone; an existing file stays (default: print it)')
		.addHelpText(
			'after',
			'\nExample:\n  atrun keygen ./board.key\nThe board gets it at its console: AT#ATRUNKEY=0,<id>,<the 64 digits>',
		)
		.action(keygen);
}

function keygen(file: string | undefined): void {
	const key = new Uint8Array(KEY_LENGTH);
	new NodeEntropy().fill(key);
	const text = `${hexOf(key).toLowerCase()}\n`;
	if (file === undefined) {
		process.stdout.write(text);
		return;
	}
	writeSecret(file, text);
}
