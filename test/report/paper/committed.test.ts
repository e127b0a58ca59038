// The paper's tables and figures of the committed studies: their numbers against what the records' files say, read without the
// harness.
import { describe, expect, test } from 'vitest';
import { REPORT_NAMES } from '../../../harness/contracts/report-names.ts';
import type { PlotChart } from '../../../harness/report/figures/chart.ts';
import type { PaperEvidence } from '../../../harness/report/paper/evidence.ts';
import { paperReport } from '../../../harness/report/paper/paper-report.ts';
import { templateNamed } from '../../../harness/report/paper/templates.ts';
import type { Cell, Table } from '../../../harness/report/tables/table.ts';
import { committed, rawRuns } from './committed.ts';

const STUDIES = ['quick', 'commonsense-smollm2', 'mmlu-smollm2'] as const;
const MIX = 'commonsense/arc-easy+arc-challenge+openbookqa+boolq';
/** Of Student's t with one degree of freedom, from a printed table. */
const T_1 = 12.7062;

const evidenceOf = new Map(await Promise.all(STUDIES.map(async (name) => [name, await committed(name)] as const)));

function evidence(name: (typeof STUDIES)[number]): PaperEvidence {
  const found = evidenceOf.get(name);
  if (found === undefined) throw new Error(`no study ${name}`);
  return found;
}

function table(study: (typeof STUDIES)[number], name: (typeof REPORT_NAMES)[number]): Table {
  const [filled] = paperReport([templateNamed(name)], evidence(study)).tables;
  if (filled === undefined) throw new Error(`${name} is no table`);
  return filled;
}

function chart(study: (typeof STUDIES)[number], name: (typeof REPORT_NAMES)[number]) {
  const [filled] = paperReport([templateNamed(name)], evidence(study)).charts;
  if (filled === undefined) throw new Error(`${name} is no figure`);
  return filled;
}

