import type { Command } from 'commander';
import type { BytePort, UartPort } from '../../../src/ports/byte-port.js';
import type { Clock } from '../../../src/ports/clock.js';
import { UnheardUart } from '../../simulator/unheard-uart.js';
import { Wire } from '../../simulator/wire.js';
import { openSerialPort } from '../serial-port.js';
import { CommandFailure } from './failure.js';
import { bridgeToPty, bridgeToTcp, type Openings } from './lines.js';
import { portOption } from './options.js';

/** Where the board's auxiliary port is to be: the line that AT#TCPATCONSER=1,<rate> joins a TCP session with. */
export interface AuxiliaryPlace {
	readonly auxPty?: string;
	readonly auxTcp?: number;
}

/** What a real board can have there besides: a serial port of this machine. */
export interface AuxiliaryLine extends AuxiliaryPlace {
	readonly aux?: string;
	readonly auxFlowControl: boolean;
}

/** Rate until the first that uses the line says another [baud]. */
const BAUD = 9600;

/** Adds the options that say where the auxiliary port is. */
export function auxiliaryOptions(command: Command): Command {
	return command
		.option('--aux-pty <path>', 'the auxiliary serial port (AT#TCPATCONSER=1,<rate>) on a pseudo-terminal at this path')
		.option('--aux-tcp <port>', 'the auxiliary serial port on this port of 127.0.0.1', portOption);
}

/** Puts the auxiliary port where the options say, if they do. */
export async function placeAuxiliary(line: BytePort, place: AuxiliaryPlace, openings: Openings): Promise<void> {
	const { auxPty, auxTcp } = place;
	if (auxPty !== undefined && auxTcp !== undefined) throw twice('--aux-pty or --aux-tcp');
	if (auxPty !== undefined) await bridgeToPty(line, auxPty, '--aux-tcp <port>', openings);
	if (auxTcp !== undefined) await bridgeToTcp(line, auxTcp, '--aux-tcp', openings);
}

/** Opens the auxiliary port of a board that has one only where an option says so. */
export async function openAuxiliary(
	place: AuxiliaryLine,
	clock: Clock,
	openings: Openings,
): Promise<UartPort | undefined> {
	const { aux, auxPty, auxTcp } = place;
	if (aux === undefined && auxPty === undefined && auxTcp === undefined) return undefined;
	if (aux === undefined) {
		// Neither a pseudo-terminal nor a socket has a rate.
		const wire = new Wire(clock, { baud: 0 });
		await placeAuxiliary(wire.dte, place, openings);
		return new UnheardUart(wire.dce);
	}
	if (auxPty !== undefined || auxTcp !== undefined) throw twice('--aux, --aux-pty or --aux-tcp');
	const opened = await openSerialPort({ path: aux, baud: BAUD, flowControl: place.auxFlowControl });
	if (!opened.ok) throw new CommandFailure(2, `${opened.error} (--aux)`);
	openings.add(() => opened.value.close());
	return new UnheardUart(opened.value);
}

function twice(choice: string): CommandFailure {
	return new CommandFailure(2, `the auxiliary port is in one place: ${choice}`);
}
