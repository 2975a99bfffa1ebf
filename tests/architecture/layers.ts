import path from 'node:path';
import * as esbuild from 'esbuild';

/** Sources by their path from the root, with slashes. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
	readonly from: string;
	readonly specifier: string;
	/** The source it leads to, by its path from the root; undefined for a package or platform module. */
	readonly to: string | undefined;
}

/** The layers of `src` from the left: a folder imports from itself and from folders on its left, not from its neighbours. */
const LAYERS: readonly (readonly string[])[] = [
	['ports'],
	['base'],
	['cmux', 'at', 'sms'],
	['access', 'settings', 'journal', 'update'],
	['modem'],
	['services'],
	['coprocessor.ts'],
];

/** Ports name the outcome of a call by the one type that everything shares: the only way to the right. */
const EXCEPTION = { from: 'ports', to: 'src/base/result.ts' };

/** What a host may import from beside itself and packages. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
	'hosts/simulator': ['src'],
	'hosts/node': ['src', 'hosts/simulator'],
	'hosts/firmware': ['src'],
	'hosts/esp32': ['src', 'hosts/firmware'],
	'hosts/xs-linux': ['src', 'hosts/firmware'],
};

/** Parts that run on any engine: no packages, no platform modules. */
const NEUTRAL = ['src', 'hosts/simulator'];

/** Every import of the sources: values and, unless `values` alone are wanted, types; `export from`, `import()`. */
export async function importsOf(sources: Sources, wanted: 'all' | 'values' = 'all'): Promise<readonly Import[]> {
	const found = new Map<string, Import>();
	const add = (from: string, specifier: string) => {
		const relative = specifier.startsWith('.');
		const target = path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts');
		found.set(`${from} ${specifier}`, { from, specifier, to: relative ? target : undefined });
	};
	await esbuild.build({
		entryPoints: [...sources.keys()],
		bundle: true,
		write: false,
		outdir: '/out',
		format: 'esm',
		logLevel: 'silent',
		plugins: [
			{
				name: 'imports',
				setup(build) {
					build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
						// esbuild writes ./ in front of an entry point that is also a file.
						if (kind === 'entry-point') return { path: path.replace(/^\.\//, ''), namespace: 'sources' };
						add(importer, path);
						return { path, external: true };
					});
					build.onLoad({ filter: /.*/, namespace: 'sources' }, ({ path }) => ({
						contents: wanted === 'all' ? withTypeImports(sourceOf(sources, path)) : sourceOf(sources, path),
						loader: 'ts',
					}));
				},
			},
		],
		tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
	});
	// Types name modules in place too, and esbuild drops types.
	for (const [from, source] of wanted === 'all' ? sources : []) {
		for (const [, specifier] of source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) add(from, specifier!);
	}
	return [...found.values()];
}

/** Throws where esbuild asks for a source that is not there: what is not read must not look clean. */
function sourceOf(sources: Sources, path: string): string {
	const source = sources.get(path);
	if (source === undefined) throw new Error(`no source ${path}`);
	return source;
}

/** Makes imports of types visible to esbuild. */
function withTypeImports(source: string): string {
	return source.replace(/^(\s*)(import|export)\s+type\b(?=\s*(?:\{|\*|\w+\s+from))/gm, '$1$2');
}

/** What is wrong with the imports, one line each. Cycles are looked for among those of values: types load no module. */
export async function breachesOfLayers(sources: Sources): Promise<readonly string[]> {
	const imports = await importsOf(sources);
	const breaches: string[] = [];
	for (const { from, specifier, to } of imports) {
		const reason = reasonAgainst(from, specifier, to, sources);
		if (reason !== undefined) breaches.push(`${from} imports ${specifier}: ${reason}`);
	}
	return [...breaches, ...cycles(await importsOf(sources, 'values'))];
}

function reasonAgainst(from: string, specifier: string, to: string | undefined, sources: Sources): string | undefined {
	const part = partOf(from);
	const neutral = NEUTRAL.includes(part);
	if (to === undefined) return neutral ? 'no package and no platform module here' : undefined;
	if (neutral && !specifier.endsWith('.js')) return 'the ending .js is missing';
	if (neutral && !sources.has(to)) return 'no such file';
	const target = partOf(to);
	if (target === part) return part === 'src' ? reasonAgainstLayer(from, to) : undefined;
	if (part === 'src') return 'src imports nothing from outside';
	return HOSTS[part]?.includes(target) === false ? `${part} does not import ${target}` : undefined;
}

function partOf(file: string): string {
	const [first = '', second = ''] = file.split('/');
	return first === 'hosts' ? `${first}/${second}` : first;
}

function reasonAgainstLayer(from: string, to: string): string | undefined {
	const here = from.split('/')[1] ?? '';
	const there = to.split('/')[1] ?? '';
	if (here === there) return undefined;
	const left = LAYERS.findIndex(layer => layer.includes(there));
	const right = LAYERS.findIndex(layer => layer.includes(here));
	if (right < 0) return `${here} has no layer`;
	if (left < 0) return `${there} has no layer`;
	if (here === EXCEPTION.from && to === EXCEPTION.to) return undefined;
	if (left === right) return `${here} and ${there} are side by side`;
	return left > right ? `${there} is not on the left of ${here}` : undefined;
}

/** From the first of its files by name, so that it reads the same whichever one it was found at. */
function describeCycle(files: readonly string[]): string {
	const first = files.indexOf([...files].sort()[0]!);
	const turned = [...files.slice(first), ...files.slice(0, first)];
	return `cycle: ${[...turned, turned[0]].join(' -> ')}`;
}

/** Each cycle between files once, as `a -> b -> a`. */
function cycles(imports: readonly Import[]): readonly string[] {
	const next = new Map<string, string[]>();
	for (const { from, to } of imports) {
		if (to !== undefined) next.set(from, [...(next.get(from) ?? []), to]);
	}
	const done = new Set<string>();
	const found: string[] = [];
	const visit = (file: string, trail: readonly string[]) => {
		const begin = trail.indexOf(file);
		if (begin >= 0) found.push(describeCycle(trail.slice(begin)));
		if (begin >= 0 || done.has(file)) return;
		for (const to of next.get(file) ?? []) visit(to, [...trail, file]);
		done.add(file);
	};
	for (const file of next.keys()) visit(file, []);
	return found;
}
