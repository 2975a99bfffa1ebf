import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './firmware-manifests.js';

type Strings = string | readonly string[];

interface Part {
	readonly build?: Readonly<Record<string, string>>;
	readonly include?: Strings;
	readonly modules?: Readonly<Record<string, Strings>>;
	readonly dependency?: readonly { readonly idf?: string }[];
	readonly creation?: { readonly main?: string };
	readonly platforms?: Readonly<Record<string, Part>>;
}

/** What mcconfig comes to with all that the manifests of a target include. */
export interface Closure {
	/** Every manifest in the order in which mcconfig merges them. What lies in an SDK that is not there stands as it is written. */
	readonly manifests: readonly string[];
	/** Where modules come from, likewise. */
	readonly sources: readonly string[];
	/** Components of the IDF beside those that each project has. */
	readonly components: readonly string[];
	/** The module that XS begins with: the last manifest's word. */
	readonly main: string | undefined;
}

/** Follows the includes of the top-level manifest for a target, as mcconfig does; into the SDK where `moddable` says where that is. */
export function closureOf(target: string, moddable: string | undefined): Closure {
	const platform = `esp32/${target}`;
	const targetManifest = path.join(root, 'targets', target, 'manifest.json');
	const variables: Record<string, string> = {
		SUBPLATFORMMANIFEST: targetManifest,
		PLATFORM: 'esp32',
		...(moddable !== undefined && { MODDABLE: moddable }),
	};
	const manifests: string[] = [];
	const sources: string[] = [];
	const components: string[] = [];
	const seen = new Set<string>();
	let main: string | undefined;

	const visit = (file: string): void => {
		if (seen.has(file)) return;
		seen.add(file);
		const isThere = path.isAbsolute(file) && existsSync(file);
		if (!isThere && !file.startsWith('$(')) throw new Error(`${file} is included, and is not there`);
		if (isThere) {
			const manifest: Part = JSON.parse(readFileSync(file, 'utf8'));
			const parts = [manifest, partFor(platform, manifest.platforms)].filter(part => part !== undefined);
			const folder = path.dirname(file);
			for (const { build } of parts) {
				for (const [name, value] of Object.entries(build ?? {})) variables[name] = resolve(value, variables);
			}
			for (const { include } of parts)
				for (const one of listOf(include)) visit(placed(resolve(one, variables), folder));
			for (const { modules, dependency, creation } of parts) {
				for (const source of Object.values(modules ?? {}).flat())
					sources.push(placed(resolve(source, variables), folder));
				for (const { idf } of dependency ?? []) if (idf !== undefined) components.push(idf);
				main = creation?.main ?? main;
			}
		}
		manifests.push(file);
	};

	visit(path.join(root, 'manifest.json'));
	// Without the SDK nobody includes it.
	if (moddable === undefined) visit(targetManifest);
	return { manifests, sources, components, main };
}

function listOf(value: Strings | undefined): readonly string[] {
	return value === undefined ? [] : [value].flat();
}

function resolve(text: string, variables: Readonly<Record<string, string>>): string {
	return text.replace(/\$\((\w+)\)/g, (whole, name: string) => variables[name] ?? whole);
}

function placed(file: string, folder: string): string {
	return file.startsWith('$(') ? file : path.resolve(folder, file);
}

/** mcconfig's rule: the name, or a part of it from the left, exactly or by a star; else `...`. */
function partFor(platform: string, platforms: Part['platforms']): Part | undefined {
	if (platforms === undefined) return undefined;
	for (let name = platform; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('/')))) {
		for (const [pattern, part] of Object.entries(platforms)) {
			if (pattern === name || (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1)))) return part;
		}
	}
	return platforms['...'];
}
