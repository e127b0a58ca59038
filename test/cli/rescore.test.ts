// `rescore` as a user runs it: another metric of results/quick from its predictions.
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { spearman } from '../../harness/metrics/spearman.ts';
import { readPredictions } from '../../harness/records/predictions.ts';
import { readRecords } from '../../harness/records/store.ts';
import { QUICK } from '../audit/quick-study.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

async function rescore(...args: string[]) {
  const output = captureOutput();
  await runCommandLine(['rescore', ...args], services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

/** Spearman's correlation of LoRA's runs on STS-B, by seed. */
function spearmanOfLora(): number[] {
  return readRecords(join(QUICK, 'runs'))
    .filter(
      ({ config: { purpose, method, task } }) =>
        purpose === 'final' && method.name === 'lora' && task.id === 'glue/stsb',
    )
    .sort((a, b) => a.seed - b.seed)
    .map(({ id }) => {
      const predictions = readPredictions(join(QUICK, 'runs', `${id}.json`));
      return (
        spearman(
          predictions.map(({ prediction }) => prediction),
          predictions.map(({ label }) => label),
        ) ?? 0
      );
    });
}

it('gives mean and deviation over seeds, a row a method and task', async () => {
  const [first = 0, second = 0] = spearmanOfLora();
  const { code, stdout, stderr } = await rescore(QUICK, '--metric', 'spearman', '--only', 'task=glue/stsb');
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(2 + 3);
  const deviation = Math.abs(first - second) / Math.SQRT2;
  expect(lines[3]).toBe(
    `| minilm-l6 | glue/stsb | lora    | ${((first + second) / 2).toFixed(4)} ± ${deviation.toFixed(4)} |  0, 1 |`,
  );
});

it('writes the rows as CSV or JSON, and prints them as JSON', async () => {
  const folder = temporaryFolder();
  const args = [QUICK, '--metric', 'accuracy', '--only', 'task=commonsense/arc-easy,seed=1'];
  const csv = await rescore(...args, '--out', join(folder, 'rows.csv'));
  expect(csv).toMatchObject({ code: 0, stderr: `wrote ${join(folder, 'rows.csv')}\n` });
  const rows: Record<string, string>[] = parse(readFileSync(join(folder, 'rows.csv')), { columns: true });
  expect(
    rows.map(({ method, mean, deviation, completed, note }) => [method, mean, deviation, completed, note]),
  ).toEqual([
    ['full', '0.2875', '', '1', 'one value has no deviation'],
    ['lora', '0.2', '', '1', 'one value has no deviation'],
    ['xgblora', '0.2375', '', '1', 'one value has no deviation'],
  ]);
  const json = await rescore(...args, '--out', join(folder, 'rows.json'), '--json');
  expect(readFileSync(join(folder, 'rows.json'), 'utf8')).toBe(json.stdout);
  expect(JSON.parse(json.stdout).rows[0]).toMatchObject({
    label: 'full',
    metric: 'accuracy',
    runs: [{ seed: 1, all: { accuracy: 0.2875 } }],
  });
});

it.each<[string, string[], RegExp]>([
  [
    'a metric that is not defined for the kind of a task',
    ['--metric', 'spearman', '--only', 'task=commonsense/arc-easy'],
    /^peftbench: --metric spearman: is not defined for commonsense\/arc-easy, a task of choice; expected accuracy, acc, acc_norm, or --only with tasks of regression\n$/,
  ],
  ['a metric that there is not', ['--metric', 'bleu'], /^peftbench: .*bleu.* Allowed choices are accuracy, f1, /],
  ['no metric', [], /^peftbench: .*--metric <name>.* not specified\n$/],
  [
    'a file of another form',
    ['--metric', 'accuracy', '--out', 'rows.xlsx'],
    /^peftbench: .*rows\.xlsx.*expected a name that ends in \.csv or \.json\n$/,
  ],
])('refuses %s in one line', async (_what, args, words) => {
  const { code, stdout, stderr } = await rescore(QUICK, ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(words);
  expect(existsSync('rows.xlsx')).toBe(false);
});

it('refuses predictions that are not those of the record', async () => {
  const folder = temporaryFolder();
  cpSync(QUICK, folder, { recursive: true });
  const [record] = readRecords(join(QUICK, 'runs'));
  rmSync(join(folder, 'runs', `${record?.id}.predictions.jsonl`));
  const { code, stderr } = await rescore(folder, '--metric', 'accuracy', '--only', 'task=commonsense/arc-easy');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/predictions\.jsonl: no such file; /)]);
});
