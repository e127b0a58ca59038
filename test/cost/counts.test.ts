// Parameters and bytes against figures that others printed or published, from configurations alone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Method } from '../../harness/contracts/method.ts';
import type { ModelSpec } from '../../harness/contracts/model.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { countsOf } from '../../harness/cost/counts.ts';
import { PUBLISHED_MODELS } from '../../harness/models/published.ts';
import { readSizes } from '../../harness/models/read-sizes.ts';
import { full } from '../../methods/full.ts';
import { lora } from '../../methods/lora.ts';
import { xgblora } from '../../methods/xgblora.ts';
import { fixturePath } from '../fixtures.ts';

const specOf = (name: string): ModelSpec => readSizes(fixturePath(`configs/${name}`), undefined).spec;

function counted(spec: ModelSpec, method: Method, given: object, plan: { totalSteps: number; outputs?: number }) {
  return countsOf(spec, method, checkWithDefaults(method.optionsSchema, given, { file: 'test' }), plan);
}

describe('base models, as the hub and transformers count their parameters', () => {
  it.each([
    ['llama-3.2-3b', 3_212_749_824],
    ['llama-7b', 6_738_415_616],
    // BertModel, with its pooler.
    ['bert-base-uncased', 109_482_240],
    // RobertaModel has 124,645,632 and 355,359,744, of which the pooler, not used here, takes 590,592 and 1,049,600.
    ['roberta-base', 124_645_632 - 590_592],
    ['roberta-large', 355_359_744 - 1_049_600],
  ])('%s', (name, parameters) => {
    expect(counted(specOf(name), full, {}, { totalSteps: 1 }).parameters).toMatchObject({
      base: parameters,
      trainable: parameters,
      withMethod: parameters,
    });
  });

  it.each([
    ['llama3-8b', 8_030_261_248],
    ['mistral-7b-v0.1', 7_241_732_096],
    ['llama2-13b', 13_015_864_320],
    ['smollm2-135m', 134_515_008],
    ['roberta-base', 124_055_040],
    ['roberta-large', 354_310_144],
  ])('%s, known by name', (name, parameters) => {
    const spec = PUBLISHED_MODELS.find((model) => model.name === name)?.spec as ModelSpec;
    expect(counted(spec, full, {}, { totalSteps: 1 }).parameters.base).toBe(parameters);
  });
});

describe('what PEFT prints: trainable params, all params', () => {
  const targets = ['q', 'v'];

  it.each([
    ['llama-3.2-3b', 32, 9_175_040, 3_221_924_864],
    ['llama-7b', 8, 4_194_304, 6_742_609_920],
  ])('%s, r=%i on q and v', (name, r, trainable, all) => {
    const { parameters } = counted(specOf(name), lora, { r, targets }, { totalSteps: 1 });
    expect(parameters).toMatchObject({ trainable, withMethod: all, head: 0 });
  });

  it('roberta-base, r=8 on q and v, with the head of two classes', () => {
    const { parameters } = counted(specOf('roberta-base'), lora, { targets }, { totalSteps: 1, outputs: 2 });
    expect(parameters.trainable).toBe(294_912);
    // RobertaForSequenceClassification's own: 124,647,170 with its head.
    expect(parameters.base + parameters.head).toBe(124_647_170);
    expect(parameters.trainable + parameters.head).toBe(887_042);
  });
});

describe('counts', () => {
  const spec = specOf('llama-7b');

  it('take four bytes for each value and gradient, and eight for the moments of AdamW', () => {
    const { bytes, parameters } = counted(spec, lora, {}, { totalSteps: 1 });
    const { trainable } = parameters;
    expect(bytes.trainState).toEqual({ values: 4 * trainable, gradients: 4 * trainable, moments: 8 * trainable });
    expect(bytes.stored).toBe(4 * trainable);
  });

  it('hold half-precision weights in half the bytes, and blocks of 32 with their scales', () => {
    const { base } = counted(spec, lora, {}, { totalSteps: 1 }).parameters;
    const { f32, f16, q8, q4 } = counted(spec, lora, {}, { totalSteps: 1 }).bytes.weights;
    expect(f32).toBe(4 * base);
    // Norms stay in 32 bits.
    expect((f16 as number) / base).toBeCloseTo(2, 3);
    expect((q8 as number) / base).toBeCloseTo(34 / 32, 3);
    expect((q4 as number) / base).toBeLessThan(0.65);
    expect(counted(specOf('roberta-base'), lora, {}, { totalSteps: 1 }).bytes.weights.q4).toBeNull();
  });

  it('count each booster that is drawn, whatever the steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 64 }), (totalSteps, stepsPerBooster) => {
        const { parameters } = counted(spec, xgblora, { stepsPerBooster }, { totalSteps });
        const boosters = Math.ceil(totalSteps / stepsPerBooster);
        expect(parameters.trainableCumulative).toBe(boosters * parameters.trainable);
        expect(parameters.stored).toBe(parameters.trainableCumulative);
      }),
    );
  });
});
