// The table of quality: what is set apart, what is not told apart, and what needs no model.
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { aggregate } from '../../../harness/report/aggregate.ts';
import type { Compared } from '../../../harness/report/study-results.ts';
import { csvFiles } from '../../../harness/report/tables/csv.ts';
import { latexTable } from '../../../harness/report/tables/latex.ts';
import { markdownTable } from '../../../harness/report/tables/markdown.ts';
import type { Table } from '../../../harness/report/tables/table.ts';
import type { TaskScores } from '../../../harness/stats/scores.ts';
import { completed, sampleConfig } from '../../records/sample.ts';
import { reportOf } from '../made-report.ts';
import { comparedOf, MADE_SEEDS, madeScores } from '../made-scores.ts';

/** Records whose scores are those of the runs that are compared. */
function scoresTable({ methods, task }: TaskScores, compared: Compared): Table {
  const records = methods.flatMap(({ label, runs }) =>
    runs.map(({ seed, value }) => completed({ ...sampleConfig({ label, task, seed }), model: 'm' }, value)),
  );
  const axes = { models: ['m'], labels: methods.map(({ label }) => label), tasks: [task], seeds: MADE_SEEDS };
  const [table] = reportOf(aggregate(records, axes), { records, compared }).tables;
  if (table?.name !== 'scores') throw new Error('expected the scores first');
  return table;
}

describe('a method that the corrected tests tell apart', () => {
  const scores = madeScores('one');
  const table = scoresTable(scores, comparedOf([scores]));

  it('is set apart, and the others share a letter', () => {
    const cells = table.rows.slice(0, 3).map(([label, cell]) => [label?.text, cell?.best, cell?.letters]);
    expect(cells).toEqual([
      ['good', true, 'a'],
      ['weak', false, 'b'],
      ['says|one', false, 'b'],
    ]);
    expect(table.caption).toContain('Methods that share a letter on a task are not told apart');
    const [, text = ''] = markdownTable(table);
    expect(text).toMatch(/^\| good +\| +\*\*0\.\d{4} ± 0\.\d{4} a\*\* \| +0\.\d{4} \|$/m);
    expect(text).toMatch(/^\| weak +\| +0\.\d{4} ± 0\.\d{4} b \|/m);
    expect(latexTable(table)).toMatch(/good & \\textbf\{0\.\d{4} \$\\pm\$ 0\.\d{4} a\} & /);
  });

  it('stands beside what needs no model', () => {
    const rows = table.rows.slice(3).map(([label, cell, average]) => [label?.text, cell?.value, average?.value]);
    expect(rows).toEqual([
      ['(no model: majority)', 0.6, 0.6],
      ['(no model: chance)', 0.5, 0.5],
    ]);
  });

  it('has its figure whole, with the runs that it is made from and the command that makes them', () => {
    const [cell] = table.rows.map((row) => row[1]);
    const [deviation = 0] = [(cell?.high ?? 0) - (cell?.value ?? 0)];
    expect(cell?.value).toBeCloseTo(0.9, 1);
    expect((cell?.value ?? 0) - (cell?.low ?? 0)).toBeCloseTo(deviation, 12);
    expect(cell?.runs).toHaveLength(5);
    expect(cell?.command).toBe("peftbench run results/sample --only 'method=good,task=one'");
  });
});

it('methods that are not told apart have no letters, and that is said', () => {
  const { methods, ...scores } = madeScores('one');
  const alike = { ...scores, methods: methods.slice(1) };
  const table = scoresTable(alike, comparedOf([alike]));
  expect(table.rows.map(([, cell]) => [cell?.best, cell?.letters])).toEqual(Array(4).fill([false, undefined]));
  expect(table.notes[0]).toBe('on no task are two methods told apart by the corrected tests');
});

it('an average over fewer runs than were wanted says so', () => {
  const axes = { models: ['m'], labels: ['lora', 'full'], tasks: ['t/one', 't/two'], seeds: [0, 1] };
  const records = ['lora', 'full'].flatMap((label) =>
    ['t/one', 't/two'].flatMap((task) =>
      [0, 1].flatMap((seed) =>
        label === 'lora' && task === 't/two' && seed === 1
          ? []
          : completed({ ...sampleConfig({ label, task, seed }), model: 'm' }, 0.5),
      ),
    ),
  );
  const { tables } = reportOf(aggregate(records, axes), { records });
  const cells = tables[0]?.rows.map((row) => row[3]);
  expect(cells?.slice(0, 2)).toMatchObject([
    { text: '0.5000 (3 of 4 runs)', value: 0.5 },
    { text: '0.5000', value: 0.5 },
  ]);
  const lines = parse<Record<string, string>>(csvFiles(tables).get('quality') ?? '', { columns: true });
  expect(lines.filter(({ task }) => task === 'average')).toMatchObject([
    { method: 'lora', completed: '3', missing: '1' },
    { method: 'full', completed: '4', missing: '0' },
  ]);
});

it('what was not run says so, and gives the command', () => {
  const axes = { models: ['m'], labels: ['lora'], tasks: ['t/one'], seeds: [0, 1] };
  const [table] = reportOf(aggregate([], axes)).tables;
  expect(table?.rows[0]?.[1]).toMatchObject({
    ...{ text: '— (2 not run)', value: null, reason: 'not run', runs: [] },
    command: "peftbench run results/sample --only 'method=lora,task=t/one'",
  });
});
