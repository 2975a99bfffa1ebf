#!/usr/bin/env node
/** Runs the soak: see `npm run soak -- --help`. */
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
await import(new URL('main.ts', import.meta.url).href);
