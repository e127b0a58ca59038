// A decoder whose base is held in less than 32 bits, against the one in 32 bits that has its dequantised weights.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BASE_MERGES,
  BASE_PRECISIONS,
  type BaseMerge,
  type BasePrecision,
  type PackedPrecision,
} from '../../harness/contracts/base-precision.ts';
import type { DecoderSpec, Site } from '../../harness/contracts/model.ts';
import { NotFinite } from '../../harness/contracts/not-finite.ts';
import { packingBase } from '../../harness/models/base-weights.ts';
import { feedCausal, padCausal } from '../../harness/models/causal-batch.ts';
import { baseBytes, checkPrecision, parametersOf } from '../../harness/models/count.ts';
import { createDecoder, type Decoder } from '../../harness/models/decoder.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { PUBLISHED_DECODERS, type PublishedDecoder } from '../../harness/models/published.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { dequantize, softmaxCrossEntropy, tf, useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';
import { full } from '../../methods/full.ts';
import { attachLowRank } from '../../methods/shared/low-rank.ts';
import { largestDifference, tinyDecoder } from '../fixtures.ts';

const sizes = { layers: 2, hidden: 96, heads: 3, keyValueHeads: 1, headWidth: 32, intermediate: 128, vocab: 300 };
const SMOL = (PUBLISHED_DECODERS.at(-1) as PublishedDecoder).spec;
const spec: DecoderSpec = { ...SMOL, ...sizes };
const PACKED = BASE_PRECISIONS.filter((precision): precision is PackedPrecision => precision !== 'f32');
const drawn = streamsOf(2)('batch');
const batch = padCausal(
  Array.from({ length: 4 }, () => Array.from({ length: 32 }, () => drawn.integer(spec.vocab))),
  spec.padTokenId,
);

beforeEach(() => useBackend('onnx', { threads: 2 }));
afterEach(() => tf.disposeVariables());

describe.each(PACKED)('a base in %s', (precision) => {
  it.each([true, false])('computes what its dequantised weights compute, and their gradients (tied: %s)', (tied) => {
    const packed = randomDecoder(precision, 'stack', { ...spec, tied });
    const floats = createDecoder({ ...spec, tied }, valuesOf(packed));
    const scale = largest(logits(floats));
    expect(largestDifference(logits(packed), logits(floats)) / scale).toBeLessThan(1e-4);
    const found = gradients(packed);
    for (const [i, expected] of gradients(floats).entries()) {
      expect(largestDifference(found[i] as Float32Array, expected) / largest(expected)).toBeLessThan(1e-4);
    }
  });

  it('differs from the base that it was made of by what its blocks lose', () => {
    const [packed, given] = [randomDecoder(precision, 'stack'), randomDecoder('f32', 'stack')];
    const [read, original] = [valuesOf(packed), valuesOf(given)];
    for (const { name } of given.parameters.filter(({ variable }) => variable.rank === 2)) {
      const weights = original(name);
      // Weights lie within 0.2: half a step of the halves there, of 127 and of 15 in a block, and what its scale is off.
      const bound = { f16: 2 ** -14, q8: 0.2 / 254 + 0.2 * 2 ** -11, q4: 0.2 / 15 + 0.2 * 2 ** -9 }[
        heldAs(name, precision)
      ];
      const difference = largestDifference(read(name), weights);
      expect(difference).toBeGreaterThan(bound / 4);
      expect(difference).toBeLessThanOrEqual(bound);
    }
  });

  it('takes the bytes that are counted', () => {
    const { parameters, frozen } = randomDecoder(precision, 'stack');
    const held = [...parameters, ...frozen].map(({ variable }) => variable.dataSync().byteLength);
    expect(held.reduce((a, b) => a + b, 0)).toBe(baseBytes(spec, precision));
    expect(parameters.every(({ name }) => name.includes('norm'))).toBe(true);
  });

  it('has the same bits on any number of threads', () => {
    const digest = (threads: number) => {
      tf.removeBackend('onnx');
      tf.registerBackend('onnx', () => new OnnxBackend(threads));
      useBackend('onnx', { threads });
      const decoder = randomDecoder(precision, 'stack');
      const hash = createHash('sha256');
      for (const each of [logits(decoder), ...gradients(decoder)]) hash.update(each);
      tf.disposeVariables();
      return hash.digest('hex');
    };
    const one = digest(1);
    for (const threads of [2, 4]) expect(digest(threads)).toBe(one);
  });

  it.each(BASE_MERGES)('merges adapters: %s', (merge) => {
    const decoder = randomDecoder(precision, merge);
    const floats = createDecoder(spec, valuesOf(decoder));
    // The second grows a stack past its first room.
    for (const r of [3, 6]) {
      const [merged, expected] = [decoder, floats].map((model) => {
        const adapters = adapt(model, r);
        const before = logits(model);
        for (const adapter of adapters) adapter.merge();
        return { before, after: logits(model) };
      }) as [Record<'before' | 'after', Float32Array>, Record<'before' | 'after', Float32Array>];
      const lost = largestDifference(merged.after, merged.before) / largest(merged.before);
      if (merge === 'requantize') {
        expect(lost).toBeGreaterThan({ f16: 1e-5, q8: 1e-4, q4: 1e-3 }[precision]);
      } else {
        expect(lost).toBeLessThan(1e-6);
        expect(largestDifference(merged.after, expected.after) / largest(expected.after)).toBeLessThan(1e-5);
      }
    }
  });

  it.each([1e6, 1e30])('refuses to be rounded to again what it cannot hold: a merge of %d', (value) => {
    const decoder = randomDecoder(precision, 'requantize');
    const site = decoder.sites[0] as Site;
    const [a, b] = [tf.fill([1, site.in], value), tf.fill([site.out, 1], value)];
    expect(() => decoder.merge(site, { a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale: 1 })).toThrow(NotFinite);
  });

  it('cannot be trained in full', () => {
    expect(full.check?.({}, spec, { precision, totalSteps: 5 })).toMatch(
      `the base precision is "${precision}"; expected "f32"`,
    );
  });
});

it('is refused where rows are no whole number of blocks', () => {
  const { spec: tiny } = tinyDecoder('tiny-llama');
  expect(checkPrecision(tiny, 'f16')).toBeUndefined();
  const message = 'layers.0.mlp.down_proj.weight has rows of 24 values, expected a multiple of 32 for a base in q4';
  expect(checkPrecision(tiny, 'q4')).toBe(message);
  expect(() => randomDecoder('q4', 'stack', tiny)).toThrow(message);
});

it('counts the bytes of SmolLM2-135M: 134.5 M weights, 28.3 M of them the table', () => {
  const [table, norms] = [49_152 * 576, 61 * 576];
  const layers = 30 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536);
  expect(baseBytes(SMOL, 'f32')).toBe(4 * (table + layers + norms));
  expect(baseBytes(SMOL, 'q8')).toBe((34 / 32) * (table + layers) + 4 * norms);
  expect(baseBytes(SMOL, 'q4')).toBe((34 / 32) * table + (20 / 32) * layers + 4 * norms);
});

