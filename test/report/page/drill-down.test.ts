// What a figure opens to is what the records say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCompleted } from '../../../harness/records/is-completed.ts';
import type { CompletedRecord, Prediction } from '../../../harness/records/schema.ts';
import { packOutcomes, unpackOutcomes, winnerOf } from '../../../harness/report/page/outcomes.ts';
import { packExamples } from '../../../harness/report/page/pack-examples.ts';
import { studyPage } from '../../../harness/report/page/page.ts';
import type { PackedRun, Payload } from '../../../harness/report/page/payload.ts';
import { RECORD_SECTIONS } from '../../../harness/report/page/record-sections.ts';
import { QUICK } from '../../audit/quick-study.ts';
import { completed, sampleConfig } from '../../records/sample.ts';
import { quickInput } from './inputs.ts';
import { one, parsed } from './parsed.ts';

const input = quickInput();
const data: Payload = JSON.parse(one(parsed(studyPage(input)), '#data').textContent);

describe('a run of the page', () => {
  test('has every leaf of its record, figures in six digits', () => {
    expect(data.runs.map(({ id }) => id)).toEqual(input.records.map(({ id }) => id));
    for (const [place, record] of input.records.entries()) {
      for (const [index, { of }] of RECORD_SECTIONS.entries()) {
        expect(leavesOf(data, place, index)).toEqual(flat(of(record)));
      }
    }
  });

  test('has its losses and merges', () => {
    for (const [place, record] of input.records.entries()) {
      const { losses, stepsPerLoss, merges } = data.runs[place] as PackedRun;
      expect(stepsPerLoss).toBe(1);
      expect(losses).toEqual(record.losses.map((loss) => Number(loss.toPrecision(4))));
      const own = isCompleted(record) ? (record.merges ?? []) : [];
      expect(merges.map(([step, layers]) => ({ step, layers }))).toEqual(
        own.map(({ step, layers }) => ({ step, layers })),
      );
    }
  });

  test('has the command that runs it again', () => {
    const [run] = data.runs;
    expect(data.commands[run?.command ?? -1]).toBe(`npx peftbench verify results/quick/runs/${run?.id}.json`);
  });
});

test('a cell leads to its runs, its figure and its command', () => {
  const [table] = input.tables;
  const [, cell] = table?.rows[0] ?? [];
  const [value, low, high, reason, runs, command] = data.tables[0]?.rows[0]?.[1] ?? [];
  expect(value).toBeCloseTo(cell?.value ?? Number.NaN, 8);
  expect([low, high, reason]).toEqual([null, null, null]);
  expect(data.runLists[runs ?? -1]?.map((place) => data.runs[place]?.id)).toEqual(cell?.runs);
  // The runs are there: in their own folder there would be nothing left to run.
  expect(data.commands[command ?? -1]).toBe(`npx ${cell?.command} --out .runs/again-quick`);
});

