import { describe, expect, onTestFinished, test } from 'vitest';
import { orderSms } from '../../hosts/node/control-client.js';
import { parseAnswer, parseRequest, type SimulatedNetwork, type SmsOrder } from '../../hosts/node/control-protocol.js';
import { type ControlServer, serveControl } from '../../hosts/node/control-server.js';
import { LineSplitter } from '../../hosts/node/line-splitter.js';
import { dial, eventually, loopbackServer } from './support.js';

const EXCHANGE = Object.freeze({
	to: '+393461234567',
	sent: ['0011'],
	answer: { text: '\r\n+COPS: 0,0,"I WIND"\r\n\r\nOK\r\n', parts: 1, pdus: ['0004'] },
	ms: 12,
});

async function serve(network: SimulatedNetwork): Promise<ControlServer> {
	const server = await serveControl(0, network);
	if (!server.ok) throw new Error(server.error);
	onTestFinished(() => server.value.close());
	return server.value;
}

/** A network that remembers its orders and answers all alike. */
class Recorder implements SimulatedNetwork {
	readonly orders: SmsOrder[] = [];
	async sendSms(order: SmsOrder) {
		this.orders.push(order);
		return { ok: true as const, value: EXCHANGE };
	}
}

describe('the control port', () => {
	test('carries an order to the network and its outcome back', async () => {
		const network = new Recorder();
		const server = await serve(network);
		const order = { from: '+393297308677', to: '+393461234567', text: 'AT+COPS?\u20ac', timeoutMs: 1500 };
		expect(await orderSms('127.0.0.1', server.port, order)).toEqual({ ok: true, value: EXCHANGE });
		expect(network.orders).toEqual([order]);
	});

	test('carries a PDU to the network', async () => {
		const network = new Recorder();
		const server = await serve(network);
		const order = { from: '+393297308677', pdu: '0011000C91', timeoutMs: 1500 };
		expect(await orderSms('127.0.0.1', server.port, order)).toEqual({ ok: true, value: EXCHANGE });
		expect(network.orders).toEqual([order]);
	});

	test('carries a refusal as data', async () => {
		const server = await serve({ sendSms: async () => ({ ok: false, error: 'the number cannot be written to' }) });
		const order = { from: '+393297308677', text: 'AT', timeoutMs: 1000 };
		expect(await orderSms('127.0.0.1', server.port, order)).toEqual({
			ok: false,
			error: 'the number cannot be written to',
		});
	});

	test('answers several requests in their order, however they are cut, also to a client that has said all', async () => {
		const server = await serve(new Recorder());
		const client = await dial(server.port);
		const got: Buffer[] = [];
		client.on('data', chunk => got.push(chunk));
		const request = '{"do":"sms","from":"+393297308677","text":"AT"}\r\n';
		client.write(request.slice(0, 10));
		client.write(request.slice(10) + request);
		client.end();
		await new Promise(resolve => client.once('close', resolve));
		const lines = Buffer.concat(got).toString().trimEnd().split('\n');
		expect(lines.map(line => parseAnswer(line))).toEqual([
			{ ok: true, value: EXCHANGE },
			{ ok: true, value: EXCHANGE },
		]);
	});

	test.each([
		['a web browser', 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{"do":"sms","from":"+39329730867","text":"AT"}\r\n'],
		['a line without end', 'x'.repeat(20_000)],
	])('tells %s that it speaks something else, and hangs up', async (_who, text) => {
		const network = new Recorder();
		const client = await dial((await serve(network)).port);
		const got: Buffer[] = [];
		client.on('data', chunk => got.push(chunk));
		client.write(text);
		await new Promise(resolve => client.once('close', resolve));
		expect(JSON.parse(Buffer.concat(got).toString())).toMatchObject({ ok: false });
		expect(network.orders).toEqual([]);
	});

	test('survives a client that leaves before its answer', async () => {
		let answer = () => {};
		const waiting = new Promise<void>(resolve => {
			answer = resolve;
		});
		const network = new Recorder();
		const server = await serve({
			sendSms: async order => {
				const outcome = await network.sendSms(order);
				if (order.text === 'slow') await waiting;
				return outcome;
			},
		});
		const client = await dial(server.port);
		client.write('{"do":"sms","from":"+393297308677","text":"slow"}\n');
		await eventually(() => network.orders.length === 1, 'the order');
		client.resetAndDestroy();
		answer();
		const order = { from: '+393297308677', text: 'AT', timeoutMs: 1000 };
		expect(await orderSms('127.0.0.1', server.port, order)).toMatchObject({ ok: true });
	});

	test('is one at a time on its port', async () => {
		const server = await serve(new Recorder());
		expect(await serveControl(server.port, new Recorder())).toEqual({ ok: false, error: 'busy' });
	});
});

describe('the control client says in one line', () => {
	const order = { from: '+393297308677', text: 'AT', timeoutMs: 1000 };

	test('that there is no simulator', async () => {
		const server = await serve(new Recorder());
		server.close();
		expect(await orderSms('127.0.0.1', server.port, order)).toEqual({
			ok: false,
			error: `no simulator at 127.0.0.1:${server.port}: start one with "atrun sim", or name its control port by --control`,
		});
	});

	test('that something else answers, or hangs up', async () => {
		const web = await loopbackServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
		expect(await orderSms('127.0.0.1', web, order)).toEqual({ ok: false, error: 'what answered is no simulator' });
		const mute = await loopbackServer(socket => socket.resume().end());
		expect(await orderSms('127.0.0.1', mute, order)).toEqual({
			ok: false,
			error: `the simulator at 127.0.0.1:${mute} ended the connection`,
		});
	});
});

test.each([
	['not JSON', 'sms', /JSON object/],
	['an array', '[]', /JSON object/],
	['another verb', '{"do":"call"}', /"do"/],
	['no sender', '{"do":"sms","text":"AT"}', /"from"/],
	['a sender that is no number', '{"do":"sms","from":"+39a","text":"AT"}', /"from"/],
	['a destination that is no number', '{"do":"sms","from":"+393297308677","to":7,"text":"AT"}', /"to"/],
	['no text', '{"do":"sms","from":"+393297308677","text":""}', /"text"/],
	['no PDU', '{"do":"pdu","from":"+393297308677","text":"AT"}', /"pdu"/],
	['a PDU that is no hexadecimal text', '{"do":"pdu","from":"+393297308677","pdu":"001"}', /"pdu"/],
	['a PDU that is too long', `{"do":"pdu","from":"+393297308677","pdu":"${'00'.repeat(201)}"}`, /"pdu"/],
	['a negative timeout', '{"do":"sms","from":"+393297308677","text":"AT","timeout":-1}', /"timeout"/],
	['a text as timeout', '{"do":"sms","from":"+393297308677","text":"AT","timeout":"60"}', /"timeout"/],
])('a request with %s is refused by the name of what is wrong', (_what, line, message) => {
	const request = parseRequest(line);
	expect(request.ok ? '' : request.error).toMatch(message);
});

test('a request waits 60 seconds where it does not say how long', () => {
	expect(parseRequest('{"do":"sms","from":"123","text":"AT"}')).toEqual({
		ok: true,
		value: { from: '123', text: 'AT', timeoutMs: 60_000 },
	});
});

test('lines come out the same wherever the stream is cut', () => {
	const stream = Buffer.from('one\r\n\ntw\u00f6\nrest');
	for (let size = 1; size <= stream.length; size++) {
		const splitter = new LineSplitter(6);
		const lines: string[] = [];
		for (let at = 0; at < stream.length; at += size) lines.push(...splitter.push(stream.subarray(at, at + size))!);
		expect(lines).toEqual(['one', '', 'tw\u00f6']);
	}
});
