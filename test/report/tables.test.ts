// What readers and programs are shown of records: the tables in Markdown and CSV.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { type Axes, aggregate } from '../../harness/report/aggregate.ts';
import { writeReport } from '../../harness/report/write.ts';
import { completed, sampleConfig, unfinished } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { csvOf, markdownOf, reportOf } from './made-report.ts';

const axes: Axes = { models: ['tiny'], labels: ['lora', 'xgb, "2"'], tasks: ['t/one'], seeds: [0, 1] };
const records = [
  completed(sampleConfig({ task: 't/one', seed: 0 }), 0.8),
  completed(sampleConfig({ task: 't/one', seed: 1 }), 0.9),
  unfinished(sampleConfig({ label: 'xgb, "2"', task: 't/one', seed: 0 }), 'failed', 'signal SIGKILL'),
];
const summary = aggregate(records, axes);

describe('Markdown', () => {
  const text = markdownOf(summary, { records });
  const lines = text.split('\n');

  test('shows means with deviations, an average, and what failed', () => {
    expect(lines.find((line) => line.startsWith('| lora'))).toMatch(/^\| lora +\| +0\.8500 ± 0\.0707 \| +0\.8500 \|$/);
    expect(lines.find((line) => line.startsWith('| xgb'))).toMatch(/— \(1 failed, 1 not run\) \| +— \|$/);
    expect(text).toContain('- xgb, "2", t/one: seed 0 failed: signal SIGKILL');
    expect(text).toContain('- xgb, "2", average: — no figure for t/one');
  });

  test('shows costs in readable units, and never a 0 for what is missing', () => {
    const ofMethod = (label: string) => lines.filter((line) => line.startsWith(`| ${label}`));
    const [, parameters, costs] = ofMethod('lora');
    expect(parameters).toMatch(/\| +0\.001 \| +50 \| +5\.000 % \| +200 \| +60 \| +5 \|$/);
    expect(costs).toMatch(
      /\| +0\.100 \(0\.090 to 0\.200, n 4\) \| +0\.120 \(0\.100 to 0\.200, n 4\) \| +200 MB \| +2 \|$/,
    );
    const [, noParameters, noCosts] = ofMethod('xgb');
    expect(noParameters).toMatch(/\| +0\.001 \| +— \| +— \| +— \| +— \| +— \|$/);
    expect(noCosts).toMatch(/\| +— \| +— \| +— \| +0 \|$/);
  });

  test('says once why a row has no figure', () => {
    expect(text.match(/xgb, "2", t\/one: — failed/g)).toHaveLength(1);
  });

  test('lines up: the rows of a table are equally long', () => {
    const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
    expect(tables).toHaveLength(4);
    for (const table of tables)
      expect(
        new Set(
          table
            .trim()
            .split('\n')
            .map((line) => line.length),
        ).size,
      ).toBe(1);
  });
});

