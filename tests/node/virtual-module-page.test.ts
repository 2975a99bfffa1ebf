import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CommandEntry } from '../../hosts/simulator/module/command.js';
import { PYTHON_COMMANDS } from '../../hosts/simulator/module/command-table.js';

const PAGE = readFileSync(new URL('../../docs/virtual-module.md', import.meta.url), 'utf8');
const FORMS = [
	['run', 'execute'],
	['set', 'set'],
	['`?`', 'read'],
	['`=?`', 'test'],
] as const;

interface Row {
	readonly name: string;
	readonly forms: string;
	readonly source: string;
	readonly here: string;
}

/** The rows of the page's tables of commands. */
function rows(): Row[] {
	const found = PAGE.matchAll(/^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm);
	return [...found].map(([, name = '', forms = '', source = '', here = '']) => ({ name, forms, source, here }));
}

function formsOf(entry: CommandEntry): string {
	return FORMS.filter(([, form]) => entry[form] !== undefined)
		.map(([word]) => word)
		.join(' ');
}

describe('docs/virtual-module.md', () => {
	test('has every command of the virtual module, once, and no other', () => {
		const names = rows().map(({ name }) => name);
		expect([...names].sort()).toEqual(Object.keys(PYTHON_COMMANDS).sort());
		expect(new Set(names).size).toBe(names.length);
	});

	test('has the forms that each command answers', () => {
		const written = rows().map(({ name, forms }) => `${name}: ${forms}`);
		expect(written).toEqual(rows().map(({ name }) => `${name}: ${formsOf(PYTHON_COMMANDS[name]!)}`));
	});

	test('names a source for each, with the clause of a standard, and says what is simplified', () => {
		const SOURCE =
			/^((V\.250|27\.005|27\.007|27\.010|51\.011) C?[\d.]+[\d., –]*|27\.010|Telit|application note( \d[\d.]*)?|named with \+IPR in requests)$/;
		for (const { name, source, here } of rows()) {
			for (const part of source.split('; ')) expect(part, name).toMatch(SOURCE);
			expect(here.length, name).toBeGreaterThan(3);
		}
	});

	test('names files that are there', () => {
		const names = [...PAGE.matchAll(/`([a-z-]+\.ts)`/g)].map(([, file]) => file!);
		expect(names.length).toBeGreaterThan(3);
		for (const file of names) {
			const places = ['simulator/', 'simulator/module/'].map(
				folder => new URL(`../../hosts/${folder}${file}`, import.meta.url),
			);
			expect(places.some(exists), file).toBe(true);
		}
	});
});

function exists(path: URL): boolean {
	try {
		readFileSync(path);
		return true;
	} catch {
		return false;
	}
}
