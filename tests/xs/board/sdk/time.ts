import { host } from '../host.js';

const Time = {
	get ticks(): number {
		return (host.call('now') as number) | 0;
	},
};

export default Time;
