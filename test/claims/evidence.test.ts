// What claims rest on, of real records: costs as records have them, quality as the comparisons have it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { evidenceOf } from '../../harness/claims/evidence.ts';
import { judgeClaims } from '../../harness/claims/judge-claims.ts';
import { REVIEWERS_OBJECTIONS } from '../../harness/claims/templates/objections.ts';
import { PAPER_CLAIMS } from '../../harness/claims/templates/paper.ts';
import { claimsText } from '../../harness/claims/words.ts';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { readRecords } from '../../harness/records/store.ts';
import { taskScores } from '../../harness/records/task-scores.ts';
import { compareStudy } from '../../harness/stats/compare-methods.ts';

const QUICK = fileURLToPath(new URL('../../results/quick/', import.meta.url));
const study = JSON.parse(readFileSync(join(QUICK, 'study.json'), 'utf8'));
const finals = readRecords(join(QUICK, 'runs')).filter(
  (record): record is CompletedRecord => record.status === 'completed' && record.config.purpose === 'final',
);
const { tasks } = taskScores(finals.map((record) => ({ record, file: join(QUICK, 'runs', `${record.id}.json`) })));
const compared = compareStudy(tasks, 'full').tasks;
const axes = {
  models: ['minilm-l6'],
  tasks: ['glue/stsb', 'commonsense/arc-easy', 'commonsense/openbookqa'],
  rows: ['full', 'lora', 'xgblora'].map((label, index) => ({
    ...{ label, method: label, options: study.methods[index].options ?? {} },
    learningRate: study.methods[index].learningRate,
  })),
};
const place = { model: 'minilm-l6', task: 'glue/stsb' };
const evidence = evidenceOf(axes, finals, compared);

describe('the evidence of results/quick', () => {
  test('has counts without an error, as logarithms of ratios', () => {
    const of = (label: string) => finals.find(({ config }) => config.method.label === label)?.params.trainable ?? 0;
    const contrast = evidence.cost(place, 'trainable', 'xgblora', 'lora').value;
    expect(contrast?.estimate).toBeCloseTo(Math.log(of('lora') / of('xgblora')), 12);
    expect([contrast?.standardError, contrast?.scale]).toEqual([0, 'log ratio']);
  });

  test('has measured costs as the mean over seeds, with an error, and none of other conditions', () => {
    const seconds = (label: string, seed: number) =>
      finals.find(
        ({ config }) => config.method.label === label && config.seed === seed && config.task.id === place.task,
      )?.time.secondsPerBatch?.median ?? Number.NaN;
    const ratios = [0, 1].map((seed) => Math.log(seconds('full', seed) / seconds('lora', seed)));
    const contrast = evidence.cost(place, 'seconds', 'lora', 'full').value;
    expect(contrast?.estimate).toBeCloseTo((Number(ratios[0]) + Number(ratios[1])) / 2, 12);
    expect(contrast?.degreesOfFreedom).toBe(1);
    const elsewhere = finals.map((record) =>
      record.config.method.label === 'lora'
        ? { ...record, environment: { ...record.environment, cpu: 'another' } }
        : record,
    );
    expect(evidenceOf(axes, elsewhere, compared).cost(place, 'seconds', 'lora', 'full').reason).toMatch(
      /measured under different conditions$/,
    );
    expect(evidenceOf(axes, elsewhere, compared).cost(place, 'trainable', 'lora', 'full').value).not.toBeNull();
  });

  test('has quality the other way round with the sign turned', () => {
    const [one, other] = [evidence.quality(place, 'full', 'lora').value, evidence.quality(place, 'lora', 'full').value];
    expect(one?.estimate).toBeCloseTo(-Number(other?.estimate), 12);
    expect(one?.standardError).toBe(other?.standardError);
    expect(other?.what).toBe('lora - full, glue/stsb (minilm-l6)');
    expect(one?.runs).toHaveLength(4);
  });

  test('decides what is counted, and leaves open what two seeds cannot tell', () => {
    const verdicts = Object.fromEntries(
      judgeClaims([...PAPER_CLAIMS, ...REVIEWERS_OBJECTIONS], evidence).map(({ claim, verdict }) => [
        claim.name,
        verdict,
      ]),
    );
    expect(verdicts).toMatchObject({
      '1 beats LoRA': 'undecided',
      '3 fewer parameters': 'supported',
      '7 an optimum over kappa': 'undecided',
      'a fewer over the run': 'supported',
      'b smaller to store': 'supported',
      'e beats stages of LoRA (COLA)': 'undecided',
    });
  });

  test('says what a verdict rests on', () => {
    const fewer = PAPER_CLAIMS.filter(({ name }) => name === '3 fewer parameters');
    const text = claimsText(judgeClaims(fewer, evidence));
    expect(text).toMatch(/^3 fewer parameters: supported\n {2}XGBLoRA trains fewer parameters/);
    expect(text).toContain('xgblora - lora, glue/stsb (minilm-l6): 12.00 times less; above 1.000: p < 0.0001');
    expect(text).toMatch(/- rests on 12 runs: (\w{16} ?){12}$/);
  });
});
