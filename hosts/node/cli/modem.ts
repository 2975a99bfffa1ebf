import type { Command } from 'commander';
import { CONTROL_PORT } from '../control-protocol.js';
import type { SimulatedDevice } from '../simulated-device.js';
import { composeModem } from '../simulated-modem.js';
import { SystemClock } from '../system-clock.js';
import { TracePrinter } from '../trace-printer.js';
import { CommandFailure } from './failure.js';
import { bridgeToPty, bridgeToTcp, Openings, openControl } from './lines.js';
import { baudOption, portOption } from './options.js';
import { Shutdown } from './shutdown.js';

interface ModemCliOptions {
	readonly pty?: string;
	readonly tcp?: number;
	readonly control: number;
	readonly baud?: number;
	readonly trace?: boolean;
}

export function addModem(program: Command): void {
	program
		.command('modem')
		.description('Run only the virtual module, for modem software of any kind to drive.')
		.option('--pty <path>', 'its UART on a pseudo-terminal at this path')
		.option('--tcp <port>', 'its UART on this port of 127.0.0.1', portOption)
		.option('--control <port>', 'where "atrun mobile" finds the simulator on 127.0.0.1', portOption, CONTROL_PORT)
		.option('--baud <rate>', 'rate of its UART (default: as fast as it goes, and +IPR changes nothing)', baudOption)
		.option('--trace', 'print on stderr what passes')
		.addHelpText('after', '\nExample:\n  atrun modem --pty ./modem    (then: minicom -D ./modem)')
		.action(runModem);
}

async function runModem(options: ModemCliOptions): Promise<void> {
	if ((options.pty === undefined) === (options.tcp === undefined)) {
		throw new CommandFailure(2, 'say where the module’s UART is to be: --pty <path> or --tcp <port>');
	}
	const shutdown = new Shutdown();
	const openings = new Openings();
	let modem: SimulatedDevice | undefined;
	try {
		const trace = options.trace === true ? new TracePrinter(process.stderr) : undefined;
		modem = composeModem({ clock: new SystemClock(), baud: options.baud ?? 0, trace });
		if (options.pty !== undefined) await bridgeToPty(modem.line, options.pty, '--tcp <port>', openings);
		if (options.tcp !== undefined) await bridgeToTcp(modem.line, options.tcp, '--tcp', openings);
		await openControl(modem.network, options.control, openings);
		const started = await modem.start();
		if (!started.ok) throw new CommandFailure(1, started.error);
		const place = options.pty ?? `127.0.0.1:${options.tcp}`;
		process.stdout.write(
			`module   ${place}\nnumber   ${modem.number}\ncontrol  127.0.0.1:${options.control}\nRunning until Ctrl-C or SIGTERM.\n`,
		);
		await shutdown.asked;
	} finally {
		openings.close();
		await modem?.stop();
	}
}
