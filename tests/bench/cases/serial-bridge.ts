import { SerialBridge } from '../../../src/services/serial-bridge.js';
import type { BenchCase } from '../case.js';
import { StubPort, stillClock } from '../stub.js';

const TOTAL = 65_536;
/** What the bridge reads at once; what arrives in 10 ms at 115200 baud. */
const BLOCKS = [1024, 115];

function joined() {
	const [client, line] = [new StubPort(), new StubPort()];
	const onEnded = () => {
		throw new Error('the bridge ended');
	};
	const bridge = new SerialBridge({ clock: stillClock, client, line, idleTime: 60_000, onEnded });
	return { client, line, bridge };
}

const carry = (toward: 'toLine' | 'toClient', block: number): BenchCase => ({
	name: `transparent mode, ${toward === 'toLine' ? 'to the line' : 'to the client'}, ${block} octets at a time`,
	unit: '64 kB',
	octets: TOTAL,
	setup() {
		const { client, line, bridge } = joined();
		const source = toward === 'toLine' ? client : line;
		const octets = new Uint8Array(block).fill(0x41);
		const rest = octets.subarray(0, TOTAL % block);
		return n => {
			const before = bridge.carried[toward];
			for (let at = 0; at < n; at++) {
				for (let left = TOTAL; left >= block; left -= block) source.arrive(octets);
				if (rest.length > 0) source.arrive(rest);
			}
			if (bridge.carried[toward] - before !== n * TOTAL) throw new Error('octets were lost');
		};
	},
});

export default BLOCKS.flatMap(block => [carry('toLine', block), carry('toClient', block)]);
