// The predicted memory of a run against what the final runs of the committed studies took. What no size tells was chosen with
// such runs in view: this holds the prediction to them, and is no test on runs that nobody had seen.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { services } from '../../harness/cli/services.ts';
import { type CostInputs, costOfRun } from '../../harness/cost/run-cost.ts';
import type { Texts } from '../../harness/cost/texts.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { methodByName } from '../../methods/index.ts';

const RESULTS = fileURLToPath(new URL('../../results/', import.meta.url));

/** Final runs as the process measures itself now; before version 4 of records it did not hash, nor look, as it does. */
function finalsOf(study: string): CompletedRecord[] {
  const folder = join(RESULTS, study, 'runs');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CompletedRecord)
    .filter(
      ({ status, schemaVersion, config }) =>
        status === 'completed' && schemaVersion === 4 && config.purpose === 'final',
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

const STUDIES: Readonly<Record<string, (record: CompletedRecord) => CostInputs | Promise<CostInputs>>> = {
  quick: (record) => services.costInputs(record.config, sources),
  'commonsense-smollm2': inputsOf,
  'mmlu-smollm2': inputsOf,
};

describe.each(Object.entries(STUDIES))('%s', (study, inputs) => {
  const finals = finalsOf(study);

  it.runIf(finals.length > 0)('takes as much memory as predicted, within 15 %', async () => {
    for (const record of finals) {
      const { memory } = costOfRun(await inputs(record));
      const name = `${record.config.method.label}, ${record.config.task.id}, seed ${record.seed}`;
      expect(memory.weights, name).toBe(record.memory.weights);
      const { values, gradients, moments } = memory.trainState;
      expect(values + gradients + moments, name).toBe(record.memory.trainState);
      expect(memory.peak / record.memory.peakRss, name).toBeGreaterThan(0.85);
      expect(memory.peak / record.memory.peakRss, name).toBeLessThan(1.15);
    }
  });
});

it('holds ten configurations or more to it', async () => {
  const names = Object.keys(STUDIES).flatMap((study) =>
    finalsOf(study).map(({ config }) => `${study} ${config.method.label} ${config.task.id}`),
  );
  expect(new Set(names).size).toBeGreaterThanOrEqual(9);
});
