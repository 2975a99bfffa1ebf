import { HostNetwork } from '../../../hosts/node/host-network.js';
import { openSerialPort } from '../../../hosts/node/serial-port.js';
import { SystemClock } from '../../../hosts/node/system-clock.js';
import { SerialBridge } from '../../../src/services/serial-bridge.js';

/** Joins a serial line with a TCP connection, as `atrun run` does it in transparent mode. Arguments: path and port. */
const [path = '', port = ''] = process.argv.slice(2);
const clock = new SystemClock();
const line = await openSerialPort({ path, baud: 115_200, flowControl: false });
const client = await new HostNetwork(clock).connect('127.0.0.1', Number(port), clock.now() + 5_000);
if (!line.ok || !client.ok) throw new Error(`cannot join ${path} and port ${port}`);
new SerialBridge({
	clock,
	client: client.value,
	line: line.value,
	idleTime: 600_000,
	onEnded: () => process.exit(0),
});
