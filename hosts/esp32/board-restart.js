// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
export function resetReason() {
	native('xs_reset_reason').call(this);
}
export function keepNote(text) {
	native('xs_keep_note').call(this, text);
}
export function takeNote() {
	native('xs_take_note').call(this);
}
export function restartBoard() {
	native('xs_restart_board').call(this);
}
