import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import type { Result } from '../../../src/base/result.js';
import { type FirmwareVersion, formatVersion, parseVersion } from '../../../src/update/firmware-version.js';
import { isTarget } from '../../../src/update/image-header.js';
import { describeImage, isSignedBy, packImage } from '../image-file.js';
import {
	makeSigningKey,
	publicKeyFrom,
	publicKeyOf,
	signingKeyFrom,
	signOctets,
	textOfPublicKey,
} from '../image-keys.js';
import { serveImage } from '../image-server.js';
import { printable } from '../printable.js';
import { reasonOf } from '../system-error.js';
import { CommandFailure } from './failure.js';
import { imageFrom, octetsOf } from './image-options.js';
import { portOption } from './options.js';
import { writeSecret } from './secret-file.js';
import { Shutdown } from './shutdown.js';

interface PackOptions {
	readonly target: string;
	readonly firmwareVersion: FirmwareVersion;
	readonly key: string;
	readonly allowDowngrade?: boolean;
	readonly newKey?: string;
	readonly out?: string;
}

interface InspectOptions {
	readonly key?: string;
	readonly json?: boolean;
}

export function addOta(program: Command): void {
	const ota = program
		.command('ota')
		.description('Firmware over the air: sign images, look at them, serve them. "atrun connect --ota" sends one.')
		.helpCommand(false);
	ota
		.command('keygen')
		.description('Make the key that signs images, and print its public half for the firmware (UPDATE_KEY).')
		.argument('<file>', 'where the private key goes, as PEM, readable by you alone; an existing file stays')
		.addHelpText(
			'after',
			'\nWho has this file can replace the firmware of every board; who loses it can update none of them any more.\n\nExample:\n  atrun ota keygen ./update.pem > update.pub',
		)
		.action(keygen);
	ota
		.command('pack')
		.description('Make an image of a firmware: target, version, size and SHA-256 before it, signed.')
		.argument('<firmware>', 'what the build made, xs_esp32.bin for instance')
		.requiredOption('--target <name>', 'the board it is for, as AT#ATRUNINFO names it', targetOption)
		.requiredOption('--firmware-version <a.b.c>', 'the version, three numbers of 0 to 65535', versionOption)
		.requiredOption('--key <file>', 'the private key that "atrun ota keygen" made')
		.option('--allow-downgrade', 'boards with a newer firmware may take it, too')
		.option('--new-key <file>', 'once it has passed its trial, images are signed with this key instead of the old one')
		.option('--out <file>', 'where the image goes (default: <target>-<version>.atrun)')
		.addHelpText(
			'after',
			'\nExample:\n  atrun ota pack xs_esp32.bin --target gateway-esp32 --firmware-version 1.2.0 --key ./update.pem',
		)
		.action(pack);
	ota
		.command('inspect')
		.description('Tell what an image says of itself, and whether it is whole; with --key, whether that key signed it.')
		.argument('<image>', 'what "atrun ota pack" made')
		.option('--key <file>', 'the public key as keygen printed it, or the private one')
		.option(
			'--json',
			'print one JSON document: { "target", "version", "size", "sha256", "allowDowngrade", "newKey"?, "signed"? }',
		)
		.addHelpText('after', '\nExample:\n  atrun ota inspect gateway-esp32-1.2.0.atrun --key update.pub')
		.action(inspect);
	ota
		.command('serve')
		.description('Give an image to boards that fetch it by HTTP (AT#ATRUNOTA=4,"<URL>"), until Ctrl-C.')
		.argument('<image>', 'what "atrun ota pack" made')
		.option('--port <port>', 'where they find it', portOption, 8080)
		.option('--address <ip>', 'the address of this machine to listen on; 0.0.0.0 for all', '127.0.0.1')
		.addHelpText('after', '\nExample:\n  atrun ota serve gateway-esp32-1.2.0.atrun --address 0.0.0.0')
		.action(serve);
}

function keygen(file: string): void {
	writeSecret(file, makeSigningKey());
	const key = unwrap(signingKeyFrom(file));
	process.stdout.write(`${textOfPublicKey(publicKeyOf(key))}\n`);
}

function pack(path: string, options: PackOptions): void {
	const { target, firmwareVersion: version, allowDowngrade = false, newKey } = options;
	const firmware = octetsOf(path);
	if (firmware.length === 0) throw new CommandFailure(2, `${path} is empty`);
	const key = unwrap(signingKeyFrom(options.key), '--key');
	const about = {
		target,
		version,
		mayGoBack: allowDowngrade,
		newKey: newKey === undefined ? undefined : unwrap(publicKeyFrom(newKey), '--new-key'),
	};
	const out = options.out ?? `${target}-${formatVersion(version)}.atrun`;
	const image = packImage(firmware, about, signed => signOctets(key, signed));
	try {
		writeFileSync(out, image);
	} catch (error) {
		throw new CommandFailure(1, `cannot write ${out}: ${reasonOf(error)}`);
	}
	process.stdout.write(`${out}: ${target} ${formatVersion(version)}, ${firmware.length} octets of firmware\n`);
}

function inspect(path: string, options: InspectOptions): void {
	const image = imageFrom(path);
	const key = options.key === undefined ? undefined : unwrap(publicKeyFrom(options.key), '--key');
	const signed = key && isSignedBy(key, image);
	const described = { ...describeImage(image), ...(signed !== undefined && { signed }) };
	if (options.json === true) process.stdout.write(`${JSON.stringify(described)}\n`);
	else for (const [name, value] of Object.entries(described)) process.stdout.write(`${name.padEnd(15)} ${value}\n`);
	if (signed === false) throw new CommandFailure(1, `${path} was not signed with this key`);
}

async function serve(
	path: string,
	{ port, address }: { readonly port: number; readonly address: string },
): Promise<void> {
	const { octets, firmware } = imageFrom(path);
	const shutdown = new Shutdown();
	const file = Buffer.concat([octets, firmware]);
	const say = (line: string) => void process.stderr.write(`${printable(line)}\n`);
	const served = await serveImage({
		address,
		port,
		file,
		onServed: (peer, from, count) => say(`${peer}: ${count === 0 ? 'broken off, ' : ''}from octet ${from} on`),
	});
	const server = unwrap(served, '--port, --address');
	process.stdout.write(`Serving ${path} (${file.length} octets) at http://${address}:${server.port}/ until Ctrl-C.\n`);
	try {
		await shutdown.asked;
	} finally {
		server.close();
	}
}

function targetOption(text: string): string {
	if (!isTarget(text)) throw new InvalidArgumentError('It must be 1 to 32 characters of a-z, 0-9, "-", "_" and ".".');
	return text;
}

function versionOption(text: string): FirmwareVersion {
	const version = parseVersion(text);
	if (version === undefined) throw new InvalidArgumentError('It must be three numbers of 0 to 65535, such as 1.2.0.');
	return version;
}

function unwrap<Value>(result: Result<Value>, option = ''): Value {
	if (!result.ok) throw new CommandFailure(2, option === '' ? result.error : `${result.error} (${option})`);
	return result.value;
}
