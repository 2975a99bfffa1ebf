import {
	createSimulatedModule,
	type SimulatedModule,
	type SimulatedModuleOptions,
} from '../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Person } from '../support/person.js';

/** A person at the module's own port, who waits for so long and then looks. */
export class Dte extends Person {
	/** What appears on the screen in the next `ms`. */
	async watch(ms: number): Promise<string> {
		this.screen = '';
		await this.clock.advance(ms);
		return this.screen;
	}

	/** Types a line and gives what came in the next `ms`, without the echo. */
	async send(line: string, ms = 300): Promise<string> {
		this.screen = '';
		this.type(`${line}\r`);
		await this.clock.advance(ms);
		const echo = `${line}\r`;
		return this.screen.startsWith(echo) ? this.screen.slice(echo.length) : this.screen;
	}

	/** Types each line, one after the other, and wants OK for each. */
	async set(...lines: readonly string[]): Promise<void> {
		for (const line of lines) {
			this.screen = '';
			this.type(`${line}\r`);
			await this.clock.until(() => /(OK|ERROR.*)\r\n$/.test(this.screen), 200_000, `an answer to ${line}`);
			await this.clock.advance(20);
			if (!this.screen.endsWith('\r\nOK\r\n')) throw new Error(`${line} failed: ${JSON.stringify(this.screen)}`);
		}
	}
}

export interface Desk extends SimulatedModule {
	readonly clock: VirtualClock;
	readonly terminal: Dte;
}

/** A module that has booted and registered, with a terminal on its line. */
export async function desk(options: Partial<SimulatedModuleOptions> = {}): Promise<Desk> {
	const clock = new VirtualClock();
	const simulated = createSimulatedModule({ clock, baud: 0, powered: true, ...options });
	const terminal = new Dte(simulated.dte, clock);
	await clock.advance(12_000);
	return { ...simulated, clock, terminal };
}

/** What a module prints between command and OK, framed as V1 frames it. */
export function answered(...lines: readonly string[]): string {
	return lines.length === 0 ? '\r\nOK\r\n' : `\r\n${lines.join('\r\n')}\r\n\r\nOK\r\n`;
}
