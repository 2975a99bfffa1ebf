import { connect } from 'node:net';
import { failure, type Result } from '../../src/base/result.js';
import { formatRequest, LONGEST_LINE, parseAnswer, type SmsExchange, type SmsOrder } from './control-protocol.js';
import { LineSplitter } from './line-splitter.js';
import { codeOf, reasonOf } from './system-error.js';

/** Time for the way to the simulator and back, on top of what the order itself may take [ms]. */
const MARGIN_MS = 10_000;
/** An answer carries its PDUs, at most 15 parts each way in the usual case. */
const LONGEST_ANSWER = 64 * LONGEST_LINE;

/** Sends one order to a simulator's control port. The error is one line for the user. */
export function orderSms(host: string, port: number, order: SmsOrder): Promise<Result<SmsExchange>> {
	return new Promise(resolve => {
		const splitter = new LineSplitter(LONGEST_ANSWER);
		const socket = connect({ host, port });
		const timer = setTimeout(
			() => settle(failure(`the simulator at ${host}:${port} does not answer`)),
			order.timeoutMs + MARGIN_MS,
		);
		const settle = (result: Result<SmsExchange>) => {
			clearTimeout(timer);
			socket.destroy();
			resolve(result);
		};
		socket.on('connect', () => socket.write(`${formatRequest(order)}\n`));
		socket.on('data', chunk => {
			const lines = splitter.push(chunk);
			const line = lines?.[0];
			if (line !== undefined) settle(parseAnswer(line));
			else if (lines === undefined) settle(failure('what answered is no simulator'));
		});
		socket.on('error', error => settle(failure(unreachable(host, port, error))));
		socket.on('close', () => settle(failure(`the simulator at ${host}:${port} ended the connection`)));
	});
}

function unreachable(host: string, port: number, error: Error): string {
	if (codeOf(error) !== 'ECONNREFUSED') return `cannot reach ${host}:${port}: ${reasonOf(error)}`;
	return `no simulator at ${host}:${port}: start one with "atrun sim", or name its control port by --control`;
}
