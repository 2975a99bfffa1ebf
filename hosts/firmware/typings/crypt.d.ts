// `@moddable/typings` 5.6.0 has no types for this module.
declare module 'crypt' {
	export class Digest {
		constructor(type: 'MD5' | 'SHA1' | 'SHA224' | 'SHA256' | 'SHA384' | 'SHA512');
		write(message: string | ArrayBuffer): void;
		close(): ArrayBuffer;
	}
}
