import { describe, expect, test } from 'vitest';
import { type RunConfig, RunConfigSchema } from '../../harness/contracts/run-config.ts';
import { check } from '../../harness/contracts/validate.ts';
import type { RunRecord } from '../../harness/records/schema.ts';
import { expand, type PendingFinal } from '../../harness/study/expand.ts';
import { resolveFinal } from '../../harness/study/search/choose.ts';
import { canonicalJson } from '../../harness/study/canonical-json.ts';
import { completed, unfinished } from '../records/sample.ts';
import { parse, STUDY } from './sample.ts';

const { trials, finals } = expand(parse(STUDY));
const all = [...trials, ...finals.flatMap(({ candidates }) => candidates.map(({ config }) => config))];
const first = (label: string, task: string): PendingFinal => {
  const found = finals.find(({ candidates: [{ config }] }) => config.method.label === label && config.task.id === task);
  if (found === undefined) throw new Error(`no final run of ${label} on ${task}`);
  return found;
};

describe('expansion', () => {
  test('gives a final run a model, method, task and seed, and a trial a model, method, task and candidate', () => {
    expect(finals).toHaveLength(2 * 3 * 2 * 3);
    expect(trials).toHaveLength(2 * 2 * 2 * 2);
    expect(new Set(all.map(canonicalJson)).size).toBe(16 + 12 + 24 * 2);
    for (const config of all) check(RunConfigSchema, config, { file: 'expansion' });
  });

  test('gives one candidate to a set rate and all to a searched one, whose seeds share their trials', () => {
    expect(first('full', 'glue/stsb').candidates).toMatchObject([
      { rungs: [], config: { method: { learningRate: 1e-4 } } },
    ]);
    const ofSeeds = finals.filter(
      ({ candidates: [{ config }] }) =>
        config.model === 'a' && config.method.label === 'lora' && config.task.id === 'glue/stsb',
    );
    expect(ofSeeds.map(({ candidates: [{ config }] }) => config.seed)).toEqual([0, 1, 2]);
    for (const { candidates } of ofSeeds) {
      expect(candidates.map(({ config }) => config.method.learningRate)).toEqual([1e-3, 3e-3]);
      expect(candidates.map(({ rungs }) => rungs[0]?.[0]?.method)).toEqual(
        candidates.map(({ config }) => config.method),
      );
      for (const [index, { rungs }] of candidates.entries()) {
        expect(rungs[0]?.[0]).toBe(ofSeeds[0]?.candidates[index]?.rungs[0]?.[0]);
      }
    }
  });

  test('trials have the seed, the holdout and the limit of the search', () => {
    for (const trial of trials) {
      expect(trial).toMatchObject({
        purpose: 'search',
        seed: 77,
        task: { holdout: 64, limitTrain: 200, limitEval: null },
      });
    }
    for (const { candidates } of finals) {
      for (const { config } of candidates) expect(config).toMatchObject({ purpose: 'final', task: { holdout: null } });
    }
  });

  test('takes the limits of the task, and all where it gives none', () => {
    const limits = (task: string) => first('full', task).candidates[0].config.task;
    expect(limits('glue/stsb')).toMatchObject({ limitTrain: null, limitEval: null });
    expect(limits('commonsense/arc-easy')).toMatchObject({ limitTrain: 500, limitEval: 100 });
  });

  test('training: defaults < study < task < method < search', () => {
    const training = (label: string, task: string) => first(label, task).candidates[0].config.training;
    expect(training('full', 'glue/stsb')).toMatchObject({
      beta1: 0.9,
      epochs: 3,
      batchSize: 16,
      clip: 2,
      warmup: 0.06,
    });
    expect(training('full', 'commonsense/arc-easy')).toMatchObject({ epochs: 4, batchSize: 8, clip: 2 });
    expect(training('lora-long', 'commonsense/arc-easy')).toMatchObject({ epochs: 5, batchSize: 8, warmup: 0.2 });
    const trial = first('lora-long', 'commonsense/arc-easy').candidates[0].rungs[0]?.[0];
    expect(trial?.training).toMatchObject({ epochs: 0.5, batchSize: 8, warmup: 0.2, clip: 2 });
  });

  test("the head's rate is the adapters' unless it is given", () => {
    const rates = (label: string) =>
      first(label, 'glue/stsb').candidates.map(({ config }) => config.method.headLearningRate);
    expect(rates('full')).toEqual([1e-4]);
    expect(rates('lora')).toEqual([5e-3, 5e-3]);
    expect(rates('lora-long')).toEqual([1e-3, 1e-2]);
  });
});

describe('resolving', () => {
  const pending = first('lora', 'glue/stsb');
  const own = pending.candidates.flatMap(({ rungs }) => rungs.flat());
  const resolve = (...outcomes: ((trial: RunConfig) => RunRecord)[]) =>
    resolveFinal(pending, new Map(own.map((trial, index) => [trial, (outcomes[index] ?? outcomes[0] ?? fail)(trial)])));
  const scored = (value: number | null) => (trial: RunConfig) => completed(trial, value);
  const lost = (status: 'failed' | 'diverged') => (trial: RunConfig) => unfinished(trial, status, 'loss is NaN');
  const fail = (): never => {
    throw new Error('no outcome given');
  };

  test('takes the rate given where nothing is searched', () => {
    const plain = first('full', 'glue/stsb');
    expect(resolveFinal(plain, new Map())).toEqual({ config: plain.candidates[0].config, search: null });
  });

  test.each([
    ['the higher score', scored(0.5), scored(0.6), 3e-3],
    ['the higher score, first', scored(0.6), scored(0.5), 1e-3],
    ['of equals the smaller rate', scored(0.6), scored(0.6), 1e-3],
    ['a negative score over a failure', lost('failed'), scored(-0.4), 3e-3],
    ['a negative score over a divergence', scored(-0.4), lost('diverged'), 1e-3],
    ['a score over an undefined one', scored(null), scored(-1), 3e-3],
  ])('takes %s', (_what, one, other, rate) => {
    const { config, search } = resolve(one, other);
    expect(config.method.learningRate).toBe(rate);
    expect(config).toBe(pending.candidates.find((candidate) => candidate.config.method.learningRate === rate)?.config);
    expect(search?.map(({ learningRate }) => learningRate)).toEqual([1e-3, 3e-3]);
  });

  test('of equals takes the smaller rate wherever it stands in the list', () => {
    const [one, other] = pending.candidates;
    if (other === undefined) return fail();
    const turned: PendingFinal = { ...pending, candidates: [other, one] };
    const records = new Map(own.map((trial) => [trial, completed(trial, 0.7)]));
    expect(resolveFinal(turned, records).config.method.learningRate).toBe(1e-3);
  });

  test('keeps the trials for the record, null where one has no score', () => {
    const ids = own.map((trial) => completed(trial, 0).id);
    expect(resolve(lost('diverged'), scored(0.25)).search).toEqual([
      { id: ids[0], learningRate: 1e-3, value: null },
      { id: ids[1], learningRate: 3e-3, value: 0.25 },
    ]);
  });

  test('cannot where no trial has a score, and says why', () => {
    expect(() => resolve(lost('failed'), scored(null))).toThrow(
      'lora, glue/stsb, seed 0 cannot run: no trial has a score (0.001 failed: loss is NaN; 0.003 has an undefined metric)',
    );
  });
});
