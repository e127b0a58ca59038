// The weights that are evaluated, chosen on held-out training examples: a run that chose its k-th step ends with the bits of
// one that stopped there.
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChoiceExample, TaskData, TextExample } from '../../harness/contracts/dataset.ts';
import type { Method } from '../../harness/contracts/method.ts';
import { selectedStep } from '../../harness/contracts/selection.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { PUBLISHED_DECODERS, type PublishedDecoder } from '../../harness/models/published.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { METHODS } from '../../methods/index.ts';
import { bitfit } from '../bitfit.ts';
import { ia3 } from '../ia3.ts';
import { outcomeOf, runOf, type Tried } from './run-of.ts';

const WORDS = ['a', 'plane', 'is', 'taking', 'off', 'the', 'cat', 'sat', 'on', 'mat'];

function texts(split: string, count: number): TextExample[] {
  const draw = streamsOf(1)(split);
  const text = () => Array.from({ length: 3 }, () => WORDS[draw.integer(WORDS.length)]).join(' ');
  return Array.from({ length: count }, (_, i) => ({
    ...{ id: `${split}-${i}`, texts: [text(), text()] as const, label: draw.integer(100) / 100 },
  }));
}

function questions(split: string, count: number): ChoiceExample[] {
  const draw = streamsOf(1)(split);
  return Array.from({ length: count }, (_, i) => {
    const [question, answers] = [`${WORDS[draw.integer(10)]} < ${i}?`, ['no', 'yes']];
    return { id: `${split}-${i}`, question, options: answers, label: draw.integer(2), instruction: question, answers };
  });
}

const data = (evaluation: string): TaskData => ({
  ...{ kind: 'regression', range: [0, 1], train: texts('train', 24) },
  evaluation: [{ name: 'validation', examples: texts(evaluation, 6) }],
});
const encoder = {
  ...{ model: 'encoder/tiny-bert', options: {}, learningRate: 3e-2, headLearningRate: 3e-2, threads: 1 },
  ...{ task: { id: 'test/scores', metrics: ['pearson'] }, data: data('validation') },
} as const satisfies Omit<Tried, 'method' | 'training'>;
const choices: TaskData = {
  ...{ kind: 'choice', train: questions('train', 20) },
  evaluation: [{ name: 'validation', examples: questions('validation', 4) }],
};
const decoder = {
  ...{ model: 'decoder/llama', options: {}, learningRate: 3e-2, threads: 1 },
  ...{ task: { id: 'test/choices', metrics: ['accuracy'] }, data: choices, protocol: 'answer' },
} as const satisfies Omit<Tried, 'method' | 'training'>;

