import type { Identity } from './grants.js';

/** What a dialogue of admission wants: text for the other side, and whether it goes on. */
export type AdmissionStep =
	| {
			readonly state: 'asking' | 'refused';
			/** To send, with its line ends; '' = nothing. */
			readonly say: string;
	  }
	| {
			readonly state: 'admitted';
			readonly say: string;
			readonly identity: Identity;
	  };

/**
 * How the other side of a connection proves who it is, once: after `admitted` or `refused` it is over, and whatever comes
 * then is refused. Who owns it limits its time and the length of a line.
 */
export interface Admission {
	/** Once, when the connection stands. */
	begin(): AdmissionStep;
	/** The next line of the other side, without its line end. */
	line(text: string): AdmissionStep;
}
