import { expect, test } from 'vitest';
import { TestStore } from '../support/memory-store.js';
import { readyBoard } from './support.js';

test('import on a desk swaps instances of running services', async () => {
	const settings = new TestStore();
	const board = await readyBoard({ settings });
	const text = await board.console.ask('at#atrunexport');
	const lines = text.split('\r\n').filter(l => l.startsWith('#ATRUNEXPORT'));
	const swapped = lines
		.map(l => l.replace('SMSATRUNCFG=3', 'SMSATRUNCFG=2').replace('TCPATRUNCFG=1,2,1024', 'TCPATRUNCFG=1,3,1025'))
		.join('\r\n');
	board.console.clear();
	board.console.type(`at#atrunimport=${swapped.length}\r`);
	await board.console.see('>>> ');
	board.console.type(swapped);
	await board.clock.until(() => /\r\n(OK|ERROR)\r\n$/.test(board.console.screen), 60_000, 'import');
	await board.clock.until(() => board.desk.memorySockets.isListening(1025), 120_000, 'the listening socket');
	expect(board.desk.memorySockets.isListening(1024)).toBe(false);
});
