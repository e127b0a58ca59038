// The same run gives the same bits: again, on any number of threads, and scored in batches of any size. And what that
// rests on: the order of examples, dropout masks and learning rates as functions of the seed and the step alone.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskData } from '../../harness/contracts/dataset.ts';
import type { Method } from '../../harness/contracts/method.ts';
import type { DecoderSpec } from '../../harness/contracts/model.ts';
import type { Training } from '../../harness/contracts/run-config.ts';
import { feedCausal, padCausal } from '../../harness/models/causal-batch.ts';
import { parametersOf } from '../../harness/models/count.ts';
import { createDecoder } from '../../harness/models/decoder.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { PUBLISHED_DECODERS, type PublishedDecoder } from '../../harness/models/published.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { softmaxCrossEntropy, tf, useBackend } from '../../harness/tensor/index.ts';
import { seededDropout } from '../../harness/training/dropout.ts';
import { countSteps, epochBatches } from '../../harness/training/order.ts';
import { METHODS } from '../../methods/index.ts';
import { restartBackend } from '../fixtures.ts';
import { runOf } from './run-of.ts';

const WORDS = ['a', 'plane', 'is', 'taking', 'off', 'the', 'cat', 'sat', 'on', 'mat', 'weak', 'learner'];

/** Sentences of 1 to 6 words, so that batches have several lengths. */
function examples(split: string, count: number) {
  const draw = streamsOf(1)(split);
  const text = () => Array.from({ length: 1 + draw.integer(6) }, () => WORDS[draw.integer(WORDS.length)]).join(' ');
  return Array.from({ length: count }, (_, i) => ({
    id: `${split}-${i}`,
    texts: [text(), text()] as const,
    label: draw.integer(2),
  }));
}

const data: TaskData = {
  kind: 'classification',
  labels: ['no', 'yes'],
  train: examples('train', 24),
  evaluation: [{ name: 'validation', examples: examples('validation', 34) }],
};
const task = { id: 'test/pairs', metrics: ['accuracy'] } as const;
/** Options under which a run of three steps comes to everything that a method does. */
const OPTIONS: Readonly<Record<string, object>> = { lora: { dropout: 0.1 }, xgblora: { stepsPerBooster: 2 } };

function run(method: Method, { threads, ...training }: { threads: number } & Partial<Training>) {
  restartBackend(threads);
  const settings = { batchSize: 8, epochs: 1, dropout: 0.1, ...training };
  const given = { model: 'encoder/tiny-bert', method, options: OPTIONS[method.name] ?? {}, learningRate: 1e-3 };
  return runOf({ ...given, task, data, training: settings, threads });
}

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe.each(METHODS.map((method) => ({ method, name: method.name })))('a run of $name', ({ method }) => {
  it('gives the same bits again and on 2 and 4 threads', async () => {
    const first = await run(method, { threads: 1 });
    expect(first.results.losses).toHaveLength(3);
    for (const threads of [1, 2, 4]) {
      const other = await run(method, { threads });
      expect(other.results.losses).toEqual(first.results.losses);
      expect(other.results.attestation).toEqual(first.results.attestation);
      expect(other.predictions).toEqual(first.predictions);
    }
  });

  it('gives the same bits with gradient checkpointing', async () => {
    const kept = await run(method, { threads: 1 });
    const recomputed = await run(method, { threads: 1, gradientCheckpointing: true });
    expect(recomputed.results.losses).toEqual(kept.results.losses);
    expect(recomputed.results.attestation).toEqual(kept.results.attestation);
  });

  it('gives the same scores in evaluation batches of 1, 7 and 32', async () => {
    const [one, ...others] = [
      await run(method, { threads: 2, evalBatchSize: 1 }),
      await run(method, { threads: 2, evalBatchSize: 7 }),
      await run(method, { threads: 2, evalBatchSize: 32 }),
    ];
    for (const other of others) expect(other.predictions).toEqual(one?.predictions);
  });
});

it('a product with a column gives the same bits on 1, 2, 3 and 4 threads, at a size that is divided among them', () => {
  const draw = streamsOf(0)('column');
  const values = (length: number) => Float32Array.from({ length }, () => draw.uniform(-1, 1));
  const [rows, inner] = [2048, 384];
  const [table, transposed, column] = [values(rows * inner), values(rows * inner), values(inner)];
  const productsOn = (threads: number) => {
    restartBackend(threads);
    const right = tf.tensor2d(column, [inner, 1]);
    const products = [
      tf.matMul(tf.tensor2d(table, [rows, inner]), right),
      tf.matMul(tf.tensor2d(transposed, [inner, rows]), right, true),
    ];
    return products.map((product) => Array.from(product.dataSync()));
  };
  const first = productsOn(1);
  for (const threads of [2, 3, 4]) expect(productsOn(threads)).toEqual(first);
});

