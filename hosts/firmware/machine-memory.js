// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
export function slotsInUse() {
	native('xs_slots_in_use').call(this);
}
export function chunkOctetsInUse() {
	native('xs_chunk_octets_in_use').call(this);
}
export function heapOctetsInUse() {
	native('xs_heap_octets_in_use').call(this);
}
export function slotsAtMost() {
	native('xs_slots_at_most').call(this);
}
export function chunkOctetsAtMost() {
	native('xs_chunk_octets_at_most').call(this);
}
