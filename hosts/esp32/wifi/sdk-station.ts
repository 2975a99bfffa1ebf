// biome-ignore lint/style/useNodejsImportProtocol: the SDK's module of that name.
import Net from 'net';
import WiFi, { type WiFiCallback } from 'wifi';
import type { StationDriver } from './wifi-station.js';

/** The SDK's Wi-Fi. The class of that name in `embedded:network/interface` neither says why it failed nor switches the radio off. */
export const sdkStation: StationDriver = Object.freeze({
	watch: told => {
		// The SDK's types leave out the second argument.
		const watch = new WiFi(undefined, told as WiFiCallback);
		return () => watch.close();
	},
	connect: (ssid, password) => WiFi.connect(password === '' ? { ssid } : { ssid, password }),
	off: () => {
		WiFi.mode = WiFi.Mode.off;
	},
	address: () => Net.get('IP'),
	signal: () => Net.get('RSSI'),
} satisfies StationDriver);
