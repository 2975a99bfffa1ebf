import { type BoardLogin, type CalledBoard, GREETING_MS } from '../called-board.js';
import { keyLoginFailure } from './key-options.js';

/** `board 2 (10.0.0.7:40123)`. */
export function nameOf({ number, peer }: CalledBoard): string {
	return `board ${number} (${peer})`;
}

/** What is known of a board, for the user; '' where it is nothing. */
export function identityOf({ imei, isProved, hello }: CalledBoard): string {
	const parts: string[] = [];
	if (imei !== undefined) parts.push(`IMEI ${imei}${isProved ? ', proved by its key' : ', as it says'}`);
	if (hello !== undefined) parts.push(`firmware ${hello.firmware}`, `last restart: ${hello.reason}`);
	return parts.join(', ');
}

/** Why a board was not let in, for the user. */
export function refusalOf(board: CalledBoard, login: BoardLogin): string {
	const name = nameOf(board);
	switch (login) {
		case 'challenged':
			return `${name} asks for a key: give --key-id and --key-file`;
		case 'unchallenged':
			return `${name} sent no challenge within ${GREETING_MS / 1000} s, and only boards with the key are let in`;
		case 'refused':
			return board.imei === undefined
				? `${name} closed the connection before it was let in`
				: keyLoginFailure(name, login, board.imei);
		case 'none':
		case 'successful':
			return `${name} is let in`;
		default:
			return keyLoginFailure(name, login, board.imei);
	}
}
