// Runs that train into numbers that are not finite, one of each kind: each ends as diverged, with the losses before it,
// all finite, and never with a metric.
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChoiceExample, TaskData, TextExample } from '../../harness/contracts/dataset.ts';
import type { Method } from '../../harness/contracts/method.ts';
import { METRICS, type MetricName } from '../../harness/metrics/index.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { METHODS } from '../../methods/index.ts';
import { bitfit } from '../bitfit.ts';
import { outcomeOf, type Tried } from './run-of.ts';

/** Texts of one length, so that steps have one shape; labels 0 and 1. */
function texts(split: string, count: number): TextExample[] {
  const draw = streamsOf(1)(split);
  const word = () => ['a', 'plane', 'is', 'the', 'cat', 'mat'][draw.integer(6)];
  return Array.from({ length: count }, (_, i) => ({
    id: `${split}-${i}`,
    texts: [`${word()} ${word()}`, `${word()}`] as const,
    label: i % 2,
  }));
}

function questions(split: string, count: number): ChoiceExample[] {
  return Array.from({ length: count }, (_, i) => {
    const [question, answers] = [`${i % 3} < ${i}?`, ['no', 'yes']];
    return { id: `${split}-${i}`, question, options: answers, label: i % 2, instruction: question, answers };
  });
}

const classification: TaskData = {
  kind: 'classification',
  labels: ['no', 'yes'],
  train: texts('train', 8),
  evaluation: [{ name: 'validation', examples: texts('validation', 4) }],
};
const { labels: _, ...unlabelled } = classification;
const regression: TaskData = { ...unlabelled, kind: 'regression', range: [0, 1] };
const choice: TaskData = {
  kind: 'choice',
  train: questions('train', 8),
  evaluation: [{ name: 'validation', examples: questions('validation', 4) }],
};
const methodOf = (name: string) => METHODS.find((method) => method.name === name) as Method;

const encoder = {
  ...{ model: 'encoder/tiny-bert', method: methodOf('lora'), options: { r: 1 }, learningRate: 1e-4, threads: 1 },
  ...{
    task: { id: 'test/pairs', metrics: ['accuracy'] },
    data: classification,
    training: { batchSize: 4, epochs: 2, warmup: 0 },
  },
} as const satisfies Tried;
const decoder = {
  ...{ model: 'decoder/llama', method: methodOf('full'), options: {}, learningRate: 1e30, threads: 1 },
  ...{ task: { id: 'test/choices', metrics: ['accuracy'] }, data: choice, protocol: 'answer' },
  // Decay would make the norms' weights so large that the states are 0, and scores of that are finite.
  training: { batchSize: 8, epochs: 1, maxLength: 64, warmup: 0, schedule: 'constant', weightDecay: 0 },
} as const satisfies Tried;
/** One step on everything: nothing after the update could notice but the scores. */
const ONE_STEP = { batchSize: 8, epochs: 1, warmup: 0, schedule: 'constant' } as const;

beforeAll(() => useBackend('onnx', { threads: 1 }));

/** Runs, and expects a divergence after so many losses, for the reason given. */
async function expectDiverged(tried: Tried, losses: number, reason: RegExp): Promise<void> {
  const outcome = await outcomeOf(tried);
  if (outcome.status === 'completed') throw new Error('the run completed');
  expect(outcome.error.message).toMatch(reason);
  expect(outcome.status).toBe('diverged');
  expect(outcome.error.step).toBe(losses);
  expect(outcome.losses).toHaveLength(losses);
  expect(outcome.losses.every(Number.isFinite)).toBe(true);
}

describe('a loss', () => {
  it.each([
    ['of an encoder', encoder],
    ['of a regression', { ...encoder, data: regression, task: { id: 'test/scores', metrics: ['pearson'] as const } }],
    ['of options', { ...encoder, data: choice }],
    ['with nothing clipped', { ...encoder, training: { ...encoder.training, clip: 0 } }],
    ['in micro-batches', { ...encoder, training: { ...encoder.training, microBatchSize: 2 } }],
  ] satisfies [string, Tried][])('%s', (_what, tried) =>
    expectDiverged({ ...tried, headLearningRate: 1e38 }, 1, /^the loss of step 1 is (NaN|Infinity)$/),
  );

  it('of a decoder', () =>
    expectDiverged({ ...decoder, training: { ...decoder.training, batchSize: 4 } }, 1, /^the loss of step 1 is NaN$/));

  it('with a penalty that overflows', () =>
    expectDiverged(
      {
        ...encoder,
        ...{ method: methodOf('xgblora'), options: { normPenalty: 1, layersPerBooster: 1 }, learningRate: 1e20 },
      },
      1,
      /^the loss of step 1 is (NaN|Infinity)$/,
    ));

  it('with a constant that no 32-bit float holds', () =>
    expectDiverged({ ...encoder, options: { r: 1, alpha: 1e39 } }, 0, /^the loss of step 0 is NaN$/));

  it('after a booster was merged that overflows', () =>
    expectDiverged(
      {
        ...encoder,
        ...{ method: methodOf('xgblora'), options: { stepsPerBooster: 1, layersPerBooster: 1 }, learningRate: 1e39 },
        headLearningRate: 1e-3,
      },
      1,
      /^the loss of step 1 is NaN$/,
    ));
});

