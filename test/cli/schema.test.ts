// The keys of what is written by hand and by runs: every one described, printed, and written as they are.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { SCHEMAS, generatedFiles, methodSchema } from '../../harness/cli/schemas.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { keysOf } from '../../harness/contracts/schema-keys.ts';
import { METHODS } from '../../methods/index.ts';
import { captureOutput } from './captured-output.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ALL = [...SCHEMAS, ...METHODS.map(methodSchema)];

async function peftbench(...args: readonly string[]) {
  const output = captureOutput();
  await runCommandLine(args, services, output);
  return output;
}

describe.each(ALL.map((named) => [named.name, named.schema] as const))('the keys of %s', (_name, schema) => {
  it('are each described', () => {
    const undescribed = keysOf(schema).filter(({ description }) => description === '');
    expect(undescribed.map(({ path }) => path)).toEqual([]);
  });
});

describe('peftbench schema', () => {
  it('prints a JSON schema of each that compiles', async () => {
    for (const { name } of ALL) {
      const { printed, code, written } = await peftbench('schema', ...name.split(' '));
      expect([code, written]).toEqual([0, '']);
      new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(printed));
    }
  });

  it('prints the keys of each as a table', async () => {
    const { printed } = await peftbench('schema', 'method', 'lora', '--format', 'md');
    const lines = printed.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\| key +\| what it may be +\| default +\| what it is \|$/);
    expect(lines[2]).toMatch(/^\| `r` +\| an integer from 1 up to 65536 +\| `8` +\| rank of an adapter \|$/);
    expect(lines.length).toBe(
      2 + Object.keys(METHODS.find(({ name }) => name === 'lora')?.optionsSchema.properties ?? {}).length,
    );
  });

  it('is of study.json where nothing is named', async () => {
    expect((await peftbench('schema')).printed).toBe((await peftbench('schema', 'study')).printed);
  });

  it.each([
    [['studdy'], /Allowed choices are study, .*method\.$/],
    [['method'], /^peftbench: schema method: no name; expected one of frozen, full, lora, xgblora$/],
    [['method', 'lroa'], /^peftbench: schema method: "lroa" is no method, did you mean "lora"\?; expected frozen, /],
    [['study', 'lora'], /^peftbench: schema study: "lora"; expected nothing behind study$/],
  ])('refuses %j', async (args, message) => {
    const { code, written, printed } = await peftbench('schema', ...args);
    expect([code, printed]).toEqual([2, '']);
    expect(written.trimEnd()).toMatch(message);
  });
});

describe('what `npm run schemas` writes', async () => {
  const files = Object.entries(generatedFiles(await services.catalogue()));

  it.each(files)('%s is as it would be written now', (path, text) => {
    expect(readFileSync(`${ROOT}${path}`, 'utf8')).toBe(text);
  });
});
