#!/usr/bin/env node
// The command itself is TypeScript: tsx compiles it while it loads, whatever the current directory holds.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
const { main } = await import('./cli/main.ts');
await main();
