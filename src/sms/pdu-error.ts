/**
 * What can be wrong with an SMS, in one word.
 *
 * - `hex`: not a hexadecimal text
 * - `truncated`: octets are missing
 * - `surplus`: octets are left over
 * - `type`: the message type indicator is none that is read here
 * - `address`: a length, digit or character that no address can have
 * - `header`: the lengths inside the user data header contradict each other
 * - `too-long`: more than fits
 * - `uncodable`: a character that the alphabet lacks
 * - `compressed`: compressed text (23.042), which is not read here
 * - `range`: a value that its field cannot hold
 */
export type PduError =
	| 'hex'
	| 'truncated'
	| 'surplus'
	| 'type'
	| 'address'
	| 'header'
	| 'too-long'
	| 'uncodable'
	| 'compressed'
	| 'range';
