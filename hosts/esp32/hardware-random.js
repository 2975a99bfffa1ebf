// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
export function fillRandom(into, isRadioOn) {
	native('xs_fill_random').call(this, into, isRadioOn);
}
