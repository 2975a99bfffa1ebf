/** A line on stderr each time the board has a tenth more of a firmware. `prefix`: which board. */
export function showProgress(prefix = ''): (received: number, size: number) => void {
	let told = -1;
	return (received, size) => {
		const tenths = Math.floor((received / size) * 10);
		if (tenths === told) return;
		told = tenths;
		process.stderr.write(`${prefix}the board has ${received} of ${size} octets\n`);
	};
}
