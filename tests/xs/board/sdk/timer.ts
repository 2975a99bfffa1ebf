import { host } from '../host.js';

interface Timer {
	readonly id: number;
	readonly callback: (timer: Timer) => void;
	readonly repeat: number | undefined;
}

const timers = new Map<number, Timer>();
let last = 0;

function set(callback: (timer: Timer) => void, interval = 0, repeat?: number): Timer {
	const timer = { id: ++last, callback, repeat };
	timers.set(timer.id, timer);
	host.call('timer', timer.id, interval);
	return timer;
}

/** The time of a timer has come. */
export function fire(id: number): void {
	const timer = timers.get(id);
	if (timer === undefined) return;
	if (timer.repeat === undefined) timers.delete(id);
	else host.call('timer', id, timer.repeat);
	timer.callback(timer);
}

export default {
	set,
	repeat: (callback: (timer: Timer) => void, interval: number) => set(callback, interval, interval),
	clear: (timer: Timer | undefined | null) => {
		if (timer && timers.delete(timer.id)) host.call('cancel', timer.id);
	},
};
