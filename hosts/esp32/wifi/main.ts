import { startBoard } from '../main.js';
import { openWifi } from './open-wifi.js';

/** The firmware on a board with Wi-Fi. XS calls it once, after the machine is set up. */
export default function main(): void {
	startBoard(openWifi);
}
