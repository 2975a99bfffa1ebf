// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
export function setting(name) {
	native('xs_setting').call(this, name);
}
export function fillRandom(into) {
	native('xs_fill_random').call(this, into);
}
// The SDK's typings do not know the global that every simulator has.
export function tellLoader(message) {
	screen.postMessage(message);
}
