// `report` as a user calls it: another metric, a part, formats, several studies.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { spearman } from '../../harness/metrics/spearman.ts';
import { readPredictions } from '../../harness/records/predictions.ts';
import { readRecords } from '../../harness/records/store.ts';
import type { Table } from '../../harness/report/tables/table.ts';
import { QUICK } from '../audit/quick-study.ts';
import { readTables } from '../report/tables/json-reader.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

async function report(...args: string[]) {
  const output = captureOutput();
  await runCommandLine(['report', ...args], services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

/** A copy without a report. */
function quickCopy(name = 'quick'): string {
  const folder = temporaryFolder();
  cpSync(QUICK, folder, { recursive: true });
  rmSync(join(folder, 'report'), { recursive: true, force: true });
  const study = readFileSync(join(folder, 'study.json'), 'utf8');
  writeFileSync(join(folder, 'study.json'), study.replace('"name": "quick"', `"name": "${name}"`));
  return folder;
}

const tablesIn = (file: string) => readTables(readFileSync(file, 'utf8'));
const csvIn = (folder: string, name: string) =>
  parse<Record<string, string>>(readFileSync(join(folder, `${name}.csv`)), { columns: true });

describe('--metric', () => {
  it('gives means, intervals and comparisons of another metric, computed from the predictions', async () => {
    const [folder, out] = [quickCopy(), temporaryFolder()];
    const options = ['--metric', 'spearman', '--only', 'task=glue/stsb'];
    expect(await report(folder, ...options, '--out', out)).toMatchObject({ code: 0 });
    const values = new Map<string, number[]>();
    for (const { id, config } of readRecords(join(folder, 'runs'))) {
      if (config.purpose !== 'final' || config.task.id !== 'glue/stsb') continue;
      const predictions = readPredictions(join(folder, 'runs', `${id}.json`));
      const [given, labels] = [predictions.map(({ prediction }) => prediction), predictions.map(({ label }) => label)];
      values.set(config.method.label, [...(values.get(config.method.label) ?? []), spearman(given, labels) ?? 0]);
    }
    const mean = (label: string) => (values.get(label) ?? []).reduce((sum, value) => sum + value, 0) / 2;
    const scores = csvIn(out, 'scores');
    for (const label of ['full', 'lora', 'xgblora']) {
      const row = scores.find(({ method }) => method === label);
      expect(Number(row?.['glue/stsb'])).toBeCloseTo(mean(label), 12);
    }
    expect(csvIn(out, 'quality').map(({ metric }) => metric)).toEqual(['spearman', 'spearman', 'spearman', '', '', '']);
    const [pair] = csvIn(out, 'comparisons');
    expect(pair).toMatchObject({ first: 'full', second: 'lora', metric: 'spearman' });
    expect(Number(pair?.difference)).toBeCloseTo(mean('full') - mean('lora'), 12);
    expect(Number(pair?.low)).toBeLessThan(Number(pair?.difference));
    // What a search went by stays what it was.
    expect(new Set(csvIn(out, 'search-trials').map(({ metric }) => metric))).toEqual(new Set(['pearson']));
  }, 60_000);

  it.each<[string, string[], RegExp]>([
    [
      'is not defined for a task',
      ['--metric', 'spearman'],
      /^peftbench: --metric spearman: is not defined for commonsense\/arc-easy, a task of choice; expected accuracy, acc, acc_norm, or --only with tasks of regression\n/,
    ],
    ['is none', ['--metric', 'bleu'], /^peftbench: .*bleu.* Allowed choices are accuracy, f1, /],
  ])('that %s is refused', async (_why, options, message) => {
    const folder = quickCopy();
    expect(await report(folder, ...options)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(existsSync(join(folder, 'report'))).toBe(false);
  });
});

describe('--only', () => {
  it('shows a part, which takes the place of no whole report', async () => {
    const folder = quickCopy();
    const { code, stdout, stderr } = await report(folder, '--only', 'method=lora,method=full,seed=0,task=glue/stsb');
    expect([code, stderr]).toEqual([0, 'of a part, or by another metric: written only where --out says\n']);
    expect(existsSync(join(folder, 'report'))).toBe(false);
    const rows = stdout.split('\n').filter((line) => /^\| (full|lora|xgblora) /.test(line));
    expect(rows.map((line) => line.split('|')[1]?.trim()).filter((label) => label === 'xgblora')).toEqual([]);
    expect(stdout).not.toContain('arc-easy');
    expect(stdout).not.toContain('not run');
  }, 60_000);

  it('refuses a value that the study has not', async () => {
    expect(await report(QUICK, '--only', 'task=glue/stbs')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^peftbench: --only task: "glue\/stbs" is no task of this study, did you mean "glue\/stsb"\?/,
      ),
    });
  });
});

describe('--format, --figures and --out', () => {
  it('say what is written, and where', async () => {
    const [folder, out] = [quickCopy(), join(temporaryFolder(), 'deep', 'out')];
    const { code, stdout, stderr } = await report(folder, '--out', out, '--format', 'tex,json', '--figures', 'svg');
    expect(code).toBe(0);
    const written = readdirSync(out)
      .filter((name) => !name.startsWith('.'))
      .sort();
    expect(written.filter((name) => !name.endsWith('.svg'))).toEqual(['index.html', 'tables.json', 'tables.tex']);
    expect(written).toEqual(expect.arrayContaining(['quality.svg', 'comparisons.svg', 'loss.svg']));
    expect(existsSync(join(folder, 'report'))).toBe(false);
    expect(stderr.match(/^wrote .*$/gm)).toHaveLength(written.length);
    const [scores] = tablesIn(join(out, 'tables.json'));
    const [lora] = scores?.rows.filter(([label]) => label?.text === 'lora') ?? [];
    expect(lora?.[1]?.command).toBe(`peftbench run ${folder} --only 'method=lora,task=glue/stsb'`);
    expect(lora?.[1]?.runs).toHaveLength(2);
    expect(stdout).toMatch(new RegExp(`^\\| lora +\\| +${lora?.[1]?.text} \\|`, 'm'));
  }, 60_000);

  it('refuse a format that there is not', async () => {
    expect(await report(QUICK, '--format', 'md,xls')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^peftbench: .*"xls"; expected md, csv, tex, json\n$/),
    });
  });
});

