import { spawnSync } from 'node:child_process';
import { lacking } from './lacking.mjs';

const SITE = 'https://github.com/espressif/qemu';
/** @type {Readonly<Record<string, string>>} */
const PROGRAMS = { esp32: 'qemu-system-xtensa', esp32c3: 'qemu-system-riscv32' };

/**
 * Finds the emulator of a chip; throws an error that tells a person what to do where there is none. That of a Linux distribution has the
 * same name and does not know the chip.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} chip
 * @returns {string} the program
 */
export function findQemu(env, chip) {
	const program = PROGRAMS[chip] ?? '';
	const { stdout, error } = spawnSync(program, ['-machine', 'help'], { env, encoding: 'utf8' });
	const remedy = `install Espressif's QEMU (${SITE}; with ESP-IDF: idf_tools.py install ${program.replace('system-', '')})`;
	if (error) throw lacking(`there is no ${program}`, remedy);
	if (!new RegExp(`^${chip}\\s`, 'm').test(stdout))
		throw lacking(`the ${program} that is installed does not know the machine "${chip}"`, remedy);
	return program;
}

/**
 * Its arguments: the flash and the fuses from files, the console as a server and the module's UART as a client of TCP on this machine, no screen.
 *
 * @param {string} chip
 * @param {{ flash: string, fuses: string, console: number, module: number }} places
 */
export function qemuArguments(chip, places) {
	return [
		...['-machine', chip, '-display', 'none', '-monitor', 'none'],
		...['-drive', `file=${places.flash},if=mtd,format=raw`],
		...['-drive', `file=${places.fuses},if=none,format=raw,id=efuse`],
		...['-global', `driver=nvram.${chip}.efuse,property=drive,value=efuse`],
		// Emulated time runs unevenly, and the chip's own watchdog would bite.
		...['-global', `driver=timer.${chip}.timg,property=wdt_disable,value=true`],
		...['-serial', `tcp:127.0.0.1:${places.console},server=on,wait=off`],
		...['-serial', `tcp:127.0.0.1:${places.module}`],
	];
}
