import { soak } from '../../soak/soak.js';
import { digest } from '../../support/digest.js';
import type { BenchCase } from '../case.js';

/** Virtual time, some seventy minutes: requests of every class, and a fault every few minutes. */
const DAYS = 0.05;

/** For its memory alone: the highest use is looked at with each fault and each recovery. */
const faults: BenchCase = {
	name: 'soak: seventy minutes of requests and faults (virtual module and traffic included)',
	unit: 'look',
	count: 1,
	setup: async share => {
		const { broken } = await soak({ seed: 1, days: DAYS, digest, strict: false, onEvent: () => share.sample() });
		if (broken.length > 0) throw new Error(broken[0]);
		return () => {};
	},
};

export default faults;
