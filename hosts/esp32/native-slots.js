// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
function slotSize() {
	native('xs_slots_size').call(this);
}
function runningSlot() {
	native('xs_slots_running').call(this);
}
function isSlotOnTrial() {
	native('xs_slots_on_trial').call(this);
}
function hasSlotFailed() {
	native('xs_slots_failed').call(this);
}
function forgetSlot() {
	native('xs_slots_forget').call(this);
}
function eraseSector(offset) {
	native('xs_slots_erase').call(this, offset);
}
function writeSlot(offset, bytes) {
	native('xs_slots_write').call(this, offset, bytes);
}
function readSlot(offset, into) {
	native('xs_slots_read').call(this, offset, into);
}
function chooseSlot() {
	native('xs_slots_choose').call(this);
}
function confirmSlot() {
	native('xs_slots_confirm').call(this);
}
function giveUpSlot() {
	native('xs_slots_give_up').call(this);
}

export const nativeSlots = Object.freeze({
	slotSize,
	runningSlot,
	isSlotOnTrial,
	hasSlotFailed,
	forgetSlot,
	eraseSector,
	writeSlot,
	readSlot,
	chooseSlot,
	confirmSlot,
	giveUpSlot,
});