it("a gradient's norm, of a finite loss", () =>
  expectDiverged(
    { ...encoder, data: regression, headLearningRate: 3e17, training: { ...encoder.training, schedule: 'constant' } },
    1,
    /^the gradient's norm at step 1 is Infinity, of a loss of \d\.\d+e\+3\d$/,
  ));

describe('scores alone, after the last update, of the metric', () => {
  const cases: [MetricName, TaskData][] = [
    ['accuracy', classification],
    ['f1', classification],
    ['matthews', classification],
    ['pearson', regression],
    ['spearman', regression],
    ['accuracy', choice],
  ];
  it.each(cases)('%s', async (metric, data) => {
    const task = { id: 'test/one', metrics: [metric] as const };
    const tried = { ...encoder, task, data, headLearningRate: 2e38, training: ONE_STEP };
    await expectDiverged(tried, 1, /^the scores of validation-\d \(validation\) hold (NaN|-?Infinity)$/);
  });

  it('accuracy, after an epoch', () =>
    expectDiverged(
      { ...encoder, headLearningRate: 2e38, training: { ...ONE_STEP, epochs: 2, evaluate: 'epoch' } },
      1,
      /^the scores of validation-\d \(validation\) hold/,
    ));
});

describe('scores alone of a decoder, by the protocol', () => {
  it.each(['likelihood', 'answer'] as const)('%s', (protocol) =>
    expectDiverged(
      { ...decoder, protocol },
      1,
      /^the log-likelihoods of validation-\d \(validation\) hold (NaN|-?Infinity)$/,
    ),
  );

  it.each([1, 2])('generate, %i beams', (beams) =>
    expectDiverged(
      { ...decoder, protocol: 'generate', beams },
      1,
      /^a token that continues a prompt has the log-probability NaN$/,
    ),
  );
});

it('a metric alone', async () => {
  const accuracy = vi.spyOn(METRICS, 'accuracy').mockReturnValue(Number.NaN);
  await expectDiverged(encoder, 4, /^the metric accuracy is NaN$/);
  accuracy.mockRestore();
});

describe('weights alone', () => {
  /** The pooler's bias goes into a tanh, which makes 1 of an infinity. */
  const poolerBias: Method = {
    ...bitfit,
    attach(model) {
      const bias = model.parameters.find(({ name }) => name === 'pooler.dense.bias');
      if (bias === undefined) throw new Error('a model without a pooler');
      return { trainable: () => [bias.variable], finish() {} };
    },
  };

  it('of a parameter that was trained', () =>
    expectDiverged(
      { ...encoder, method: poolerBias, options: {}, learningRate: 3e38, headLearningRate: 1e-3 },
      4,
      /^pooler\.dense\.bias holds -?Infinity at index \d+$/,
    ));

  it('of a base into which a booster was merged, and no adapter is kept of it', async () => {
    const onLearned = vi.fn();
    await expectDiverged(
      {
        ...encoder,
        ...{ method: methodOf('xgblora'), options: { scale: 1e10 }, learningRate: 1e30, onLearned },
        ...{ headLearningRate: 1e-3, training: ONE_STEP },
      },
      1,
      /^encoder\.layer\.\d\.\S+\.weight holds -?Infinity at index \d+$/,
    );
    expect(onLearned).not.toHaveBeenCalled();
  });

  it('of a base in 16 bits that is brought back to them after a merge', () =>
    expectDiverged(
      {
        ...decoder,
        ...{ method: methodOf('xgblora'), options: { layersPerBooster: 1, scale: 1e4 }, learningRate: 1e4 },
        training: { ...decoder.training, basePrecision: 'f16', baseMerge: 'requantize' },
      },
      1,
      /^layers\.\d\.\S+\.weight, after a merge, holds values that no half-precision number can hold or scale$/,
    ));
});

it('no adapter is kept where only the scores are not finite', async () => {
  const onLearned = vi.fn();
  await expectDiverged({ ...decoder, onLearned }, 1, /log-likelihoods/);
  expect(onLearned).not.toHaveBeenCalled();
});
