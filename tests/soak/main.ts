import { parseArgs } from 'node:util';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { objectsInUse } from './node-heap.js';
import { figuresOf, reportOf, verdictOf } from './report.js';
import { type Plant, soak } from './soak.js';

const HELP = `usage: npm run soak -- [options]
A board on a virtual clock, with requests and faults at random, until something breaks that must not.
  --seed <n>     the same seed gives the same month (1)
  --days <n>     virtual days, parts too (30)
  --short        2 days, where --days is not given
  --strict       the board in strict mode, to compare its outages; what it loses is no failure
  --events       tell of each fault and each recovery
  --trace <from> <to>  what passes on the instances between these times [virtual seconds]`;

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			seed: { type: 'string', default: '1' },
			days: { type: 'string' },
			short: { type: 'boolean', default: false },
			strict: { type: 'boolean', default: false },
			events: { type: 'boolean', default: false },
			trace: { type: 'boolean', default: false },
			plant: { type: 'string' },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const seed = Number(values.seed);
	const days = Number(values.days ?? (values.short ? 2 : 30));
	if (!Number.isInteger(seed) || seed < 0 || !(days > 0 && days <= 400)) {
		console.error(HELP);
		return 2;
	}
	const [from = 0, to = Number.POSITIVE_INFINITY] = positionals.map(Number);
	const began = performance.now();
	const result = await soak({
		seed,
		days,
		digest: new NodeDigest(),
		strict: values.strict,
		heap: objectsInUse,
		...(values.plant !== undefined && { plant: values.plant as Plant }),
		...(values.events && { onEvent: (line: string) => console.log(line) }),
		...(values.trace && {
			onNote: (source: string, text: string) => {
				const at = Number.parseFloat(text);
				if (at >= from && at <= to) console.log(`${source} ${text.replace(/[\r\n]/g, '~')}`);
			},
		}),
	});
	for (const line of reportOf(result)) console.log(line);
	for (const line of figuresOf(result, (performance.now() - began) / 1000)) console.log(line);
	for (const line of result.broken) console.log(`broken ${line}`);
	console.log(verdictOf(result));
	return result.brokenCount === 0 ? 0 : 1;
}

process.exitCode = await main();
