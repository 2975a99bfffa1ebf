import type { SignatureCheck } from '../../src/ports/signature.js';

/** By Mbed TLS (`native-signature.c`). Octets of another length are no signature. */
export const verifyP256: SignatureCheck['verify'];
