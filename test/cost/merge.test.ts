// What merging adapters into a packed base adds to a run's memory.
import { expect, it } from 'vitest';
import type { ModelSpec, Site } from '../../harness/contracts/model.ts';
import { TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { costOfRun } from '../../harness/cost/run-cost.ts';
import { longestTexts } from '../../harness/cost/texts.ts';
import { sitesOf } from '../../harness/models/count.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import { xgblora } from '../../methods/xgblora.ts';
import { sampleConfig } from '../records/sample.ts';

const SPEC = PUBLISHED_DECODERS.find(({ name }) => name === 'smollm2-135m')?.spec as ModelSpec;

/** Bytes at the largest, of so many boosters of two layers each. */
function peakOf(baseMerge: 'dequantize' | 'requantize', boosters: number): number {
  const training = checkWithDefaults(TrainingSchema, { basePrecision: 'q4', baseMerge }, { file: 'test' });
  const options = checkWithDefaults(xgblora.optionsSchema, { layersPerBooster: 2, boosters }, { file: 'test' });
  const { method, ...config } = sampleConfig();
  const texts = longestTexts(training, { examples: 1600, sequences: 1, family: 'decoder' });
  return costOfRun({
    ...{ spec: SPEC, method: xgblora, outputs: null, steps: 100 },
    config: { ...config, training, method: { ...method, options } },
    texts: { train: texts, evaluation: texts, source: 'bound' },
  }).memory.peak;
}

/** Of matrices as 32-bit floats instead of 4 bits and two half-precision numbers a block of 32. */
const grown = (sites: readonly Site[]): number =>
  sites.reduce((sum, site) => sum + (4 - 20 / 32) * site.in * site.out, 0);

it.each([
  [1, 2],
  [3, 6],
  [100, SPEC.layers],
])('of %i boosters, at most %i layers become 32-bit floats, in the place of their packed ones', (boosters, layers) => {
  const more = peakOf('dequantize', boosters) - peakOf('requantize', boosters);
  // Rounded to whole bytes.
  expect(Math.abs(more - grown(sitesOf(SPEC).filter(({ layer }) => layer < layers)))).toBeLessThan(2);
});
