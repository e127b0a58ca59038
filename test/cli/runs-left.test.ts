// Which runs may still start, and which of them beside each other.
import { expect, it } from 'vitest';
import { stagesLeft } from '../../harness/cli/runs-left.ts';
import type { Settled } from '../../harness/cli/settled.ts';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import type { RunRecord } from '../../harness/records/schema.ts';
import { expand, trialsOf } from '../../harness/study/expand.ts';
import { completed } from '../records/sample.ts';
import { parse } from '../study/sample.ts';

/** Successive halving of 8 settings, two final runs. */
const { finals } = expand(
  parse({
    ...{ name: 'halved', models: ['tiny'], tasks: ['glue/stsb'], seeds: [0, 1] },
    methods: [{ method: 'full', space: { learningRate: { from: 1e-4, to: 1e-1, scale: 'log' } } }],
    search: { strategy: 'halving', trials: 8, limitTrain: 80, seed: 9, holdout: 8 },
  }),
);
const [first] = finals;
if (first === undefined) throw new Error('no final run');
const trials = trialsOf(first);
const bestRate = Math.max(...trials.map(({ method }) => method.learningRate));

/** With records of these, whose score is their rate. */
function left(recorded: readonly RunConfig[]) {
  const records = new Map<RunConfig, RunRecord>(
    recorded.map((config) => [config, completed(config, config.method.learningRate)]),
  );
  const settled: Settled = {
    ofTrial: (config) => records.get(config),
    ofFinal: ({ config }) => records.get(config),
    present: new Map(),
    strangers: [],
  };
  return stagesLeft(finals, settled);
}

const sizes = (stages: ReturnType<typeof left>) =>
  stages.map((stage) => stage.map(({ configs, count }) => `${count} of ${configs.length}`));

it('all of a search, rung by rung, and a final run for each seed', () => {
  expect(sizes(left([]))).toEqual([['8 of 8'], ['4 of 8'], ['2 of 8'], ['1 of 8'], ['1 of 8', '1 of 8']]);
});

it('no setting that the search rejected, once a rung is there', () => {
  const rung = trials.filter(({ task }) => task.limitTrain === 10);
  expect(sizes(left(rung))).toEqual([['4 of 4'], ['2 of 4'], ['1 of 4'], ['1 of 4', '1 of 4']]);
});

it('of a final run the chosen setting alone, once its trials are there', () => {
  const stages = left(trials);
  expect(sizes(stages)).toEqual([['1 of 1', '1 of 1']]);
  expect(stages[0]?.map(({ configs: [config] }) => [config?.seed, config?.method.learningRate])).toEqual([
    [0, bestRate],
    [1, bestRate],
  ]);
});

it('no final run that is recorded', () => {
  const chosen = first.candidates.find(({ config }) => config.method.learningRate === bestRate);
  expect(sizes(left([...trials, ...(chosen === undefined ? [] : [chosen.config])]))).toEqual([['1 of 1']]);
});
