/**
 * The pins of the gateway board with an ESP32-C3, by GPIO number (`hosts/esp32/board-pins.ts` has the shape, `wiring.md` the reasons).
 * This chip has two UARTs, so there is no auxiliary line.
 */
const device = Object.freeze({
	target: 'gateway-esp32c3',
	Serial: Object.freeze({
		module: Object.freeze({ port: 1, receive: 5, transmit: 4, requestToSend: 6, clearToSend: 7, baud: 115200 }),
		console: Object.freeze({ port: 0, receive: 20, transmit: 21, baud: 115200 }),
	}),
	pin: Object.freeze({ onOff: 1, reset: 3, powerMonitor: 10, dtr: 0, factoryReset: 19, statusLight: 18 }),
});

export default device;
