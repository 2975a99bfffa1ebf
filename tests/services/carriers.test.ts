import { describe, expect, test } from 'vitest';
import type { Network } from '../../src/ports/network.js';
import { Carriers } from '../../src/services/carriers.js';

const never = () => new Promise<never>(() => {});
const MODULE: Network = { listen: never, connect: never };
const HOST: Network = { listen: never, connect: never };

describe('the carrier of TCP ATRUN', () => {
	test.each([
		['the module’s sockets', false, HOST, 'ready', MODULE],
		['none while the module is not attached', false, HOST, 'attaching', undefined],
		['none before the start', false, HOST, 'stopped', undefined],
		['the host’s network', true, HOST, 'ready', HOST],
		['the host’s network without the module too', true, HOST, 'attaching', HOST],
		['none where the host’s network is set and there is none', true, undefined, 'ready', undefined],
	] as const)('is %s', (_what, hostNetwork, host, state, expected) => {
		const carriers = new Carriers(
			MODULE,
			host,
			{ state } as never,
			{ current: { tcpRules: { hostNetwork } } } as never,
		);
		expect(carriers.current).toBe(expected);
		expect(carriers.hasHost).toBe(host !== undefined);
	});
});
