#!/usr/bin/env node
/** Installs what package-lock.json names, once, and again when it changes. Quick when there is nothing to do. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
const stamp = path.join(modules, '.atrun-setup');
const lock = readFileSync(path.join(root, 'package-lock.json'));
const wanted = createHash('sha256').update(lock).digest('hex');

checkNode();
if (!isInstalled()) install();
linkCommand();

function checkNode() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const [oldMajor = 0, oldMinor = 0] = OLDEST_NODE;
	if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
	fail(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node} (${process.execPath}).`);
}

function isInstalled() {
	if (!existsSync(modules)) return false;
	if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === wanted;
	if (!matchesLock()) return false;
	writeFileSync(stamp, wanted);
	return true;
}

/** Whether an installation made by hand (`npm ci`) has every package of the lock file in its version. */
function matchesLock() {
	const record = path.join(modules, '.package-lock.json');
	if (!existsSync(record)) return false;
	const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
	return Object.entries(JSON.parse(lock.toString()).packages).every(
		([place, { version, optional }]) =>
			place === '' || installed[place]?.version === version || (optional === true && installed[place] === undefined),
	);
}

function install() {
	console.log('installing packages ...');
	const npm = process.env.npm_execpath;
	const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
	const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	const done = spawnSync(command, [...first, ...options], { cwd: root, encoding: 'utf8' });
	if (done.error) fail(`npm cannot be started: ${done.error.message}`);
	if (done.status !== 0) {
		const output = `${done.stdout}${done.stderr}`.trim().split('\n').slice(0, 15).join('\n');
		fail(`npm could not install the packages; it says:\n${output}`);
	}
	writeFileSync(stamp, wanted);
}

/** Makes `npx atrun` work in the checkout: npm links no command of the package itself. */
function linkCommand() {
	const link = path.join(modules, '.bin', 'atrun');
	if (lstatSync(link, { throwIfNoEntry: false }) !== undefined || process.platform === 'win32') return;
	mkdirSync(path.dirname(link), { recursive: true });
	symlinkSync('../../hosts/node/atrun.mjs', link);
}

/** @param {string} message */
function fail(message) {
	console.error(`setup: ${message}`);
	process.exit(1);
}
