// Sweeps, gaps and commands of the paper's tables and figures, on records made by hand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOnly } from '../../../harness/cli/only.ts';
import type { PlotChart } from '../../../harness/report/figures/chart.ts';
import { rowCommand } from '../../../harness/report/paper/cell.ts';
import type { PaperEvidence } from '../../../harness/report/paper/evidence.ts';
import { paperReport } from '../../../harness/report/paper/paper-report.ts';
import { parseTemplate } from '../../../harness/report/paper/parse.ts';
import { templateNamed } from '../../../harness/report/paper/templates.ts';
import type { Table } from '../../../harness/report/tables/table.ts';
import { unfinished } from '../../records/sample.ts';
import { configsOf, evidenceOf, parse, recordOf, STUDY } from './sample-study.ts';

const study = parse(STUDY);
const evidence = evidenceOf(study);

function table(name: Parameters<typeof templateNamed>[0], from: PaperEvidence): Table {
  const [filled] = paperReport([templateNamed(name)], from).tables;
  if (filled === undefined) throw new Error(`${name} is no table`);
  return filled;
}

function figure(name: Parameters<typeof templateNamed>[0], from: PaperEvidence): PlotChart {
  const [filled] = paperReport([templateNamed(name)], from).charts;
  if (filled?.kind !== 'plot') throw new Error(`${name} is no plot`);
  return filled;
}

const texts = ({ rows }: Table, columns: readonly number[]) =>
  rows.map((cells) => columns.map((column) => cells[column]?.text));

const scoresOf = (label: string, task: string, from = evidence) =>
  from.records.flatMap((record) =>
    record.status === 'completed' && record.config.method.label === label && record.config.task.id === task
      ? (record.metrics.primary.value ?? [])
      : [],
  );
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('sweeps', () => {
  test('are found by the value of the option, whatever the labels: ranks with the alphas that go with them', () => {
    expect(texts(table('table-5', evidence), [1, 2])).toEqual([
      ['low', '2'],
      ['lora', '8'],
      ['high, wide', '32'],
      // No rank is swept of XGBLoRA: its rows are shown as they are, and that is said.
      ['xgblora', '1'],
      ['short', '1'],
      ['long', '1'],
      ['thick', '1'],
    ]);
    expect(table('table-5', evidence).notes).toEqual(['no two rows of xgblora differ in options.r alone']);
  });

  test('leave out rows that differ in another option too', () => {
    expect(texts(table('table-6', evidence), [1, 2])).toEqual([
      ['xgblora', '2'],
      ['thick', '4'],
    ]);
    const [panel] = figure('figure-4', evidence).panels;
    expect(panel?.series.map(({ name, joined, points }) => [name, joined, points.map(({ x }) => x)])).toEqual([
      ['xgblora', true, [2, 8, 32]],
    ]);
  });

  test('draw means with intervals, and LoRA as lines', () => {
    const { panels } = figure('figure-4', evidence);
    expect(panels.map(({ title }) => title)).toEqual(['glue/stsb', 'glue/mrpc']);
    const [panel] = panels;
    const [point] = panel?.series[0]?.points ?? [];
    expect(point?.y).toBeCloseTo(mean(scoresOf('short', 'glue/stsb')), 12);
    expect((point?.low ?? 1) < (point?.y ?? 0) && (point?.y ?? 1) < (point?.high ?? 0)).toBe(true);
    expect(panel?.levels.map(({ name }) => name)).toEqual(['lora']);
    expect(panel?.levels[0]?.y).toBeCloseTo(mean(scoresOf('lora', 'glue/stsb')), 12);
  });

  test('put the error over boosters and ranks, and memory over the ranks added up', () => {
    const { panels } = figure('figure-2', evidence);
    const of = (title: string) => panels.find((panel) => panel.title === `${title}, glue/stsb`);
    const xs = (title: string) => of(title)?.series.map(({ points }) => points.map(({ x }) => x));
    expect(xs('error against boosters')).toEqual([[32, 8, 2]]);
    expect(xs('memory of the update')).toEqual([
      [2, 8, 32],
      [32, 8, 2],
    ]);
    expect(of('memory of the update')?.series.map(({ points }) => points.map(({ y }) => y))).toEqual([
      [3200, 12_800, 51_200],
      [1600, 1600, 1600],
    ]);
    // Two steps: the last tenth is the last one, 1 and a hundredth of the run's place in the study.
    const losses = evidence.records.flatMap(({ config, losses }) =>
      config.method.label === 'low' && config.task.id === 'glue/stsb' ? losses.slice(-1) : [],
    );
    expect(of('error against rank')?.series[0]?.points[0]?.y).toBeCloseTo(mean(losses), 12);
  });

  const ofRank = (r: number, more: object = {}) => ({
    ...{ method: 'lora', label: `r${r}`, options: { r, alpha: 2 * r } },
    space: { learningRate: [1e-3, 2e-3], 'options.dropout': [0, 0.1] },
    ...more,
  });
  const searched = (...methods: object[]): PaperEvidence['study'] =>
    parse({ ...STUDY, methods, search: { seed: 9, holdout: 8 } });
  const labelsOf = (from: PaperEvidence['study']) =>
    texts(table('table-5', { ...evidence, study: from, records: [] }), [1]).flat();

  test('are apart where the study has other ranges of another option, or another rate of the head', () => {
    const wide = { learningRate: [1e-3, 2e-3], 'options.dropout': [0, 0.2] };
    expect(labelsOf(searched(ofRank(2), ofRank(8), ofRank(32, { space: wide })))).toEqual(['r2', 'r8']);
    expect(labelsOf(searched(ofRank(2), ofRank(8), ofRank(32, { headLearningRate: 5e-3 })))).toEqual(['r2', 'r8']);
    const rates = { learningRate: [1e-4, 2e-4], 'options.dropout': [0, 0.1] };
    expect(labelsOf(searched(ofRank(2), ofRank(8), ofRank(32, { space: rates })))).toEqual(['r2', 'r8', 'r32']);
  });

  test('say what a search chose otherwise for one row than for another', () => {
    const own = parse({ ...STUDY, methods: [2, 8].map((r) => ofRank(r)), search: { seed: 9, holdout: 8 } });
    const notes = (dropouts: Readonly<Record<string, number>>) => {
      const chosen = configsOf(own).filter(
        ({ method }) => method.learningRate === 1e-3 && method.options.dropout === dropouts[method.label],
      );
      const filled = table('table-5', { ...evidence, study: own, records: chosen.map(recordOf) });
      expect(texts(filled, [1])).toEqual([['r2'], ['r8']]);
      return filled.notes.filter((note) => note.includes('differ'));
    };
    expect(notes({ r2: 0, r8: 0.1 })).toEqual([
      'rows of lora differ in options.dropout too, as a search chose it: 0 (r2), 0.1 (r8)',
    ]);
    expect(notes({ r2: 0.1, r8: 0.1 })).toEqual([]);
  });

  test('have no row of an option that a search chose', () => {
    const searched = {
      ...STUDY,
      methods: [{ method: 'lora', space: { learningRate: [1e-3, 2e-3], 'options.r': [4, 8] } }],
      search: { seed: 9, holdout: 8 },
    };
    const none = { ...evidence, study: parse(searched), records: [] };
    expect(table('table-5', none).rows).toEqual([]);
  });
});

