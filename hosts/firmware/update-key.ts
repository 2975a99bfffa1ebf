/**
 * The public key that images for this firmware are signed with (docs/ota.md): X and Y of a point on P-256 as 128 hexadecimal digits, as
 * `atrun ota keygen` prints them. A maker puts the own one here before the first build. '': none, and the board refuses every image.
 */
export const UPDATE_KEY: string = '';
