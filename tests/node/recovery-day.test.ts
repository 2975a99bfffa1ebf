import { expect, test } from 'vitest';
import { onConsole, recoveryBoard } from '../scenarios/recovery-desk.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

// A whole virtual day takes XS more than a minute: here only.
test('a day after the console took the module off the network the board looks after itself again', async () => {
	const board = await recoveryBoard();
	const isRegistered = () => board.desk.module.firmware?.registration.isRegistered === true;
	await onConsole(board, 'at+cops=2');
	await board.clock.advance(DAY - MINUTE);
	expect(isRegistered()).toBe(false);
	await board.clock.advance(20 * MINUTE);
	expect(isRegistered()).toBe(true);
});
