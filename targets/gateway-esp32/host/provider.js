/**
 * The pins of the gateway board, by GPIO number of the classic ESP32 (`hosts/esp32/board-pins.ts` has the shape, `wiring.md` the
 * reasons).
 */
const device = Object.freeze({
	target: 'gateway-esp32',
	Serial: Object.freeze({
		module: Object.freeze({
			port: 1,
			receive: 26,
			transmit: 25,
			requestToSend: 27,
			clearToSend: 33,
			baud: 115200,
		}),
		console: Object.freeze({ port: 0, receive: 3, transmit: 1, baud: 115200 }),
		auxiliary: Object.freeze({ port: 2, receive: 21, transmit: 32, requestToSend: 13, clearToSend: 4 }),
	}),
	pin: Object.freeze({ onOff: 18, reset: 19, powerMonitor: 23, dtr: 22, factoryReset: 14, statusLight: 17 }),
});

export default device;