describe('the examples of two methods', () => {
  const linesOf = (run: PackedRun): Prediction[] =>
    readFileSync(join(QUICK, 'runs', `${run.id}.predictions.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): Prediction => JSON.parse(line));

  test('are won as the predictions of both say', () => {
    for (const examples of data.examples) {
      const [first, second] = examples.runs.map((each) => ({ ...each, record: data.runs[each.run] as PackedRun }));
      if (first === undefined || second === undefined) throw new Error('no two runs');
      const labels = unpackOutcomes(examples.labels);
      const [ours, theirs] = [first, second].map(({ predictions }) => unpackOutcomes(predictions));
      const winners = labels.map((label, i) => winnerOf(label, ours?.[i] ?? 0, theirs?.[i] ?? 0, examples.areChoices));
      const [a, b] = [linesOf(first.record), linesOf(second.record)];
      expect(examples.ids).toEqual(a.map(({ id }) => id));
      if (!examples.areChoices) continue;
      const wonByFirst = a.filter(({ prediction, label }, i) => prediction === label && b[i]?.prediction !== label);
      expect(winners.filter((winner) => winner === 'first')).toHaveLength(wonByFirst.length);
    }
    expect(data.examples.map((examples) => examples.areChoices)).toContain(true);
    expect(data.examples.map((examples) => examples.areChoices)).toContain(false);
  });

  test('come back as they were packed: choices exactly, however many, and scores in six digits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 35 })), (values) => {
        const packed = packOutcomes(values, true);
        expect([packed.length, unpackOutcomes(packed)]).toEqual([values.length, values]);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 40_000_000 })), (values) => {
        expect(unpackOutcomes(packOutcomes(values, true))).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })), (values) => {
        const back = unpackOutcomes(packOutcomes(values, false));
        expect(back).toHaveLength(values.length);
        for (const [i, value] of values.entries())
          expect(Math.abs((back[i] ?? 0) - value)).toBeLessThanOrEqual(Math.abs(value) / 200_000);
      }),
    );
  });

  const scoredBy = (name: string, seed = 0): CompletedRecord => {
    const record = completed(sampleConfig({ seed }), 0.5);
    return { ...record, metrics: { ...record.metrics, primary: { name, value: 0.5 } } };
  };

  test('are classes or scores by the metric, not by how large or whole they are', () => {
    const predictions = [3, 76].map((label, i) => ({ ...PREDICTION, id: `${i}`, label, prediction: 76 }));
    const [classes] = packExamples([scoredBy('accuracy')], () => predictions).examples;
    expect(classes?.areChoices).toBe(true);
    expect(unpackOutcomes(classes?.labels ?? '')).toEqual([3, 76]);
    const [scores] = packExamples([scoredBy('spearman')], () => predictions.slice(0, 1)).examples;
    expect(scores?.areChoices).toBe(false);
    const [run] = scores?.runs ?? [];
    expect([unpackOutcomes(scores?.labels ?? ''), unpackOutcomes(run?.predictions ?? '')]).toEqual([[3], [76]]);
  });

  test('are no ties where one score is nearer in the fourth digit', () => {
    const near = (prediction: number) => [{ ...PREDICTION, id: '0', label: 3, prediction }];
    const [examples] = packExamples([scoredBy('pearson', 0), scoredBy('pearson', 1)], ({ seed }) =>
      near(seed === 0 ? 3.1234 : 3.1231),
    ).examples;
    const [first = 0, second = 0] = (examples?.runs ?? []).flatMap((run) => unpackOutcomes(run.predictions));
    expect(winnerOf(3, first, second, false)).toBe('second');
  });

  test('are left out evenly where there are too many, and that is said', () => {
    const predictions = Array.from({ length: 30_000 }, (_, i) => ({
      ...PREDICTION,
      id: `test-${i}`,
      label: i % 4,
      prediction: 1,
    }));
    const records = [0, 1].map((seed) => scoredBy('accuracy', seed));
    const { examples, leftOut } = packExamples(records, () => predictions);
    const [only] = examples;
    expect(JSON.stringify(examples).length).toBeLessThan(220_000);
    expect(only?.total).toBe(30_000);
    expect(only?.ids.length).toBeGreaterThan(10_000);
    expect(only?.labels).toHaveLength(only?.ids.length ?? 0);
    for (const [place, id] of (only?.ids ?? []).entries()) {
      expect(only?.labels[place]).toBe(String(Number(id.slice('test-'.length)) % 4));
    }
    expect(leftOut).toEqual([`Of 30000 examples of glue/stsb ${only?.ids.length} are here, evenly spread.`]);
  });

  test('have their generated answers, the same text once', () => {
    const predictions = ['the correct answer is a', 'none', 'the correct answer is a'].map((text, i) => ({
      ...{ ...PREDICTION, id: `${i}`, label: 0, prediction: i === 1 ? -1 : 0 },
      text,
    }));
    const { examples } = packExamples([scoredBy('accuracy')], () => predictions);
    expect(examples[0]?.texts).toEqual(['the correct answer is a', 'none']);
    expect(examples[0]?.runs[0]).toMatchObject({ predictions: '0-0', texts: [0, 1, 0] });
  });

  test('are as the metric is taken: wrong where a line has no prediction of it', () => {
    const record = completed(sampleConfig(), 0.5);
    const byLength = {
      ...record,
      metrics: { ...record.metrics, primary: { ...record.metrics.primary, name: 'acc_norm' } },
    };
    const lines = [{ predictionNorm: 1 }, {}].map((norm, i) => ({
      ...{ ...PREDICTION, id: `${i}`, label: 1, prediction: 1 },
      ...norm,
    }));
    const { examples } = packExamples([byLength], () => lines);
    expect(examples[0]).toMatchObject({ areChoices: true, runs: [{ predictions: '1-' }] });
  });

  test('of runs that were scored on other examples stand apart', () => {
    const scored = (record: CompletedRecord): Prediction[] => [
      { ...PREDICTION, id: `${record.seed}`, label: 0, prediction: 0 },
    ];
    const records = [0, 1].map((seed) => completed(sampleConfig({ seed }), 0.5));
    expect(packExamples(records, scored).examples.map(({ ids }) => ids)).toEqual([['0'], ['1']]);
  });
});

const PREDICTION = { set: 'test', scores: [] };

/** Of a section of a run: path and value. */
function leavesOf({ sections, runs }: Payload, run: number, index: number): Record<string, unknown> {
  const section = sections[index];
  const place = runs[run]?.sections[index] ?? null;
  if (section === undefined || place === null) return {};
  const [shape, ...values] = section.entries[place] ?? [];
  return Object.fromEntries((section.shapes[Number(shape)] ?? []).map((path, leaf) => [path, values[leaf]]));
}

function flat(value: unknown, path: readonly string[] = []): Record<string, unknown> {
  const key = path.join('.');
  if (typeof value === 'number') return { [key]: Number.isInteger(value) ? value : Number(value.toPrecision(6)) };
  if (value === null && path.length === 0) return {};
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return { [key]: value };
  if (Array.isArray(value) && value.every((part) => typeof part !== 'object')) return { [key]: value };
  return Object.assign({}, ...Object.entries(value).map(([name, each]) => flat(each, [...path, name])));
}
