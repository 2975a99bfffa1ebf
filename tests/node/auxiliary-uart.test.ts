import { describe, expect, test } from 'vitest';
import { AuxiliaryUart } from '../../hosts/esp32/auxiliary-uart.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { RATES, SerialLines } from '../../src/services/serial-lines.js';
import { FakeUartDriver, noFault, UartOwner as Owner } from './fake-uart-driver.js';

const PORT = 2;

function auxiliary() {
	const clock = new VirtualClock();
	const driver = new FakeUartDriver();
	const line = { port: PORT, receive: 21, transmit: 32, requestToSend: 13 };
	return { clock, driver, uart: new AuxiliaryUart({ line, clock, driver, guard: noFault() }) };
}

describe('the auxiliary line of the device', () => {
	test('is not open before somebody listens, and costs no timer', async () => {
		const { clock, driver, uart } = auxiliary();
		expect([uart.read(new Uint8Array(9)), uart.write(bytesOf('x')), uart.overruns]).toEqual([0, 0, 0]);
		expect(uart.setBaud(19_200)).toBe(true);
		uart.listen(undefined);
		await clock.advance(1_000);
		expect([driver.log, clock.pending()]).toEqual([[], 0]);
		uart.listen(new Owner());
		expect(driver.opened).toEqual([PORT, 32, 21, 13, -1, 19_200]);
	});

	test('tells of octets once, until more come or the owner has read, and needs no timer', () => {
		const { clock, driver, uart } = auxiliary();
		const owner = new Owner();
		uart.listen(owner);
		driver.arrive(bytesOf('abc'));
		expect(owner.events).toEqual(['readable']);
		driver.arrive(bytesOf('d'));
		expect(owner.events).toEqual(['readable', 'readable']);
		expect(textOf(owner.got.subarray(0, uart.read(owner.got)))).toBe('abcd');
		driver.arrive(bytesOf('efgh'));
		expect(owner.events).toHaveLength(3);
		expect(clock.pending()).toBe(0);
	});

	test('closes behind the last octet sent, drops what arrives, and keeps the rate for it', async () => {
		const { clock, driver, uart } = auxiliary();
		uart.listen(new Owner());
		uart.write(bytesOf('last words'));
		uart.listen(undefined);
		expect(uart.setBaud(115_200)).toBe(true);
		driver.arrive(new Uint8Array(1_000));
		await clock.advance(1_000);
		expect([driver.log, driver.received.length, driver.baud]).toEqual([['open 9600'], 0, 9600]);
		driver.sending.clear();
		await clock.advance(10);
		expect(driver.log).toEqual(['open 9600', 'close']);
		expect(clock.pending()).toBe(0);
		uart.listen(new Owner());
		expect(driver.log[2]).toBe('open 115200');
	});

	test('closes after 10 s where the other end takes nothing', async () => {
		const { clock, driver, uart } = auxiliary();
		uart.listen(new Owner());
		uart.write(bytesOf('x'));
		uart.close();
		await clock.advance(9_900);
		expect(driver.log).toEqual(['open 9600']);
		await clock.advance(200);
		expect(driver.log).toEqual(['open 9600', 'close']);
		uart.listen(new Owner());
		expect([driver.log.length, uart.setBaud(9600)]).toEqual([2, false]);
	});

	test('that is used again while it closes stays open, at the new rate', async () => {
		const { clock, driver, uart } = auxiliary();
		uart.listen(new Owner());
		uart.write(bytesOf('x'));
		uart.listen(undefined);
		await clock.advance(50);
		uart.setBaud(300);
		const owner = new Owner();
		uart.listen(owner);
		driver.sending.clear();
		driver.arrive(bytesOf('y'));
		await clock.advance(50);
		expect([driver.log, driver.baud, owner.events]).toEqual([['open 9600'], 300, ['readable']]);
	});

	test('that cannot be opened tells so, and may be tried again', async () => {
		const { clock, driver, uart } = auxiliary();
		driver.refuses = true;
		const owner = new Owner();
		uart.listen(owner);
		expect(owner.events).toEqual([]);
		await clock.advance(20);
		expect(owner.events).toEqual(['the UART cannot be opened']);
		expect(clock.pending()).toBe(0);
		driver.refuses = false;
		uart.listen(owner);
		expect(driver.log).toEqual(['open 9600']);
	});

	test('whose rate cannot be set when it is used again tells so, and closes', async () => {
		const { clock, driver, uart } = auxiliary();
		uart.listen(new Owner());
		uart.write(bytesOf('x'));
		uart.listen(undefined);
		uart.setBaud(300);
		driver.refusesRates = true;
		const owner = new Owner();
		uart.listen(owner);
		driver.send(1);
		await clock.advance(20);
		expect([driver.log, owner.events]).toEqual([['open 9600', 'close'], ['the UART cannot be opened']]);
		expect(clock.pending()).toBe(0);
	});

	test('that is closed while it says that it cannot be opened says nothing', async () => {
		const { clock, driver, uart } = auxiliary();
		driver.refuses = true;
		const owner = new Owner();
		uart.listen(owner);
		uart.close();
		await clock.advance(100);
		expect([owner.events, clock.pending()]).toEqual([[], 0]);
	});

	test.each([0, 299, 5_000_001, Number.NaN])('has no rate of %d', rate => {
		expect(auxiliary().uart.setBaud(rate)).toBe(false);
	});

	test('has all rates of the command, and is counted among the lines of the board', () => {
		const { clock, driver, uart } = auxiliary();
		const console = { port: uart, lend: () => true, takeBack: () => {} };
		const settings = { current: { rates: { console: 115_200, auxiliary: 9600 } } };
		const lines = new SerialLines({ clock, console, auxiliary: uart, settings });
		expect(RATES.every(rate => uart.setBaud(rate))).toBe(true);
		driver.lost = 128;
		expect(lines.lost(1)).toBe(128);
	});
});