function cell({ columns, rows }: Table, wanted: Readonly<Record<string, string>>, key: string): Cell {
  const at = (name: string) => columns.findIndex((column) => column.key === name);
  const row = rows.find((cells) => Object.entries(wanted).every(([name, text]) => cells[at(name)]?.text === text));
  const found = row?.[at(key)];
  if (found === undefined) throw new Error(`no cell ${key} of ${JSON.stringify(wanted)}`);
  return found;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each(STUDIES.flatMap((study) => REPORT_NAMES.map((name) => [study, name] as const)))(
  'of %s, %s fills: a cell a column, each figure with its runs, each gap with a reason',
  (study, name) => {
    const { tables, charts } = paperReport([templateNamed(name)], evidence(study));
    expect(tables.length + charts.length).toBe(1);
    const known = new Set(evidence(study).records.map(({ id }) => id));
    for (const { columns, rows, caption, name: file } of tables) {
      expect(file).toBe(`paper-${name}`);
      expect(caption).not.toBe('');
      expect(rows.length).toBeGreaterThan(0);
      for (const cells of rows) {
        expect(cells).toHaveLength(columns.length);
        for (const { text, value, reason, runs, low, high } of cells) {
          expect(runs.filter((id) => !known.has(id))).toEqual([]);
          if (reason !== null) expect([value, text]).toEqual([null, expect.stringMatching(/^(—|not run)/)]);
          if (low !== null && high !== null && value !== null) expect(low < value && value < high).toBe(true);
          expect(text).not.toMatch(/NaN|undefined|null/);
        }
      }
    }
    for (const each of charts) expect(each.name).toBe(`paper-${name}`);
  },
);

describe('table 3 of commonsense-smollm2', () => {
  const filled = table('commonsense-smollm2', 'table-3');

  test.each(['full', 'lora', 'xgblora'])('has the scores of the sets of the mix, for %s', (method) => {
    const runs = rawRuns('commonsense-smollm2', method, MIX);
    expect(runs).toHaveLength(2);
    for (const [key, set] of [
      ['arc_easy', 'arc-easy'],
      ['arc_challenge', 'arc-challenge'],
      ['openbookqa', 'openbookqa'],
      ['boolq', 'boolq'],
    ] as const) {
      const values = runs.map(({ metrics }) => metrics.all[`${set}/acc`] ?? Number.NaN);
      const found = cell(filled, { method }, key);
      expect(found.value).toBeCloseTo(mean(values), 12);
      expect(found.runs.toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
      const half = (T_1 * Math.abs((values[0] ?? 0) - (values[1] ?? 0))) / 2;
      if (half === 0) {
        expect([found.low, found.text]).toEqual([null, mean(values).toFixed(4)]);
        continue;
      }
      expect((found.high ?? 0) - (found.low ?? 0)).toBeCloseTo(2 * half, 3);
      expect(found.text).toBe(
        `${mean(values).toFixed(4)} ± ${(((found.high ?? 0) - (found.low ?? 0)) / 2).toFixed(4)}`,
      );
    }
    expect(cell(filled, { method }, 'trainable').value).toBe(runs[0]?.params.trainable);
  });

  test('says which study has the tasks that this one has not', () => {
    const piqa = cell(filled, { method: 'lora' }, 'piqa');
    const command =
      "peftbench run results/paper-commonsense --only 'task=commonsense/boolq+piqa+siqa+hellaswag+winogrande+arc-easy+arc-challenge+openbookqa'";
    expect(piqa).toMatchObject({
      text: 'not run',
      value: null,
      reason: 'commonsense/piqa: not in this study',
      command,
    });
    expect(cell(filled, { method: 'lora' }, 'average')).toMatchObject({ value: null, command });
    expect(filled.notes).toContain(
      `no runs of this study (commonsense-smollm2): PIQA, SIQA, HellaSwag, WinoGrande, average: \`${command}\``,
    );
  });

  test('says what its intervals are', () => {
    expect(filled.caption).toMatch(/Means over 2 seeds, ± half of Student's 95 % interval \(two seeds are too few/);
  });
});

describe('table 4 of mmlu-smollm2', () => {
  const filled = table('mmlu-smollm2', 'table-4');

  test.each([
    ['stem', 'STEM/acc'],
    ['humanities', 'humanities/acc'],
    ['social_sciences', 'social sciences/acc'],
    ['other', 'other/acc'],
    ['average', 'acc'],
  ])('has %s as the record has %s, without an interval of one seed', (key, metric) => {
    for (const method of ['zero-shot', 'lora', 'xgblora']) {
      const [run] = rawRuns('mmlu-smollm2', method, 'mmlu');
      const value = run?.metrics.all[metric] ?? Number.NaN;
      // Records of before do not tell which sets a category has, so that nothing holds them to its figure.
      const isTold = (run?.schemaVersion ?? 0) >= 3 || metric === 'acc';
      const told = { value, text: value.toFixed(4), reason: null };
      const untold = { value: null, text: '—', reason: `mmlu, seed 0: the record has no ${metric}` };
      expect(cell(filled, { method }, key)).toMatchObject({ ...(isTold ? told : untold), low: null, high: null });
    }
  });

  test('says that there is one seed', () => {
    expect(filled.caption).toMatch(/One seed: no intervals\.$/);
  });
});

test('table 2 of quick has both metrics of STS-B, and the command for what is in another study', () => {
  const filled = table('quick', 'table-2');
  const runs = rawRuns('quick', 'lora', 'glue/stsb');
  for (const metric of ['pearson', 'spearman']) {
    const values = runs.map(({ metrics }) => metrics.all[metric] ?? Number.NaN);
    expect(cell(filled, { method: 'lora' }, `stsb_${metric}`).value).toBeCloseTo(mean(values), 12);
  }
  expect(cell(filled, { method: 'lora' }, 'cola')).toMatchObject({
    text: 'not run',
    command: "peftbench run results/paper-glue --only 'task=glue/cola'",
  });
});

test('table 1 has formulas beside counts and bytes', () => {
  const filled = table('quick', 'table-1');
  for (const method of ['full', 'lora', 'xgblora']) {
    const runs = rawRuns('quick', method, 'glue/stsb');
    const of = (key: string) => cell(filled, { method, task: 'glue/stsb' }, key);
    expect(of('trainable').value).toBe(runs[0]?.params.trainable);
    expect(of('cumulative').value).toBe(runs[0]?.params.trainableCumulative);
    expect(of('stored').value).toBe(runs[0]?.params.stored);
    expect(of('train_state_bytes').value).toBe(runs[0]?.memory.trainState);
    // The formula of its row: 16 bytes for each parameter that is trained, the head's among them.
    const [trainable = 0, head = 0] = [runs[0]?.params.trainable, runs[0]?.params.head];
    expect(of('train_state_bytes').value).toBe(16 * (trainable + head));
    expect(of('peak_rss_bytes').value).toBeCloseTo(mean(runs.map(({ memory }) => memory.peakRss)), 3);
  }
  expect(cell(filled, { method: 'lora', task: 'glue/stsb' }, 'trainable_formula').text).toBe(
    'r (d_in + d_out) per map',
  );
  // Of LoRA on all six linear maps of six layers of 384 with an inner width of 1,536, by hand.
  const byHand = 6 * 8 * (4 * (384 + 384) + 2 * (384 + 1536));
  expect(cell(filled, { method: 'lora', task: 'glue/stsb' }, 'trainable').value).toBe(byHand);
});

test('table 7 has rates as the runs were made, and nothing where a method has no such setting', () => {
  const filled = table('quick', 'table-7');
  for (const method of ['full', 'lora', 'xgblora']) {
    const runs = rawRuns('quick', method, 'glue/stsb');
    const rates = [...new Set(runs.map(({ config }) => String(config.method.learningRate)))];
    expect(cell(filled, { method, task: 'glue/stsb' }, 'learning_rate').text).toBe(rates.join(', '));
  }
  expect(cell(filled, { method: 'full', task: 'glue/stsb' }, 'rank')).toMatchObject({
    text: '',
    reason: null,
  });
  expect(cell(filled, { method: 'xgblora', task: 'glue/stsb' }, 'steps_per_booster')).toMatchObject({
    text: '8',
    value: 8,
  });
  expect(cell(filled, { method: 'lora', task: 'glue/stsb' }, 'seeds').text).toBe('0, 1');
});

test('table 7 has no settings of a training that there was not', () => {
  const filled = table('commonsense-smollm2', 'table-7');
  const of = (key: string) => cell(filled, { method: 'zero-shot' }, key).text;
  expect([of('learning_rate'), of('epochs'), of('schedule'), of('max_length')]).toEqual(['', '', '', '256']);
});

test('figure 1 has a point a method: the mean of the tasks against the parameters', () => {
  const { panels, inset } = chart('quick', 'figure-1') as PlotChart;
  const [panel] = panels;
  expect(panel?.series.map(({ name }) => name)).toEqual(['full', 'lora', 'xgblora']);
  const tasks = ['glue/stsb', 'commonsense/arc-easy', 'commonsense/openbookqa'];
  for (const { name, points } of panel?.series ?? []) {
    const all = tasks.map((task) => rawRuns('quick', name, task));
    const values = all.map((runs) => mean(runs.map(({ metrics }) => metrics.all.pearson ?? metrics.all.accuracy ?? 0)));
    expect(points).toHaveLength(1);
    expect(points[0]?.x).toBe(all[0]?.[0]?.params.trainable);
    expect(points[0]?.y).toBeCloseTo(mean(values), 12);
  }
  expect(inset?.series.map(({ points }) => points.map(({ x }) => x))).toEqual([['full'], ['lora'], ['xgblora']]);
});

test('figure 3 has the boosters of a run of quick, as its record has its merges', () => {
  const filled = chart('quick', 'figure-3');
  const [run] = rawRuns('quick', 'xgblora', 'glue/stsb');
  if (filled.kind !== 'pipeline') throw new Error('no pipeline');
  expect(filled.layers).toBe(6);
  expect(filled.boosters.map(({ to, layers, norm }) => ({ step: to, layers, norm }))).toEqual(
    run?.merges?.map(({ step, layers, norm }) => ({ step, layers, norm })),
  );
  expect(filled.boosters.map(({ from }) => from)).toEqual([0, ...filled.boosters.slice(0, -1).map(({ to }) => to)]);
  expect(filled.caption).toContain(run?.id);
});

test.each([
  ['quick', 'table-5', 'no two rows of lora differ in options.r alone'],
  ['quick', 'table-6', 'no two rows of xgblora differ in options.layersPerBooster alone'],
  ['mmlu-smollm2', 'table-1', 'the study has no method full'],
] as const)('of %s, %s says what its sweep lacks', (study, name, note) => {
  expect(table(study, name).notes).toContain(note);
});
