import { getHeapSnapshot } from 'node:v8';

interface Snapshot {
	readonly snapshot: {
		readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
	};
	readonly nodes: readonly number[];
}

/** What a program makes; the engine's own code, shapes and feedback still grow for days. */
const OURS = new Set([
	'object',
	'array',
	'string',
	'concatenated string',
	'sliced string',
	'closure',
	'number',
	'bigint',
	'symbol',
	'regexp',
]);

/** Octets of all objects, arrays, strings and functions that are left when the garbage is collected. */
export async function objectsInUse(): Promise<number> {
	const chunks: Buffer[] = [];
	for await (const chunk of getHeapSnapshot()) chunks.push(chunk as Buffer);
	const { snapshot, nodes } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Snapshot;
	const { node_fields: fields, node_types: types } = snapshot.meta;
	const size = fields.indexOf('self_size');
	const ours = types[0].map(name => OURS.has(name));
	let sum = 0;
	for (let at = 0; at < nodes.length; at += fields.length) if (ours[nodes[at]!]) sum += nodes[at + size]!;
	return sum;
}
