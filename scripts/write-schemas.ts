// `npm run schemas`: writes the page of keys and study.json's schema for editors, from the schemas that files are checked by.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from '../harness/cli/schemas.ts';
import { services } from '../harness/cli/services.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

for (const [path, text] of Object.entries(generatedFiles(await services.catalogue()))) {
  writeFileSync(`${ROOT}${path}`, text);
  process.stdout.write(`wrote ${path}\n`);
}