describe('names with letters that Markdown and CSV read', () => {
  const labels = ['a|b, "c"', 'line\none', 'back\\slash\\|', '*r* <b> `x` [y](z) _e_ &lt;', 'plain_name, ранг & 低秩'];
  const model = 'models/a|b,=é';
  const records = labels.map((label) => {
    const config = sampleConfig({ label, task: 't/one', seed: 0 });
    return label === labels[1]
      ? unfinished({ ...config, model }, 'failed', 'lost | at\n<line>')
      : completed({ ...config, model }, 0.5);
  });
  const summary = aggregate(records, { models: [model], labels, tasks: ['t/one'], seeds: [0] });

  test('stand in Markdown as they are, a row a line and a cell a column', () => {
    const text = markdownOf(summary, { study: 'a|<study>', records });
    expect(text).toMatch(/^## a\\\|\\<study>: models\/a\\\|b,=é\n/);
    const rows = text.split('\n\n').flatMap((block) => (block.startsWith('|') ? [block.trim().split('\n')] : []));
    expect(rows.map((table) => table.length)).toEqual([7, 3, 7, 7]);
    const [quality, , ...costs] = rows;
    for (const table of [quality ?? [], ...costs]) {
      const cells = table.map((line) => line.match(/(?:\\.|[^|\\])+/g)?.map((cell) => cell.trim()) ?? []);
      expect(new Set(cells.map(({ length }) => length)).size).toBe(1);
      const shown = cells.slice(2).map(([label = '']) => label.replaceAll(/\\([\\|`*<~[\]&_])/g, '$1'));
      expect(shown).toEqual(labels.map((label) => label.replace('\n', ' ')));
      // What was not escaped means nothing to Markdown.
      for (const [label = ''] of cells.slice(2))
        expect(label.replaceAll(/\\./g, '')).not.toMatch(/[|`*<[\]]|&lt;|\b_|_\b/);
    }
    expect(text).toContain('| plain_name, ранг & 低秩 ');
    expect(text).toContain('- line one, t/one: seed 0 failed: lost \\| at \\<line>');
  });

  test('stand in CSV as they are', () => {
    for (const name of ['quality', 'cost', 'runs']) {
      const rows = parse<Record<string, string>>(csvOf(name, summary, { records }), { columns: true });
      expect([...new Set(rows.map(({ method }) => method))], name).toEqual(labels);
      expect(new Set(rows.map((row) => row.model))).toEqual(new Set([model]));
    }
  });
});

describe('the written report', () => {
  const report = reportOf(summary, { records });
  const read = (folder: string, name: string) =>
    parse<Record<string, string>>(readFileSync(join(folder, name)), { columns: true });

  test('has figures in full and an empty cell with a reason for what is missing', () => {
    const folder = join(temporaryFolder(), 'report');
    const files = writeReport(folder, report).map((file) => basename(file));
    const csv = ['scores', 'parameters', 'quality', 'cost', 'runs'].map((name) => `${name}.csv`);
    expect(files).toEqual(expect.arrayContaining(['tables.md', 'tables.tex', 'tables.json', 'quality.svg', ...csv]));
    const [lora, xgb, ...averages] = read(folder, 'quality.csv');
    expect(Number(lora?.mean)).toBeCloseTo(0.85, 12);
    expect(lora).toMatchObject({ method: 'lora', completed: '2', missing: '0', note: '', mean_reason: '' });
    expect(xgb).toMatchObject({ method: 'xgb, "2"', mean: '', deviation: '', failed: '1', missing: '1' });
    expect(xgb).toMatchObject({ mean_reason: 'failed', note: 'seed 0 failed: signal SIGKILL' });
    expect(averages.map((row) => row.task)).toEqual(['average', 'average']);
    const [cost, none] = read(folder, 'cost.csv');
    expect(cost).toMatchObject({
      trainable: '50',
      share: '0.05',
      peak_rss_bytes: '200000000',
      seconds_per_batch: '0.1',
    });
    expect(none).toMatchObject({ trainable: '', peak_rss_bytes: '', seconds_per_batch: '' });
    expect(none?.seconds_per_batch_reason).toBe('failed');
    const runs = read(folder, 'runs.csv');
    expect(runs.map((run) => [run.id, run.status, run.value, run.error])).toEqual([
      [records[0]?.id, 'completed', '0.8', ''],
      [records[1]?.id, 'completed', '0.9', ''],
      [records[2]?.id, 'failed', '', 'signal SIGKILL'],
    ]);
    expect(readFileSync(join(folder, 'tables.md'), 'utf8')).toBe(markdownOf(summary, { records }));
  });

  test('is the same when it is written again', () => {
    const folder = temporaryFolder();
    const contents = () => writeReport(folder, report).map((file) => readFileSync(file, 'utf8'));
    expect(contents()).toEqual(contents());
  });

  test('has the formats that are asked for, and no other', () => {
    const written = (formats: Parameters<typeof writeReport>[2]) =>
      writeReport(temporaryFolder(), report, formats).map((file) => basename(file));
    expect(written({ tables: ['tex'], figures: [] })).toEqual(['tables.tex']);
    const figures = report.figures.map(({ name }) => name);
    expect(figures).toContain('quality');
    expect(written({ tables: ['json'], figures: ['svg', 'png'] })).toEqual([
      'tables.json',
      ...figures.map((name) => `${name}.svg`),
      ...figures.map((name) => `${name}.png`),
    ]);
  });
});
