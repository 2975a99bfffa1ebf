/**
 * The gateway board (`targets/gateway-esp32`, pin by pin) with a firmware that has Wi-Fi: a target of its own, since a board must not
 * get the other image over the air.
 */
const device = Object.freeze({
	target: 'gateway-esp32-wifi',
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
