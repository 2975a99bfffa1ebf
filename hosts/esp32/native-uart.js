// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
function openUart(port, transmit, receive, requestToSend, clearToSend, baud, told) {
	native('xs_uart_open').call(this, port, transmit, receive, requestToSend, clearToSend, baud, told);
}
function closeUart(port) {
	native('xs_uart_close').call(this, port);
}
function setUartBaud(port, baud) {
	native('xs_uart_set_baud').call(this, port, baud);
}
function readUart(port, into) {
	native('xs_uart_read').call(this, port, into);
}
function writeUart(port, bytes) {
	native('xs_uart_write').call(this, port, bytes);
}
function uartWaiting(port) {
	native('xs_uart_waiting').call(this, port);
}
function uartSpace(port) {
	native('xs_uart_space').call(this, port);
}
function isUartSent(port) {
	native('xs_uart_is_sent').call(this, port);
}
function uartLost(port) {
	native('xs_uart_lost').call(this, port);
}
function uartBreaks(port) {
	native('xs_uart_breaks').call(this, port);
}

export const nativeUart = Object.freeze({
	openUart,
	closeUart,
	setUartBaud,
	readUart,
	writeUart,
	uartWaiting,
	uartSpace,
	isUartSent,
	uartLost,
	uartBreaks,
});