const heldAs = (name: string, precision: PackedPrecision) =>
  precision === 'q4' && name === 'embed_tokens.weight' ? 'q8' : precision;

function randomDecoder(precision: BasePrecision, merge: BaseMerge, of: DecoderSpec = spec): Decoder {
  const read = (name: string, shape: readonly number[]) => {
    const draw = streamsOf(4)(name);
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.uniform(-0.2, 0.2));
  };
  return createDecoder(of, read, packingBase(read, precision, merge));
}

/** Reads a decoder's weights as floats. */
function valuesOf({ spec: of, parameters, frozen }: Decoder): (name: string) => Float32Array {
  const shapeOf = (name: string) => parametersOf(of).find(([known]) => known === name)?.[1] as [number, number];
  const all = new Map([...parameters, ...frozen].map(({ name, variable }) => [name, variable]));
  return (name) => {
    const floats = all.get(name);
    if (floats !== undefined) return floats.dataSync<'float32'>().slice();
    const [codes, scales, minimums] = ['codes', 'scales', 'minimums'].map((part) => all.get(`${name}/${part}`));
    const matrix = {
      shape: shapeOf(name),
      codes: codes as tf.Variable,
      ...(scales && { scales }),
      ...(minimums && { minimums }),
    };
    return tf.tidy(() => dequantize(matrix).dataSync<'float32'>().slice());
  };
}

/** An adapter on each map of a decoder's first layer, its B drawn so that it changes something. */
function adapt(model: Decoder, r: number) {
  const draw = streamsOf(6)(`adapters of rank ${r}`);
  const sites = model.sites.filter(({ layer }) => layer === 0);
  return sites.map((site: Site) => {
    const adapter = attachLowRank(model, site, { r, scale: 2 }, draw);
    const values = Float32Array.from({ length: adapter.b.size }, () => draw.uniform(-1e-3, 1e-3));
    tf.tidy(() => adapter.b.assign(tf.tensor(values, adapter.b.shape)));
    return adapter;
  });
}

function logits(decoder: Decoder): Float32Array {
  return tf.tidy(() => {
    const tokens = feedCausal(decoder.spec, () => batch);
    return decoder.logits(decoder.read(tokens, noDropout).states).dataSync<'float32'>().slice();
  });
}

/** Of the loss under LoRA on every map: of each A and B. */
function gradients(decoder: Decoder): Float32Array[] {
  const draw = streamsOf(6)('adapters');
  const uniform = (shape: [number, number]) =>
    tf.variable(
      tf.tensor2d(
        Float32Array.from({ length: shape[0] * shape[1] }, () => draw.uniform(-0.1, 0.1)),
        shape,
      ),
    ) as tf.Tensor2D;
  const deltas = decoder.sites.map((site) => ({ site, a: uniform([4, site.in]), b: uniform([site.out, 4]), scale: 2 }));
  const unwrap = deltas.map(({ site, ...delta }) => decoder.wrap(site, (x, base) => base(x, delta)));
  const variables = deltas.flatMap(({ a, b }) => [a, b]) as tf.Tensor[] as tf.Variable[];
  const found = tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const { states } = decoder.read(
        feedCausal(decoder.spec, () => batch),
        noDropout,
      );
      return softmaxCrossEntropy(decoder.logits(states), tf.tensor1d(batch.ids.toReversed(), 'int32'), -100);
    }, variables);
    return variables.map(({ name }) => (grads[name] as tf.Tensor).dataSync<'float32'>().slice());
  });
  for (const each of unwrap) each();
  tf.dispose(variables);
  return found;
}

const largest = (values: Float32Array): number => largestDifference(values, new Float32Array(values.length));
