// Claims that make no sense are refused before a study runs, and not after it has.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { fakeCommandLine } from './fakes.ts';

const STUDY = {
  name: 'claimed',
  models: ['tiny'],
  methods: [{ method: 'full', learningRate: 1e-3 }],
  tasks: ['glue/stsb'],
  seeds: [0],
};
const claim = (than: string) => ({ kind: 'better', name: 'wins', says: 'full wins', method: 'full', than });

it.each([
  ['lora', 0, ''],
  ['lroa', 2, 'claims[0].than: "lroa" is no method, did you mean "lora"?'],
])('than %s: exit code %d', async (than, code, words) => {
  const cli = fakeCommandLine();
  const folder = temporaryFolder({
    'study.json': JSON.stringify(STUDY),
    'claims.json': JSON.stringify({ claims: [claim(than)] }),
  });
  const outcome = await cli.run('run', folder);
  expect([outcome.code, cli.executed.length]).toEqual([code, code === 0 ? 1 : 0]);
  expect(outcome.stderr).toContain(words);
  expect(existsSync(join(folder, 'runs'))).toBe(code === 0);
});
