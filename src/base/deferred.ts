/** A promise and the function that settles it. The first call counts. */
export class Deferred<Value> {
	readonly promise: Promise<Value>;
	resolve!: (value: Value) => void;

	constructor() {
		this.promise = new Promise<Value>(resolve => {
			this.resolve = resolve;
		});
	}
}