describe('the order of examples', () => {
  const lengths = examples('order', 203).map(({ texts }) => ({ length: texts[0].length }));
  const batches = (seed: number, epoch: number) => epochBatches(lengths, 8, streamsOf(seed), `data/order/t/${epoch}`);

  it('has every example once an epoch, in as many batches as steps are counted', () => {
    const order = batches(0, 0);
    expect(order.flat().toSorted((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
    expect(order).toHaveLength(countSteps(lengths.length, 8, 1));
  });

  it('is a function of the seed and the epoch', () => {
    expect(batches(0, 0)).toEqual(batches(0, 0));
    expect(batches(0, 1)).not.toEqual(batches(0, 0));
    expect(batches(1, 0)).not.toEqual(batches(0, 0));
  });

  it('is the same for every method of a seed', async () => {
    const hashes = new Set<string>();
    for (const method of METHODS) hashes.add((await run(method, { threads: 1 })).results.attestation.dataOrderSha256);
    expect(hashes.size).toBe(1);
  });
});

describe('dropout', () => {
  const masks = (seed: number, step: number | undefined, site: string, before: readonly string[] = []): number[] => {
    useBackend('onnx', { threads: 1 });
    const dropout = seededDropout(streamsOf(seed), () => step);
    return tf.tidy(() => {
      for (const other of before) dropout(0.5, other, tf.ones([3]));
      return Array.from(dropout(0.25, site, tf.ones([40, 50])).dataSync());
    });
  };

  it('depends on seed, step and site, and on nothing drawn before', () => {
    const mask = masks(0, 3, 'head');
    expect(masks(0, 3, 'head', ['embeddings', 'head'])).toEqual(mask);
    for (const other of [masks(1, 3, 'head'), masks(0, 4, 'head'), masks(0, 3, 'embeddings')]) {
      expect(other).not.toEqual(mask);
    }
  });

  it('drops at its rate and scales what it keeps; outside training it drops nothing', () => {
    const mask = masks(0, 3, 'head');
    const dropped = mask.filter((value) => value === 0).length / mask.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.04);
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(new Set(masks(0, undefined, 'head'))).toEqual(new Set([1]));
  });
});

describe('a decoder', () => {
  const sizes = { layers: 2, hidden: 288, intermediate: 96, vocab: 300 };
  const spec: DecoderSpec = { ...(PUBLISHED_DECODERS.at(-1) as PublishedDecoder).spec, ...sizes };
  const [SEQUENCES, LENGTH] = [8, 128];

  /** The loss and the gradient of every parameter, over so many rows that products are split among threads. */
  function gradients(threads: number): string[] {
    restartBackend(threads);
    const draw = streamsOf(4)('weights');
    const decoder = createDecoder(spec, (_name, shape) =>
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.uniform(-0.2, 0.2)),
    );
    const text = () => Array.from({ length: LENGTH }, () => draw.integer(spec.vocab));
    const batch = padCausal(Array.from({ length: SEQUENCES }, text), spec.padTokenId);
    const variables = decoder.parameters.map(({ variable }) => variable);
    const objective = () => {
      const tokens = feedCausal(spec, () => batch);
      const logits = decoder.logits(decoder.read(tokens, noDropout).states);
      return softmaxCrossEntropy(logits, tf.tensor1d(batch.ids.toReversed(), 'int32'), spec.vocab);
    };
    const { value, grads } = tf.tidy(() => tf.variableGrads(objective, variables));
    const found = [value, ...variables.map(({ name }) => grads[name] as tf.Tensor)];
    const digests = found.map((each) => createHash('sha256').update(each.dataSync<'float32'>()).digest('hex'));
    tf.disposeVariables();
    return digests;
  }

  it('has the same gradients on any number of threads', () => {
    const one = gradients(1);
    expect(new Set(one).size).toBe(1 + parametersOf(spec).length);
    expect(gradients(2)).toEqual(one);
    expect(gradients(3)).toEqual(one);
  });
});
