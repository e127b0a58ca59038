// The predicted memory of a run against what runs of the committed studies took. What no size tells was chosen with
// such runs in view: this holds the prediction to them, and is no test on runs that nobody had seen.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { services } from '../../harness/cli/services.ts';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import { PEAK_ERROR } from '../../harness/cost/memory.ts';
import { type CostInputs, costOfRun } from '../../harness/cost/run-cost.ts';
import type { Texts } from '../../harness/cost/texts.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { methodByName } from '../../methods/index.ts';

const RESULTS = fileURLToPath(new URL('../../results/', import.meta.url));

/** Runs as the process measures itself now, final ones or all; before version 4 of records it did not hash, nor look, as it does. */
function recordsOf(study: string, purposes: readonly RunConfig['purpose'][]): CompletedRecord[] {
  const folder = join(RESULTS, study, 'runs');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CompletedRecord)
    .filter(
      ({ status, schemaVersion, config }) =>
        status === 'completed' && schemaVersion === 4 && purposes.includes(config.purpose),
    );
}

/** Of runs whose data and weights do not come with the project: what their records tell of both. */
function inputsOf({ config, dataset, trained, losses }: CompletedRecord): CostInputs {
  const { spec } = PUBLISHED_DECODERS.find(
    ({ name }) => name === 'smollm2-135m',
  ) as (typeof PUBLISHED_DECODERS)[number];
  const examples = dataset.train.drawn ?? 0;
  const { tokens: seen, examples: shown } = trained ?? { tokens: null, examples: null };
  // Of what was not trained nothing is seen.
  const tokens = seen === null || shown === null || shown === 0 ? config.training.maxLength : seen / shown;
  // The longest question of MMLU with its options, in this tokenizer's tokens.
  const asked = config.task.id === 'mmlu' ? 976 : config.training.maxLength;
  const texts = (count: number, longest: number): Texts => ({
    ...{ examples: count, sequences: 1, mean: tokens, longest, tokens },
    ...{ learnt: 6, shared: 0, groups: [{ length: longest, examples: count }] },
  });
  const scored = (dataset.evaluation.scored ?? []).reduce((sum, set) => sum + set.examples, 0);
  return {
    ...{ spec, config, outputs: null, steps: losses.length },
    method: methodByName(config.method.name),
    texts: { train: texts(examples, config.training.maxLength), evaluation: texts(scored, asked), source: 'data' },
  };
}

const sources = {
  dataRoots: [fileURLToPath(new URL('../../datasets/embedded', import.meta.url))],
  modelsDir: undefined,
};

interface Recorded {
  /** Trials too where their texts are here: records do not tell how long those are that they were scored on. */
  readonly purposes: readonly RunConfig['purpose'][];
  inputs(record: CompletedRecord): CostInputs | Promise<CostInputs>;
}

const STUDIES: Readonly<Record<string, Recorded>> = {
  quick: { purposes: ['search', 'final'], inputs: ({ config }) => services.costInputs(config, sources) },
  'commonsense-smollm2': { purposes: ['final'], inputs: inputsOf },
  'mmlu-smollm2': { purposes: ['final'], inputs: inputsOf },
};

describe.each(Object.entries(STUDIES))('%s', (study, { purposes, inputs }) => {
  const records = recordsOf(study, purposes);

  it.runIf(records.length > 0)('takes as much memory as predicted, within 15 %', async () => {
    for (const record of records) {
      const { memory } = costOfRun(await inputs(record));
      const { purpose, method, task } = record.config;
      const name = `${purpose}, ${method.label}, ${task.id}, seed ${record.seed}`;
      expect(memory.weights, name).toBe(record.memory.weights);
      const { values, gradients, moments } = memory.trainState;
      expect(values + gradients + moments, name).toBe(record.memory.trainState);
      expect(memory.peak / record.memory.peakRss, name).toBeGreaterThan(1 - PEAK_ERROR);
      expect(memory.peak / record.memory.peakRss, name).toBeLessThan(1 + PEAK_ERROR);
    }
  });
});

it('holds ten configurations or more to it', async () => {
  const names = Object.entries(STUDIES).flatMap(([study, { purposes }]) =>
    recordsOf(study, purposes).map(({ config: { purpose, method, task } }) =>
      JSON.stringify([study, purpose, method.label, task.id]),
    ),
  );
  expect(new Set(names).size).toBeGreaterThanOrEqual(10);
});
