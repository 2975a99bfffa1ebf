// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
function openRecords() {
	native('xs_records_open').call(this);
}
function readRecord(name) {
	native('xs_records_read').call(this, name);
}
function writeRecord(name, octets) {
	native('xs_records_write').call(this, name, octets);
}
function eraseRecord(name) {
	native('xs_records_erase').call(this, name);
}

export const nativeRecords = Object.freeze({ openRecords, readRecord, writeRecord, eraseRecord });
