import { describe, expect, test } from 'vitest';
import { UrcHub } from '../../src/at/urc-hub.js';

describe('the hub', () => {
	test('asks those whose prefix fits, in their order, until one takes the code', () => {
		const hub = new UrcHub();
		const asked: string[] = [];
		hub.on('+CMT', text => {
			asked.push(`first ${text}`);
			return false;
		});
		hub.on('+CMTI', (text, instance) => {
			asked.push(`second ${text} ${instance}`);
			return true;
		});
		hub.on('', () => {
			asked.push('third');
			return true;
		});
		hub.rest = () => asked.push('rest');
		hub.publish('+CMTI: "SM",1', 2);
		expect(asked).toEqual(['first +CMTI: "SM",1', 'second +CMTI: "SM",1 2']);
	});

	test('gives the rest what nobody takes, and needs no rest', () => {
		const hub = new UrcHub();
		hub.on('RING', () => false);
		hub.publish('RING', 1);
		const rest: string[] = [];
		hub.rest = (text, instance) => rest.push(`${instance} ${text}`);
		hub.publish('RING', 1);
		hub.publish('+CREG: 1', 3);
		expect(rest).toEqual(['1 RING', '3 +CREG: 1']);
	});

	test('asks nobody who was taken away, even by a handler of the same code', () => {
		const hub = new UrcHub();
		const asked: string[] = [];
		let forget = () => {};
		hub.on('RING', () => {
			asked.push('first');
			forget();
			return false;
		});
		forget = hub.on('RING', () => {
			asked.push('second');
			return true;
		});
		hub.publish('RING', 1);
		forget();
		hub.publish('RING', 1);
		expect(asked).toEqual(['first', 'first']);
	});

	test('asks a handler that was added meanwhile from the next code on', () => {
		const hub = new UrcHub();
		let late = 0;
		hub.on('RING', () => {
			hub.on('RING', () => {
				late++;
				return true;
			});
			return false;
		});
		hub.publish('RING', 1);
		expect(late).toBe(0);
		hub.publish('RING', 1);
		expect(late).toBe(1);
	});
});
