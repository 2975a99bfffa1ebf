import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What mcconfig is given for one firmware. */
export interface FirmwareParts {
	/** Its manifests, from the first one on in the order in which they include each other. */
	readonly manifests: readonly string[];
	/** Folders whose every module belongs to it, but for those in `without`. */
	readonly folders: readonly string[];
	readonly without?: readonly string[];
	/** The module that XS begins with. */
	readonly main: string;
}

export interface Manifest {
	readonly include?: readonly string[];
	readonly modules?: Readonly<Record<string, string | readonly string[]>>;
	readonly preload?: readonly string[];
	readonly creation?: { readonly main?: string; readonly chunk?: { readonly initial: number } };
	readonly build?: Readonly<Record<string, string>>;
}

/** A module as XS knows it, and the file it comes from. */
interface Module {
	readonly name: string;
	readonly file: string;
}

const CODE = /^(?!.*\.d\.ts$).*\.(ts|js|c)$/;

/** By its path from the root. */
export function readManifest(file: string): Manifest {
	return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

function filesBelow(folder: string, without: readonly string[]): string[] {
	return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.map(name => path.posix.join(folder, name.split(path.sep).join('/')))
		.filter(file => CODE.test(file) && !without.some(other => file.startsWith(`${other}/`)));
}

/** What mcconfig makes of the `modules` of a manifest, for what lies in this repository. */
function modulesOf(manifest: Manifest, folder: string): readonly Module[] {
	return Object.entries(manifest.modules ?? {})
		.filter(([pattern]) => pattern !== '~')
		.flatMap(([pattern, sources]) =>
			[sources].flat().flatMap(source => {
				if (source.startsWith('$(')) return [];
				const place = path.posix.join(folder, source);
				const directory = path.posix.dirname(place);
				const names = existsSync(path.join(root, directory)) ? readdirSync(path.join(root, directory)) : [];
				const prefix = path.posix.basename(place);
				return names
					.filter(name => CODE.test(name))
					.filter(name => prefix === '*' || path.parse(name).name === prefix)
					.map(name => ({
						name: pattern.replace('*', path.parse(name).name),
						file: path.posix.join(directory, name),
					}));
			}),
		);
}

/** The modules that the manifests of the SDK bring, each with the manifest that has to be included for it. */
const SDK_MODULES: Readonly<Record<string, string>> = {
	'embedded:io/serial': '$(IO)/serial/manifest.json',
	'embedded:io/digital': '$(IO)/digital/manifest.json',
	file: '$(MODULES)/files/file/manifest.json',
	wifi: '$(MODULES)/network/wifi/manifest.json',
	preference: '$(MODULES)/files/preference/manifest.json',
	crypt: '$(MODULES)/crypt/digest/manifest.json',
	time: '$(MODDABLE)/examples/manifest_base.json',
	timer: '$(MODDABLE)/examples/manifest_base.json',
};

/** What a file imports; types are gone by then. */
function importsOf(file: string): string[] {
	const source = readFileSync(path.join(root, file), 'utf8');
	return [...source.matchAll(/^(?:import|export)(?! type\b)[^;]*?\bfrom '([^']+)';/gm)].map(([, name]) => name!);
}

/** Modules of the SDK that a manifest of ours brings one by one, since those of the SDK bring others with them. */
function singlesOf({ modules = {} }: Manifest): string[] {
	return Object.keys(modules).filter(name => !/[*~]/.test(name) && [modules[name]!].flat()[0]!.startsWith('$('));
}

/** Tests of the manifests of one firmware: what mcconfig would find wrong, and what it would not. */
export function testManifests({ manifests, folders, without = [], main }: FirmwareParts): void {
	const all = manifests.map(file => ({ file, folder: path.posix.dirname(file), manifest: readManifest(file) }));
	const modules = all.flatMap(({ manifest, folder }) => modulesOf(manifest, folder));
	const scripts = modules.filter(({ file }) => !file.endsWith('.c'));
	const preload = all.flatMap(({ manifest }) => manifest.preload ?? []);
	const singles = all.flatMap(({ manifest }) => singlesOf(manifest));

	test.each(all)('$file includes files that exist', ({ manifest, folder }) => {
		const own = (manifest.include ?? []).filter(file => !file.startsWith('$('));
		expect(own.filter(file => !existsSync(path.join(root, folder, file)))).toEqual([]);
	});

	test.each(all)('$file names modules that exist', ({ manifest, folder }) => {
		const patterns = Object.entries(manifest.modules ?? {}).filter(([pattern]) => pattern !== '~');
		const empty = patterns.filter(
			([pattern, sources]) =>
				![sources].flat().every(source => source.startsWith('$(')) &&
				modulesOf({ modules: { [pattern]: sources } }, folder).length === 0,
		);
		expect(empty.map(([pattern]) => pattern)).toEqual([]);
	});

	test.each(folders)('have every module of %s', folder => {
		const missing = filesBelow(folder, without).filter(file => !modules.some(module => module.file === file));
		expect(missing).toEqual([]);
	});

	test('name each module once', () => {
		const names = scripts.map(({ name }) => name);
		expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	});

	// Relative imports are resolved between the names: only where these follow the folders do they lead to the same file.
	test('name a module by its place', () => {
		const wrong = scripts.filter(
			({ name, file }) => !name.startsWith('embedded:') && `${name}${path.extname(file)}` !== file,
		);
		expect(wrong).toEqual([]);
	});

	// mcconfig expands no star to TypeScript modules, so each is named.
	test('preload every module, and nothing else', () => {
		expect([...preload].sort()).toEqual([...singles, ...scripts.map(({ name }) => name)].sort());
	});

	test('are enough for every import', () => {
		const known = new Set([...singles, ...scripts.map(({ name }) => name)]);
		const included = new Set(all.flatMap(({ manifest }) => manifest.include ?? []));
		const lacking = scripts.flatMap(({ name, file }) =>
			importsOf(file)
				.filter(specifier => {
					if (specifier.startsWith('.'))
						return !known.has(path.posix.join(path.posix.dirname(name), specifier).slice(0, -3));
					return !known.has(specifier) && !included.has(SDK_MODULES[specifier] ?? '');
				})
				.map(specifier => `${name}: ${specifier}`),
		);
		expect(lacking).toEqual([]);
	});

	test('include nothing of the SDK that no module imports', () => {
		const imported = new Set(scripts.flatMap(({ file }) => importsOf(file)).map(specifier => SDK_MODULES[specifier]));
		const included = all.flatMap(({ manifest }) => manifest.include ?? []).filter(file => file.startsWith('$('));
		expect(included.filter(file => !imported.has(file))).toEqual([]);
	});

	test('start the firmware at a module that exists', () => {
		const mains = all.flatMap(({ manifest }) => manifest.creation?.main ?? []);
		// The last word counts.
		expect(mains.slice(-1)).toEqual([main]);
		expect(scripts.map(({ name }) => name)).toContain(main);
	});
}
