import { BOARD_COMMANDS } from './board-commands.js';
import { BOOK_COMMANDS } from './book-commands.js';
import { CALL_COMMANDS } from './call-commands.js';
import { CALL_SETTING_COMMANDS } from './call-setting-commands.js';
import { CARD_COMMANDS } from './card-commands.js';
import type { CommandTable } from './command.js';
import { CONTEXT_COMMANDS } from './context-commands.js';
import { FTP_COMMANDS } from './ftp-commands.js';
import { GENERAL_COMMANDS } from './general-commands.js';
import { IDENTIFICATION_COMMANDS } from './identification-commands.js';
import { MESSAGE_COMMANDS } from './message-commands.js';
import { MESSAGE_PROFILE_COMMANDS } from './message-profile-commands.js';
import { MESSAGE_SETTING_COMMANDS } from './message-setting-commands.js';
import { MUX_COMMANDS } from './mux-commands.js';
import { NETWORK_COMMANDS } from './network-commands.js';
import { POSITION_COMMANDS } from './position-commands.js';
import { POWER_COMMANDS } from './power-commands.js';
import { PPP_COMMANDS } from './ppp-commands.js';
import { RESTRICTED_ACCESS } from './restricted-access.js';
import { SCRIPT_COMMANDS } from './script-commands.js';
import { SENDING_COMMANDS } from './sending-commands.js';
import { SERVICE_CODE_COMMANDS } from './service-code-commands.js';
import { SERVICE_COMMANDS } from './service-commands.js';
import { SOCKET_COMMANDS } from './socket-commands.js';
import { SOCKET_DATA_COMMANDS } from './socket-data-commands.js';
import { SOCKET_SETTING_COMMANDS } from './socket-setting-commands.js';
import { SUPPLEMENTARY_COMMANDS } from './supplementary-commands.js';

/** Every command that the virtual module knows, by its name; those for scripts only a module with Python has. */
export const COMMANDS: CommandTable = Object.freeze({
	...GENERAL_COMMANDS,
	...IDENTIFICATION_COMMANDS,
	...CARD_COMMANDS,
	...BOOK_COMMANDS,
	...NETWORK_COMMANDS,
	...CALL_COMMANDS,
	...CALL_SETTING_COMMANDS,
	...SUPPLEMENTARY_COMMANDS,
	...POWER_COMMANDS,
	...BOARD_COMMANDS,
	...MUX_COMMANDS,
	...MESSAGE_COMMANDS,
	...MESSAGE_SETTING_COMMANDS,
	...MESSAGE_PROFILE_COMMANDS,
	...SENDING_COMMANDS,
	...CONTEXT_COMMANDS,
	...PPP_COMMANDS,
	...FTP_COMMANDS,
	...POSITION_COMMANDS,
	...SOCKET_COMMANDS,
	...SOCKET_DATA_COMMANDS,
	...SOCKET_SETTING_COMMANDS,
	...SERVICE_COMMANDS,
	...SERVICE_CODE_COMMANDS,
	...RESTRICTED_ACCESS,
});

/** The same on a module with Python. */
export const PYTHON_COMMANDS: CommandTable = Object.freeze({ ...COMMANDS, ...SCRIPT_COMMANDS });
