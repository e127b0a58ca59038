#!/usr/bin/env node
// The command `peftbench`: installs what is missing, then runs harness/cli/main.ts.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, ROOT } from './dependencies.mjs';

await ensureDependencies();
const { register } = await import('tsx/esm/api');
// Its own, or that of the current folder would say where imports lead.
register({ tsconfig: join(ROOT, 'tsconfig.json') });
await import(pathToFileURL(join(ROOT, 'harness', 'cli', 'main.ts')).href);
