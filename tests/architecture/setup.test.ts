import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A project with one package of its own, which npm installs without a registry. */
describe('setup', () => {
	let folder: string;

	const write = (name: string, content: unknown) => writeFileSync(path.join(folder, name), JSON.stringify(content));
	const inModules = (name: string) => path.join(folder, 'node_modules', name);
	const setup = () => {
		// As a user calls it, not from inside npm.
		const { npm_execpath: _, ...env } = process.env;
		return spawnSync(process.execPath, [path.join(folder, 'tools/setup.mjs')], { env, encoding: 'utf8' });
	};
	const lock = (version: string) => {
		const dependencies = { inner: 'file:inner' };
		write('package.json', { name: 'outer', version: '1.0.0', dependencies });
		write('inner/package.json', { name: 'inner', version });
		write('package-lock.json', {
			name: 'outer',
			version: '1.0.0',
			lockfileVersion: 3,
			requires: true,
			packages: {
				'': { name: 'outer', version: '1.0.0', dependencies },
				inner: { version },
				'node_modules/inner': { resolved: 'inner', link: true },
			},
		});
	};

	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'setup-'));
		mkdirSync(path.join(folder, 'inner'));
		mkdirSync(path.join(folder, 'tools'));
		cpSync(path.join(root, 'tools/setup.mjs'), path.join(folder, 'tools/setup.mjs'));
		lock('1.0.0');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	test('installs what the lock file names, once, and links the command', () => {
		expect(setup()).toMatchObject({ status: 0, stdout: 'installing packages ...\n', stderr: '' });
		expect(existsSync(inModules('inner/package.json'))).toBe(true);
		expect(lstatSync(inModules('.bin/atrun')).isSymbolicLink()).toBe(true);
		expect(setup()).toMatchObject({ status: 0, stdout: '', stderr: '' });
	});

	test('installs again when the lock file has changed', () => {
		setup();
		lock('2.0.0');
		expect(setup()).toMatchObject({ status: 0, stdout: 'installing packages ...\n' });
		expect(setup()).toMatchObject({ status: 0, stdout: '' });
	});

	test('is content with what npm ci installed by hand, as long as it is the same', () => {
		setup();
		rmSync(inModules('.atrun-setup'));
		expect(setup()).toMatchObject({ status: 0, stdout: '' });
		rmSync(inModules('.atrun-setup'));
		lock('2.0.0');
		expect(setup()).toMatchObject({ status: 0, stdout: 'installing packages ...\n' });
	});

	test('says what npm says when it fails, and tries again the next time', () => {
		const sound = readFileSync(path.join(folder, 'package.json'));
		write('package.json', {
			name: 'outer',
			version: '1.0.0',
			dependencies: { inner: 'file:inner', other: 'file:other' },
		});
		const { status, stderr } = setup();
		expect(status).toBe(1);
		expect(stderr).toMatch(/^setup: npm could not install the packages; it says:\n.*\n/);
		writeFileSync(path.join(folder, 'package.json'), sound);
		expect(setup()).toMatchObject({ status: 0, stdout: 'installing packages ...\n' });
	});
});
