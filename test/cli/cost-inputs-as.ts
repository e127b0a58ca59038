// What a run's cost follows from, for tests: as if it were of a published decoder.
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import type { CostInputs } from '../../harness/cost/run-cost.ts';
import { longestTexts } from '../../harness/cost/texts.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import { full } from '../../methods/full.ts';

/** Full fine-tuning of it, 10 steps on the longest texts. */
export function costInputsAs(name: string): (config: RunConfig) => CostInputs {
  const spec = PUBLISHED_DECODERS.find((decoder) => decoder.name === name)?.spec;
  if (spec === undefined) throw new Error(`no decoder ${name}`);
  return (config) => {
    const texts = longestTexts(config.training, { examples: 100, sequences: 1, family: 'decoder' });
    return {
      ...{ spec, method: full, config, outputs: null, steps: 10 },
      texts: { train: texts, evaluation: texts, source: 'bound' },
    };
  };
}
