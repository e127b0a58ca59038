// Every method on decoders: a few steps of the causal language model's loss, merges that leave the function as it is.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Method } from '../../harness/contracts/method.ts';
import { TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { feedCausal, padCausal } from '../../harness/models/causal-batch.ts';
import type { Decoder } from '../../harness/models/decoder.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { type Captured, capture, softmaxCrossEntropy, tf, useBackend } from '../../harness/tensor/index.ts';
import { AdamwOptimizer } from '../../harness/training/optimizer.ts';
import { METHODS } from '../../methods/index.ts';
import { largestDifference, tinyDecoder } from '../fixtures.ts';
import { ia3, silentIa3 } from '../ia3.ts';
import { unattestedDifference } from './attested.ts';

const STEPS = 5;
const IGNORED = -100;
/** A method's options beside its defaults. */
const OPTIONS: Readonly<Record<string, object>> = {
  full: {},
  lora: { r: 2 },
  xgblora: { stepsPerBooster: 2, layersPerBooster: 1 },
};
const training = checkWithDefaults(TrainingSchema, {}, { file: 'test' });
const batch = padCausal(
  [
    [5, 9, 2, 7, 7, 1],
    [3, 4, 8, 30, 2, 6, 11, 12, 13],
    [20, 21],
  ],
  0,
);
/** The next token of each; the third text ends, and padding is none. */
const labels = Int32Array.from(batch.ids, (_, at) =>
  (at + 1) % batch.length === 0 ? IGNORED : (batch.ids[at + 1] as number),
).map((label) => (label === 0 ? IGNORED : label));

beforeAll(() => useBackend('onnx', { threads: 2 }));

/** Of a decoder, frozen trains nothing at all: test/training/instruction-tuning.test.ts has its runs. */
const TRAINING = METHODS.filter(({ name }) => name !== 'frozen');
const cases = TRAINING.flatMap((method) =>
  (['tiny-llama', 'tiny-mistral'] as const).map((model) => ({ method, model })),
);

it('has options for every method', () => {
  expect(Object.keys(OPTIONS).sort()).toEqual(TRAINING.map(({ name }) => name).sort());
});

describe.each(cases)('$method.name on $model', ({ method, model }) => {
  it('learns, trains what it counts, and computes the same after each merge', () => {
    const { decoder, losses, trained, differences } = train(method, model);
    expect(trained).toEqual(method.count(decoder.spec, optionsOf(method), { totalSteps: STEPS }).trainableCumulative);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.05);
    expect(differences).toHaveLength(STEPS + 1);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    tf.disposeVariables();
  });

  it('leaves nothing that decides an output and is not attested', async () => {
    const of = { method, options: optionsOf(method), totalSteps: STEPS };
    expect(await unattestedDifference(of, () => tinyDecoder(model), logits)).toBe(0);
    tf.disposeVariables();
  });
});

it('catches a method that is silent of what it leaves', async () => {
  const load = () => tinyDecoder('tiny-llama');
  const differenceOf = (method: Method) =>
    unattestedDifference({ method, options: {}, totalSteps: STEPS }, load, logits);
  expect(await differenceOf(ia3)).toBe(0);
  expect(await differenceOf(silentIa3)).toBeGreaterThan(1e-3);
  tf.disposeVariables();
});

const optionsOf = (method: Method) =>
  checkWithDefaults(method.optionsSchema, OPTIONS[method.name] ?? {}, { file: 'test' });

/** `differences`: how much the logits change when a method acts between steps, and when it finishes. */
function train(method: Method, model: 'tiny-llama' | 'tiny-mistral') {
  const decoder = tinyDecoder(model);
  const base = logits(decoder);
  const random = streamsOf(3);
  const attached = method.attach(decoder, optionsOf(method), {
    random,
    totalSteps: STEPS,
    dropout: (_rate, _site, x) => x,
  });
  expect(largestDifference(logits(decoder), base)).toBeLessThan(1e-5);
  const optimizer = new AdamwOptimizer(training);
  const captured = new Map<string, Captured>();
  const seen = new Set<tf.Variable>();
  const [losses, differences]: [number[], number[]] = [[], []];
  const acting = (act: () => void) => {
    const before = logits(decoder);
    act();
    differences.push(largestDifference(logits(decoder), before));
  };
  for (let step = 0; step < STEPS; step++) {
    const variables = attached.trainable();
    for (const variable of variables) seen.add(variable);
    const structure = `${decoder.revision} ${variables.map(({ id }) => id).join(' ')}`;
    const program = captured.get(structure) ?? capture(() => lossAndGradients(decoder, variables));
    captured.set(structure, program);
    const [loss, ...gradients] = program.run();
    losses.push(loss?.dataSync()[0] as number);
    const found = new Map(variables.map((variable, i) => [variable, gradients[i] as tf.Tensor]));
    optimizer.step([{ variables, learningRate: 0.02 }], found, 1);
    acting(() => attached.afterStep?.(step));
  }
  acting(() => attached.finish());
  expect(largestDifference(logits(decoder), base)).toBeGreaterThan(1e-2);
  return { decoder, losses, differences, trained: [...seen].reduce((sum, { size }) => sum + size, 0) };
}

function lossAndGradients(decoder: Decoder, variables: readonly tf.Variable[]): tf.Tensor[] {
  const { value, grads } = tf.variableGrads(() => {
    const { states } = decoder.read(
      feedCausal(decoder.spec, () => batch),
      noDropout,
    );
    return softmaxCrossEntropy(decoder.logits(states), tf.tensor1d(labels, 'int32'), IGNORED);
  }, variables as tf.Variable[]);
  return [value, ...variables.map(({ name }) => grads[name] as tf.Tensor)];
}

function logits(decoder: Decoder): Float32Array {
  return tf.tidy(() => {
    const { states } = decoder.read(
      feedCausal(decoder.spec, () => batch),
      noDropout,
    );
    return decoder.logits(states).dataSync<'float32'>().slice();
  });
}
