// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
export function feedWatchdog() {
	native('xs_feed_watchdog').call(this);
}
