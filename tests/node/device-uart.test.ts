import { describe, expect, test } from 'vitest';
import { DeviceUart } from '../../hosts/esp32/device-uart.js';
import { FaultGuard } from '../../hosts/firmware/fault-guard.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { FakeUartDriver, noFault, UartOwner } from './fake-uart-driver.js';

const LINE = { port: 1, receive: 26, transmit: 25, requestToSend: 27, clearToSend: 33 };

function uartOn(driver = new FakeUartDriver(), line: ConstructorParameters<typeof DeviceUart>[0]['line'] = LINE) {
	const clock = new VirtualClock();
	const dtr: boolean[] = [];
	const uart = new DeviceUart({
		line,
		baud: 115_200,
		clock,
		driver,
		guard: noFault(),
		setDtr: on => dtr.push(on),
	});
	return { clock, driver, uart, dtr };
}

const readAll = (uart: DeviceUart) => {
	const into = new Uint8Array(10_000);
	return textOf(into.subarray(0, uart.read(into)));
};

describe('a UART of the device', () => {
	test('is open at once, with the handshake lines that the board has', () => {
		expect(uartOn().driver.opened).toEqual([1, 25, 26, 27, 33, 115_200]);
		const bare = { port: 0, receive: 3, transmit: 1 };
		expect(uartOn(new FakeUartDriver(), bare).driver.opened).toEqual([0, 1, 3, -1, -1, 115_200]);
	});

	test('that cannot be opened says so at once', () => {
		const driver = new FakeUartDriver();
		driver.refuses = true;
		expect(() => uartOn(driver)).toThrow('UART 1 cannot be opened: it is in use');
	});

	test('says at once that octets came, and again when more come', () => {
		const { driver, uart, clock } = uartOn();
		const owner = new UartOwner();
		uart.listen(owner);
		driver.arrive(bytesOf('abc'));
		driver.stir();
		expect(owner.events).toEqual(['readable']);
		driver.arrive(bytesOf('d'));
		expect([owner.events, readAll(uart), clock.pending()]).toEqual([['readable', 'readable'], 'abcd', 0]);
	});

	test('says nothing of octets that the owner took or left', () => {
		const { driver, uart } = uartOn();
		const owner = new UartOwner();
		uart.listen(owner);
		driver.arrive(bytesOf('abcdef'));
		uart.read(new Uint8Array(4));
		driver.stir();
		expect(owner.events).toEqual(['readable']);
		driver.arrive(bytesOf('g'));
		expect([owner.events.length, readAll(uart)]).toEqual([2, 'efg']);
		driver.stir();
		expect(owner.events).toHaveLength(2);
	});

	test('says that more came while the owner read less than there was', () => {
		const { driver, uart } = uartOn();
		const owner = new UartOwner();
		uart.listen(owner);
		driver.arrive(bytesOf('abc'));
		// Before the chip's next word.
		driver.received.write(bytesOf('de'));
		uart.read(new Uint8Array(4));
		driver.stir();
		expect([owner.events, readAll(uart)]).toEqual([['readable', 'readable'], 'e']);
	});

	test('announces soon what came before somebody listened, to whoever listens then', async () => {
		const { driver, uart, clock } = uartOn();
		driver.arrive(bytesOf('boot'));
		const [early, late] = [new UartOwner(), new UartOwner()];
		uart.listen(early);
		uart.listen(late);
		expect(late.events).toEqual([]);
		await clock.advance(0);
		expect([early.events, late.events]).toEqual([[], ['readable']]);
	});

	test('keeps 4,096 octets for an owner who is busy, counts the rest, and goes on', () => {
		const { driver, uart } = uartOn();
		uart.listen(new UartOwner());
		driver.arrive(bytesOf('x'.repeat(5_000)));
		expect([readAll(uart).length, uart.overruns]).toEqual([4_096, 904]);
		driver.arrive(bytesOf('next'));
		expect(readAll(uart)).toBe('next');
	});

	test('takes what there is space for, and says when there is more', () => {
		const { driver, uart } = uartOn();
		const owner = new UartOwner();
		uart.listen(owner);
		expect(uart.write(new Uint8Array(600))).toBe(512);
		driver.stir();
		expect([uart.write(new Uint8Array(1)), owner.events]).toEqual([0, []]);
		driver.send(100);
		driver.send(100);
		expect([owner.events, uart.write(new Uint8Array(600))]).toEqual([['writable'], 200]);
		driver.send(1);
		expect(owner.events).toEqual(['writable', 'writable']);
	});

	test('says nothing of space that nobody waits for', () => {
		const { driver, uart } = uartOn();
		const owner = new UartOwner();
		uart.listen(owner);
		expect(uart.write(new Uint8Array(512))).toBe(512);
		driver.send(512);
		expect([owner.events, uart.isSent]).toEqual([[], true]);
		// What one listener waited for is not the next one's.
		uart.write(new Uint8Array(513));
		uart.listen(owner);
		driver.send(512);
		expect(owner.events).toEqual([]);
	});

	test('says that a break came, each time, and none of before', () => {
		const { driver, uart } = uartOn();
		driver.break();
		const owner = new UartOwner();
		uart.listen(owner);
		driver.stir();
		driver.break();
		driver.breaks += 1;
		driver.stir();
		driver.stir();
		expect(owner.events).toEqual(['break 1', 'break 1']);
	});

	test('may be closed by the owner in the midst of what it is told', () => {
		const { driver, uart } = uartOn();
		const events: string[] = [];
		uart.listen({
			broke: () => {
				events.push('break');
				uart.close();
			},
			readable: () => events.push('readable'),
			writable: () => events.push('writable'),
		});
		uart.write(new Uint8Array(600));
		driver.received.write(bytesOf('x'));
		driver.sending.clear();
		driver.break();
		expect([events, driver.log]).toEqual([['break'], ['open 115200', 'close']]);
	});

	test('may get another listener in the midst of what the first is told', () => {
		const { driver, uart } = uartOn();
		const next = new UartOwner();
		uart.listen({ readable: () => uart.listen(next) });
		driver.arrive(bytesOf('a'));
		driver.arrive(bytesOf('b'));
		expect([next.events, readAll(uart)]).toEqual([['readable'], 'ab']);
	});

	test('is silent once it is closed, and takes and gives nothing', async () => {
		const { driver, uart, clock } = uartOn();
		const owner = new UartOwner();
		driver.arrive(bytesOf('x'));
		uart.listen(owner);
		uart.close();
		uart.close();
		uart.listen(owner);
		await clock.advance(100);
		expect([owner.events, readAll(uart), uart.write(bytesOf('x')), uart.setBaud(9600)]).toEqual([[], '', 0, false]);
		expect(driver.log).toEqual(['open 115200', 'close']);
	});

	test.each([
		[300, true],
		[921_600, true],
		[5_000_000, true],
		[299, false],
		[5_000_001, false],
		[Number.NaN, false],
	])('at %d baud: %s', (baud, can) => {
		const { driver, uart } = uartOn();
		expect([uart.setBaud(baud), driver.baud]).toEqual([can, can ? baud : 115_200]);
	});

	test('whose chip cannot do a rate says so', () => {
		const { driver, uart } = uartOn();
		driver.refusesRates = true;
		expect(uart.setBaud(9600)).toBe(false);
	});

	test('drives DTR where the board has it', () => {
		const { uart, dtr } = uartOn();
		uart.setDtr(true);
		uart.setDtr(false);
		expect(dtr).toEqual([true, false]);
	});

	test('ends the board as a fault where its owner throws, and says which UART it was', () => {
		const driver = new FakeUartDriver();
		const happened: string[] = [];
		const guard = new FaultGuard(
			(place, error) => happened.push(`${place}: ${String(error)}`),
			() => happened.push('restart'),
		);
		const uart = new DeviceUart({ line: LINE, baud: 9600, clock: new VirtualClock(), driver, guard });
		uart.listen({
			readable: () => {
				throw new Error('no');
			},
		});
		expect(() => driver.arrive(bytesOf('x'))).toThrow('no');
		expect(happened).toEqual(['uart 1: Error: no', 'restart']);
	});
});