it('a report is the same however the path of its study was typed', async () => {
  const below = relative('', QUICK);
  const [typed, whole, both] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  expect(below).not.toMatch(/^\.\./);
  expect(await report(below, '--out', typed)).toMatchObject({ code: 0 });
  expect(await report(`./${below}/`, '--out', typed)).toMatchObject({ code: 0 });
  expect(await report(resolve(QUICK), '--out', whole)).toMatchObject({ code: 0 });
  for (const name of readdirSync(typed)) {
    expect(readFileSync(join(whole, name), 'utf8'), name).toBe(readFileSync(join(typed, name), 'utf8'));
  }
  expect(await report(resolve(QUICK), quickCopy('two'), '--out', both)).toMatchObject({ code: 0 });
  expect(readFileSync(join(both, 'tables.json'), 'utf8')).toContain(`"peftbench run ${below} `);
}, 120_000);

describe('several studies', () => {
  it('are reported one after another, and side by side where their rows compare', async () => {
    const [one, two, out] = [quickCopy('one'), quickCopy('two'), temporaryFolder()];
    const { code, stdout } = await report(one, two, '--out', out);
    expect(code).toBe(0);
    expect(stdout.match(/^## .*$/gm)?.filter((line) => !line.includes(','))).toEqual([
      '## one: minilm-l6',
      '## two: minilm-l6',
    ]);
    expect(stdout).toContain('## one, two\n\n**Studies side by side.**');
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['one', 'two', 'studies.csv', 'tables.md']));
    const rows = csvIn(out, 'studies');
    expect(rows).toHaveLength(2 * 9);
    expect(rows.slice(0, 6).map(({ study, method, task }) => [study, method, task])).toEqual(
      ['one', 'two'].flatMap((study) => ['full', 'lora', 'xgblora'].map((method) => [study, method, 'glue/stsb'])),
    );
    const [, lora] = tablesIn(join(out, 'one', 'tables.json'))[0]?.rows ?? [];
    expect(Number(rows[1]?.quality)).toBe(lora?.[1]?.value);
  }, 120_000);

  it('of one name have no folders to go to', async () => {
    const out = join(temporaryFolder(), 'out');
    expect(await report(quickCopy('one'), quickCopy('one'), '--out', out)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'peftbench: --out: two studies are called "one"; expected a name each, which is their folder\n',
    });
    expect(existsSync(out)).toBe(false);
  }, 60_000);

  it('have one JSON document', async () => {
    const { code, stdout } = await report(quickCopy('one'), quickCopy('two'), '--json');
    const document: { studies: { study: string }[]; together: Table[] } = JSON.parse(stdout);
    expect([code, document.studies.map(({ study }) => study)]).toEqual([0, ['one', 'two']]);
    expect(document.together[0]?.rows).toHaveLength(2 * 9);
  }, 60_000);
});
