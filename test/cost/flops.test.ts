// Operations against the formula of the field, 6 x parameters x tokens, and its parts.
import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '../../harness/contracts/model.ts';
import { forwardFlops, stepFlops, totalFlops } from '../../harness/cost/flops.ts';
import { trainedBy } from '../../harness/cost/trained.ts';
import { countBase } from '../../harness/models/count.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import { frozen } from '../../methods/frozen.ts';
import { full } from '../../methods/full.ts';
import { lora } from '../../methods/lora.ts';
import { xgblora } from '../../methods/xgblora.ts';

const LLAMA2 = PUBLISHED_DECODERS.find(({ name }) => name === 'llama2-13b')?.spec as ModelSpec;
// Short sequences: the formula leaves attention's products out.
const shape = { sequences: 64, length: 16, predicted: 64 * 16 };
const tokens = shape.sequences * shape.length;
/** transformers' `num_parameters(exclude_embeddings=True)`: the output map is none of the embeddings. */
const parameters = countBase(LLAMA2) - LLAMA2.vocab * LLAMA2.hidden;

const LORA = { r: 8, alpha: 16, dropout: 0, targets: ['q', 'v'] as ('q' | 'v')[], layers: null };
const adapters = lora.count(LLAMA2, LORA, { totalSteps: 1 }).trainable;

describe('a step on LLaMA2-13B', () => {
  it('of full fine-tuning takes 6 x parameters x tokens, as transformers says (floating_point_ops)', () => {
    const flops = stepFlops(LLAMA2, shape, trainedBy(LLAMA2, full, {}, countBase(LLAMA2)), false);
    expect(totalFlops(flops) / (6 * parameters * tokens)).toBeCloseTo(1, 2);
    expect(flops.forward / (2 * parameters * tokens)).toBeCloseTo(1, 2);
    expect(flops.weightGradient / (2 * parameters * tokens)).toBeCloseTo(1, 2);
  });

  it('of LoRA takes a third less, and next to nothing for the gradient of weights', () => {
    const flops = stepFlops(LLAMA2, shape, trainedBy(LLAMA2, lora, LORA, adapters), false);
    expect(totalFlops(flops) / (4 * parameters * tokens)).toBeCloseTo(1, 1);
    expect(flops.weightGradient / totalFlops(flops)).toBeLessThan(0.01);
  });

  it('goes back to the lowest layer that is trained, and no further', () => {
    const of = (layers: number[]) => {
      const options = { ...LORA, layers };
      return stepFlops(LLAMA2, shape, trainedBy(LLAMA2, lora, options, adapters / 40), false).inputGradient;
    };
    expect(of([39])).toBeLessThan(0.1 * of([0]));
    expect(of([20]) / of([0])).toBeCloseTo(0.5, 1);
  });

  it('computes the forward pass again where only results of layers are kept, but for the maps that give these', () => {
    const trained = trainedBy(LLAMA2, lora, LORA, adapters);
    const [kept, checkpoints] = [false, true].map((each) => stepFlops(LLAMA2, shape, trained, each));
    const again = (checkpoints?.recomputed ?? 0) - (kept?.recomputed ?? 0);
    const last = 2 * tokens * LLAMA2.layers * LLAMA2.hidden * LLAMA2.intermediate;
    expect(again / (forwardFlops(LLAMA2, shape) - last)).toBeCloseTo(1, 1);
  });

  it('goes as deep as layers drawn at random do on average', () => {
    const options = { layersPerBooster: 2, stepsPerBooster: 8, boosters: null, r: 1, scale: 1, normPenalty: 0 };
    const chosen = { ...options, targets: 'all' as const, layers: null };
    const trained = trainedBy(LLAMA2, xgblora, chosen, 1);
    // The expected least of two of 0 to 39: (40 + 1) / 3 - 1.
    expect(trained.meanLowest).toBeCloseTo(41 / 3 - 1, 9);
    expect(trained.lowest).toBe(0);
    expect(trainedBy(LLAMA2, xgblora, { ...chosen, layersPerBooster: 40 }, 1).meanLowest).toBe(0);
  });

  it('has no gradient where nothing is trained', () => {
    const flops = stepFlops(LLAMA2, shape, trainedBy(LLAMA2, frozen, {}, 0), false);
    expect(flops).toEqual({
      ...{ forward: forwardFlops(LLAMA2, shape), inputGradient: 0, weightGradient: 0, recomputed: 0 },
    });
  });
});
