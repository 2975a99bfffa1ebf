import { expect, test } from 'vitest';
import { instrumentsOf } from '../../hosts/node/firmware-instruments.js';

test.each([
	[
		'instruments: 0,0,0,0,1,5,0,0,0,44008,98560,106240,196576,17568,32768,4,31,0,0,0,12',
		'3320 of 6143 slots, 44008 of 98560 chunk octets, stack 549 of 1024 slots, 4 collections',
	],
	['instruments key: Pixels drawn,Frames drawn', undefined],
	['ready after 9664 ms', undefined],
])('%s', (line, told) => {
	expect(instrumentsOf(line)).toBe(told);
});
