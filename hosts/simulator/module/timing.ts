/** How long the virtual module takes [ms]. One place, so that a scenario's arithmetic can be followed. */
export const TIMING = Object.freeze({
	/** From `#SHDN` or the pulse to PWRMON off. */
	shutDown: 2000,
	/** From the OK of a command that ends the run, or changes the rate, to its effect: the OK must leave the line. */
	farewell: 100,
	/** From the end of one run to the boot of the next. */
	reboot: 500,
	/** A command that only looks up or sets something. */
	command: 15,
	/** From registration being asked for to being registered. */
	register: 3000,
	/** From registration to packet service. */
	packetAttach: 1000,
	survey: 30_000,
	selectOperator: 2000,
	detach: 1000,
	activate: 1500,
	deactivate: 500,
	resolve: 800,
	/** Checking a PIN on the card. */
	pin: 300,
	/** Reading or erasing one message on the card. */
	messageAccess: 60,
	/** From Ctrl-Z to the reference of a message sent. */
	sendMessage: 2500,
	/** The same while the link stays open for the next one (+CMMS). */
	sendNext: 1200,
	/** How long +CMMS keeps the link open for the next message. */
	linkKept: 5000,
	/** From +CMT or +CDS to the end of waiting for +CNMA. */
	acknowledgement: 20_000,
	/** From +CMGS to its prompt. */
	prompt: 30,
	changeFunction: 1200,
	socket: 40,
	/** Carrier silence around the escape sequence: 50 × 20 ms (S12). */
	escapeGuard: 1000,
	/** From the OK of +CMUX to the fallback into AT mode. */
	muxFallback: 5000,
	/** Earliest SABM after the OK of +CMUX that a sensitive module survives. */
	muxEarliest: 400,
	/** From D to the first ring at a subscriber. */
	callSetup: 1000,
	/** From +CUSD to what the network says. */
	service: 2000,
	/** How long the network waits for an answer in a session. */
	serviceWait: 60_000,
	/** From one RING to the next. */
	ring: 5000,
	/** Ringing for a call that nobody answers. */
	call: 20_000,
	/** From one LCP Configure-Request that nobody answers to the next (RFC 1661 4.6). */
	configureRequest: 3000,
	/** From one position to the next. */
	position: 1000,
	/** Login at an FTP server; opening a file for writing there. */
	ftp: 1500,
});
