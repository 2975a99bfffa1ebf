// JavaScript, since `native` is of the XS compiler, in this form: a function that does nothing else is native itself.
export function verifyP256(publicKey, digest, signature) {
	native('xs_verify_p256').call(this, publicKey, digest, signature);
}
