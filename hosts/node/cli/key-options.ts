import type { Command } from 'commander';
import type { KeyLoginOutcome, RequesterKey } from '../key-login.js';
import { printable } from '../printable.js';
import { CommandFailure } from './failure.js';
import { imeiOption, keyFrom, wholeOption } from './sms-options.js';

/** The options of whatever answers a board's challenge. */
export interface KeyOptions {
	readonly keyId?: number;
	readonly keyFile?: string;
	readonly imei?: string;
}

export function addKeyOptions(command: Command): Command {
	return command
		.option('--key-id <n>', 'answer the board’s challenge with this one of its keys, 1 to 4', wholeOption(1, 4))
		.option('--key-file <path>', 'with --key-id: the file that "atrun keygen" made (else: the environment’s ATRUN_KEY)')
		.option('--imei <imei>', 'with --key-id: the only board to talk to, as AT+CGSN prints it', imeiOption);
}

/** The key of the options or the environment; undefined where none is asked for. */
export function requesterKeyFrom({ keyId, keyFile, imei }: KeyOptions): RequesterKey | undefined {
	if (keyId === undefined) {
		if (keyFile !== undefined) throw new CommandFailure(2, '--key-file needs --key-id');
		if (imei !== undefined) throw new CommandFailure(2, '--imei needs --key-id: only a key proves which board it is');
		return undefined;
	}
	const key = keyFrom(keyFile);
	if (key === undefined) throw new CommandFailure(2, '--key-id needs --key-file or ATRUN_KEY');
	return { keyId, key, imei };
}

/** Why a login by key failed, for the user. `peer`: the board, as the user knows it; `imei`: as it calls itself. */
export function keyLoginFailure(
	peer: string,
	outcome: Exclude<KeyLoginOutcome, 'successful'>,
	imei: string | undefined,
): string {
	switch (outcome) {
		case 'bad-proof':
			return `${peer} did not prove itself: this is not the board that has the key`;
		case 'wrong-imei':
			return `${peer} is another board: its IMEI is ${printable(imei ?? 'not said')}`;
		case 'unchallenged':
			return `${peer} does not ask for a key`;
		case 'timeout':
			return `${peer} did not finish the login by key in time`;
		case 'refused':
			return imei === undefined
				? `${peer} closed the connection before it asked for a key: it serves another client, or does not let this address in`
				: `${peer} closed the connection at the login: it has another key under this id`;
	}
}