describe('runs that are not there', () => {
  const isGone = ({ method, task, seed }: { method: { label: string }; task: { id: string }; seed: number }) =>
    method.label === 'high, wide' && task.id === 'glue/mrpc' && seed !== 1;
  const some = { ...evidence, records: evidence.records.filter(({ config }) => !isGone(config)) };

  test('have a command that makes exactly them', () => {
    const [, , row] = table('table-5', some).rows;
    const cell = row?.find(({ text }) => text.endsWith('(1 of 3 seeds)'));
    expect(cell?.reason).toBeNull();
    expect(cell?.command).toBe(
      `peftbench run results/sample --only '"method=high, wide",task=glue/mrpc,seed=0,seed=2'`,
    );
    const only = parseOnly(['"method=high, wide",task=glue/mrpc,seed=0,seed=2'], study);
    expect(configsOf(study).filter(only)).toEqual(configsOf(study).filter(isGone));
  });

  test('are told in the notes, with what they are for', () => {
    expect(table('table-5', some).notes).toContain(
      `high, wide: 2 runs to make (score on glue/mrpc, average, peak memory): \`peftbench run results/sample --only '"method=high, wide",task=glue/mrpc,seed=0,seed=2'\``,
    );
    expect(table('table-5', { ...evidence, records: [] }).notes).toContain(
      'nothing has been run: `peftbench run results/sample`',
    );
  });

  test('of a whole row are not run, and no number is in their place', () => {
    const without = { ...evidence, records: evidence.records.filter(({ config }) => config.method.label !== 'low') };
    const [row] = table('table-5', without).rows;
    expect(row?.slice(3).map(({ text, value }) => [text, value])).toEqual(Array(6).fill(['not run', null]));
    expect(row?.[3]?.command).toBe("peftbench run results/sample --only 'method=low,task=glue/stsb'");
    expect(row?.[3]?.reason).toBe('glue/stsb, seed 0, 1, 2: not run');
  });

  test('that failed say how', () => {
    const records = evidence.records.map((record) =>
      record.config.method.label === 'low' && record.seed === 2
        ? unfinished(record.config, 'diverged', 'the loss is not finite')
        : record,
    );
    const [row] = table('table-5', { ...evidence, records }).rows;
    expect(row?.[3]?.text).toMatch(/ \(2 of 3 seeds\)$/);
    expect(table('table-5', { ...evidence, records }).notes).toContain(
      'low, 2: glue/stsb, seed 2: diverged: the loss is not finite (score on glue/stsb, average, peak memory)',
    );
  });
});

