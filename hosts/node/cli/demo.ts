import { pause } from '../../../src/base/deadline.js';
import type { Clock } from '../../../src/ports/clock.js';
import { READY_MADE } from '../../simulator/desk.js';
import { AtrunSession } from '../atrun-session.js';
import type { SimulatedNetwork } from '../control-protocol.js';
import { connectTo } from '../host-network.js';
import { linesOf, printable } from '../printable.js';

export interface DemoOptions {
	readonly clock: Clock;
	readonly network: SimulatedNetwork;
	/** The port of 127.0.0.1 where the board's TCP ATRUN listens. */
	readonly port: number;
	/** Gets the transcript, line by line. */
	readonly print: (line: string) => void;
}

const SMS_TEXT = 'AT+COPS?';
const TCP_COMMAND = 'at+creg?';
/** For each of the two halves [ms]. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 250;

/** Plays one request by SMS and one over TCP, as a mobile and a client outside would make them, and shows both sides. */
export async function playDemo(options: DemoOptions): Promise<void> {
	await playSms(options);
	await playTcp(options);
}

async function playSms({ network, print }: DemoOptions): Promise<void> {
	print(`An SMS from ${READY_MADE.mobile}, which the white list lets in:`);
	print(`  mobile → board   ${SMS_TEXT}`);
	const exchange = await network.sendSms({ from: READY_MADE.mobile, text: SMS_TEXT, timeoutMs: PATIENCE_MS });
	if (!exchange.ok || exchange.value.answer === null) {
		print(`  (${exchange.ok ? 'no answer came' : exchange.error})`);
	} else {
		for (const line of linesOf(exchange.value.answer.text)) print(`  mobile ← board   ${printable(line)}`);
	}
	print('');
}

async function playTcp({ clock, port, print }: DemoOptions): Promise<void> {
	print(`A client logs in over TCP at 127.0.0.1:${port}:`);
	const deadline = clock.now() + PATIENCE_MS;
	let connection = await connectTo(clock, '127.0.0.1', port, deadline);
	while (!connection.ok && connection.error === 'refused' && clock.now() < deadline) {
		await pause(clock, RETRY_MS);
		connection = await connectTo(clock, '127.0.0.1', port, deadline);
	}
	if (!connection.ok) {
		print(`  (no connection: ${connection.error})`);
		return;
	}
	const session = new AtrunSession(connection.value, clock);
	session.onText = text => {
		for (const line of linesOf(text)) print(`  client ← board   ${printable(line)}`);
	};
	session.onSent = text => {
		for (const line of linesOf(text)) print(`  client → board   ${printable(shown(line))}`);
	};
	const login = await session.login(READY_MADE.user, READY_MADE.password, 1, deadline);
	if (login === 'successful') await session.execute(TCP_COMMAND, deadline);
	else print(`  (login: ${login})`);
	session.close();
	print('');
}

function shown(line: string): string {
	return line === READY_MADE.password ? '*'.repeat(line.length) : line;
}