/** Two examples a step, 8 of them held out: 8 steps an epoch of the encoder's, 6 of the decoder's. */
const BEST = { selection: 'best', selectionHoldout: 8, selectionEvery: 1, batchSize: 2 } as const;
const CONSTANT = { schedule: 'constant', warmup: 0, maxLength: 64 } as const;
const training = (steps: number, perEpoch: number) => ({ ...BEST, ...CONSTANT, epochs: steps / perEpoch });
const methodOf = (name: string) => METHODS.find((method) => method.name === name) as Method;

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe.each<[what: string, tried: Omit<Tried, 'training'>, perEpoch: number]>([
  ['full', { ...encoder, method: methodOf('full'), learningRate: 1e-2 }, 8],
  ['frozen', { ...encoder, method: methodOf('frozen') }, 8],
  ['lora', { ...encoder, method: methodOf('lora') }, 8],
  ['bitfit', { ...encoder, method: bitfit }, 8],
  ['ia3', { ...encoder, method: ia3 }, 8],
  ['xgblora', { ...encoder, method: methodOf('xgblora'), options: { stepsPerBooster: 3, layersPerBooster: 1 } }, 8],
  [
    'xgblora of a decoder',
    { ...decoder, method: methodOf('xgblora'), options: { stepsPerBooster: 2, layersPerBooster: 1 } },
    6,
  ],
])('%s', (_what, tried, perEpoch) => {
  it('ends where the best score was', async () => {
    const { results, predictions } = await runOf({ ...tried, training: training(12, perEpoch) });
    const { selection } = results;
    expect(selection?.scores.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    const step = selectedStep(selection?.scores ?? []) ?? 0;
    expect(selection).toMatchObject({ step, examples: 8 });
    expect(step).toBeLessThan(12);
    const stopped = await runOf({
      ...tried,
      training: { ...training(step, perEpoch), selectionEvery: 100 },
    });
    expect(stopped.results.selection?.scores).toEqual(selection?.scores.slice(step - 1, step));
    expect(stopped.results.losses).toEqual(results.losses.slice(0, step));
    expect(stopped.results.attestation.finalWeightsSha256).toBe(results.attestation.finalWeightsSha256);
    expect(stopped.predictions).toEqual(predictions);
    // It tells of the merges that are in these weights, and of no others.
    const told = ({ merges, update }: typeof results) => [
      merges?.map(({ layers, norm, logits }) => ({ layers, norm, logits })),
      update,
    ];
    expect(told(results)).toEqual(told(stopped.results));
    const steps = results.merges?.map((merge) => merge.step) ?? [];
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });
});

it('does not look at the evaluation sets', async () => {
  const run = (evaluation: string) =>
    runOf({ ...encoder, method: methodOf('lora'), data: data(evaluation), training: training(12, 8) });
  const [one, other] = [await run('validation'), await run('other')];
  expect(other.results.selection).toEqual(one.results.selection);
  expect(other.results.attestation.finalWeightsSha256).toBe(one.results.attestation.finalWeightsSha256);
  expect(other.predictions).not.toEqual(one.predictions);
});

it('scores once an epoch where nothing else is asked for, and at the end', async () => {
  const { selectionEvery: _, ...rest } = training(20, 8);
  const { results } = await runOf({ ...encoder, method: methodOf('lora'), training: rest });
  expect(results.selection?.scores.map(({ step }) => step)).toEqual([8, 16, 20]);
});

it('keeps the adapters that were merged until then, and no later ones', async () => {
  const tried = { ...decoder, method: methodOf('xgblora'), options: { stepsPerBooster: 2, layersPerBooster: 1 } };
  const learned = async (given: Tried['training']) => {
    const kept: unknown[] = [];
    const { results } = await runOf({ ...tried, training: given, onLearned: ({ adapters }) => kept.push(...adapters) });
    return { kept, step: results.selection?.step ?? 0 };
  };
  const { kept, step } = await learned(training(12, 6));
  expect(step).toBeLessThan(12);
  const stopped = await learned({ ...training(step, 6), selectionEvery: 100 });
  expect(kept).toEqual(stopped.kept);
});

it('is refused where merged boosters cannot be taken out of the base again', () => {
  const method = methodOf('xgblora');
  const options = checkWithDefaults(method.optionsSchema, {}, { file: 'test' });
  const spec = (PUBLISHED_DECODERS[0] as PublishedDecoder).spec;
  const refused = (precision: 'f32' | 'q8', selection: 'last' | 'best') =>
    method.check?.(options, spec, { precision, totalSteps: 8, selection });
  expect(refused('q8', 'best')).toMatch(/^the selection "best" .*"q8"; expected "f32", or the selection "last"$/);
  for (const fine of [refused('f32', 'best'), refused('q8', 'last')]) expect(fine).toBeUndefined();
});

describe('a method that does not say how it was before', () => {
  const forgetful = (method: Method): Method => ({
    ...method,
    attach: (model, options, context) => {
      const { checkpoint: _forgotten, ...attached } = method.attach(model, options, context);
      return attached;
    },
  });

  it('fails where it merges before it finishes', async () => {
    const method = forgetful(methodOf('xgblora'));
    const outcome = await outcomeOf({ ...encoder, method, options: { stepsPerBooster: 3 }, training: training(12, 8) });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringMatching(/^the selection "best" cannot undo a merge of a method without checkpoint/),
      },
    });
  });

  it('fails where it trains others by then', async () => {
    const swapping: Method = {
      ...methodOf('frozen'),
      attach: () => {
        let variable = tf.variable(tf.zeros([2]));
        return {
          trainable: () => [variable],
          penalty: () => tf.mul(tf.sum(variable), 0) as tf.Scalar,
          afterStep: () => {
            variable = tf.variable(tf.zeros([2]));
          },
          finish() {},
        };
      },
    };
    const outcome = await outcomeOf({ ...encoder, method: swapping, training: training(12, 8) });
    expect(outcome).toMatchObject({ status: 'failed', error: { message: expect.stringMatching(/cannot bring back/) } });
  });
});

describe('the step of the best score', () => {
  it.each([
    ['the highest', [0.1, 0.3, 0.2], 2],
    ['of equals the earliest', [0.3, 0.1, 0.3], 1],
    ['any before none', [null, -0.5, null], 2],
    ['the last of none', [null, null], 2],
  ])('is %s', (_what, values, step) => {
    expect(selectedStep(values.map((value, i) => ({ step: i + 1, value })))).toBe(step);
  });
});