test('seconds and memory are of runs measured alike', () => {
  const records = evidence.records.map((record) =>
    record.config.method.label === 'low' && record.seed === 0
      ? { ...record, environment: { ...record.environment, cpu: 'another' } }
      : record,
  );
  const filled = table('table-5', { ...evidence, records });
  const at = filled.columns.findIndex(({ key }) => key === 'peak_rss_bytes');
  expect(filled.rows[0]?.[at]?.text).toMatch(/\(2 of 3 seeds\)$/);
  expect(filled.notes.join('\n')).toContain('glue/mrpc, seed 0: measured otherwise than most: another');
});

test('a mean over seeds that were scored differently is a gap', () => {
  const records = evidence.records.map((record) =>
    record.status === 'completed' && record.config.method.label === 'low' && record.seed === 0
      ? {
          ...record,
          dataset: { ...record.dataset, evaluation: { read: 10, scored: [{ set: 'dev', examples: 3 }] } },
        }
      : record,
  );
  const [row] = table('table-5', { ...evidence, records }).rows;
  expect(row?.[3]).toMatchObject({ text: '—', value: null });
  expect(row?.[3]?.reason).toMatch(/^glue\/stsb: seeds were scored on different examples: /);
});

test('what corrected tests support as the best is set apart, of the primary metric alone', () => {
  const none = { value: null, reason: 'made' } as const;
  const summary = { seeds: [], mean: none, deviation: none, overSeeds: none, overBoth: none, caution: null };
  const ofTask = evidence.records.filter(({ config }) => config.task.id === 'glue/stsb');
  const labels = [...new Set(ofTask.map(({ config }) => config.method.label))];
  const bestOf = (methods: readonly string[]) => {
    const found = { methods: methods.map((label) => ({ label, ...summary })), pairs: [], letters: [], best: 'lora' };
    const compared = [{ model: 'tiny', task: 'glue/stsb', metric: 'pearson', ...found }];
    const { columns, rows } = table('table-2', { ...evidence, compared });
    return rows.flatMap((cells) =>
      cells.flatMap((cell, index) => (cell.best ? [[cells[1]?.text, columns[index]?.key]] : [])),
    );
  };
  expect(bestOf(labels)).toEqual([['lora', 'stsb_pearson']]);
  // Beside a row that has a figure and was not compared, nothing is known to be the best.
  expect(bestOf(labels.slice(0, -1))).toEqual([]);
});

test("GLUE's average is the mean over tasks of the mean of their metrics, seed by seed", () => {
  const own = parseTemplate(
    {
      ...{ kind: 'table', name: 'two', title: 'Two tasks', caption: 'Two.', rows: {} },
      columns: [
        { key: 'p', title: 'p', score: { task: 'glue/stsb', metric: 'pearson' } },
        { key: 's', title: 's', score: { task: 'glue/stsb', metric: 'spearman' } },
        { key: 'a', title: 'a', score: { task: 'glue/mrpc', metric: 'accuracy' } },
        { key: 'average', title: 'average', averageOf: [['p', 's'], ['a']] },
      ],
    },
    'two.json',
  );
  const [filled] = paperReport([own], evidence).tables;
  expect(filled?.name).toBe('paper-two');
  const average = filled?.rows[0]?.at(-1);
  const stsb = mean(scoresOf('lora', 'glue/stsb'));
  expect(average?.value).toBeCloseTo((0.75 * stsb + mean(scoresOf('lora', 'glue/mrpc'))) / 2, 12);
  expect(average?.runs).toHaveLength(6);
});

test('a command read back as a shell and --only read it is of the row that it was made for', () => {
  const word = fc.string({ minLength: 1, unit: fc.constantFrom(...'ab ,"\'=$`\\é') });
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 4 }), fc.nat(), (labels, pick) => {
      const methods = labels.map((label, index) => ({
        method: 'lora',
        label,
        options: { r: index + 1 },
        learningRate: 1,
      }));
      const own = parse({ ...STUDY, methods });
      const label = labels[pick % labels.length] ?? '';
      const command = rowCommand(
        { study: own, place: 'results/sample', records: [], compared: [] },
        { model: 'tiny', label, tasks: ['glue/mrpc'], seeds: [1] },
      );
      const wanted = configsOf(own).filter(parseOnly([shellWords(command).at(-1) ?? ''], own));
      expect(wanted.map(({ method, task, seed }) => [method.label, task.id, seed])).toEqual([[label, 'glue/mrpc', 1]]);
    }),
  );
});

/** As a POSIX shell splits a line whose quotes are single ones, or a backslash before one. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\'/g, (quoted, inner?: string) => (quoted === "\\'" ? "'" : (inner ?? ''))),
  );
}
