// What the audit says of merges that are not as they should be, by methods made for that.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AdaptableModel, Site } from '../../../harness/contracts/model.ts';
import type { Decoder } from '../../../harness/models/decoder.ts';
import { streamsOf } from '../../../harness/random/streams.ts';
import type { Merge } from '../../../harness/records/schema.ts';
import { tf, useBackend } from '../../../harness/tensor/index.ts';
import { createApart } from '../../../harness/training/measure/apart.ts';
import { fixedTextLogits } from '../../../harness/training/measure/fixed-text.ts';
import { auditMerges, type MergeAudit, type Training } from '../../../harness/training/measure/merge-audit.ts';
import { attachLowRank } from '../../../methods/shared/low-rank.ts';
import { tinyDecoder } from '../../fixtures.ts';

const TOKENS = [5, 17, 3, 34, 9, 28, 31, 2, 30, 12];
const NOTHING: Training = { attached: { trainable: () => [] }, trainer: { hasMoments: () => false } };

let decoder: Decoder;
let audit: MergeAudit;
let probed = 0;

beforeAll(() => useBackend('onnx', { threads: 1 }));
beforeEach(() => {
  decoder = tinyDecoder('tiny-llama');
  probed = 0;
  const probe = () => {
    probed++;
    return fixedTextLogits(decoder, TOKENS);
  };
  audit = auditMerges(decoder, probe, createApart());
});

const siteOf = (name: string) => decoder.sites.find((site) => site.name === name) as Site;

/** With a B that is not zero. */
function adapterOn(model: AdaptableModel, site: Site) {
  const draw = streamsOf(3)(site.name);
  const adapter = attachLowRank(model, site, { r: 2, scale: 0.5 }, draw);
  tf.tidy(() =>
    adapter.b.assign(
      tf.tensor2d(
        Array.from({ length: 2 * site.out }, () => draw.uniform(-1, 1)),
        [site.out, 2],
      ),
    ),
  );
  return adapter;
}

const only = ([merge, ...others]: readonly Merge[]): Merge => {
  expect(others).toEqual([]);
  if (merge === undefined) throw new Error('no merge');
  return merge;
};

const largest = (one: Float32Array, other: Float32Array) =>
  one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0);

describe('a merge', () => {
  it('of what an adapter computes leaves the logits as they are', () => {
    const untrained = fixedTextLogits(decoder, TOKENS);
    const adapters = ['layers.1.q', 'layers.0.up'].map((name) => adapterOn(audit.model, siteOf(name)));
    audit.during(4, NOTHING, () => {
      for (const adapter of adapters) adapter.merge();
    });
    const merge = only(audit.merges);
    expect(merge).toMatchObject({ step: 4, layers: [0, 1], freshOptimizer: null });
    expect(merge.logits).toBeLessThan(1e-5);
    expect(largest(untrained, fixedTextLogits(decoder, TOKENS))).toBeGreaterThan(0.01);
    expect(probed).toBe(2);
  });

  it('of something else is seen by as much as the logits change', () => {
    const site = siteOf('layers.1.v');
    const { a, b, merge: _ } = adapterOn(audit.model, site);
    const trained = fixedTextLogits(decoder, TOKENS);
    const unwrapped = audit.model;
    audit.during(1, NOTHING, () => {
      // Beside the adapter, which stays on: what it computes counts twice.
      unwrapped.merge(site, { a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale: 0.5 });
    });
    const { logits, norm } = only(audit.merges);
    expect(logits).toBeGreaterThan(0.01);
    expect(logits).toBe(largest(trained, fixedTextLogits(decoder, TOKENS)));
    const [product] = tf.tidy(() =>
      Array.from(tf.norm(tf.mul(tf.matMul(b as tf.Tensor2D, a as tf.Tensor2D), 0.5)).dataSync()),
    );
    expect(norm).toBeCloseTo(product as number, 5);
  });

  it('is looked at before what is put on next', () => {
    const adapter = adapterOn(audit.model, siteOf('layers.0.q'));
    audit.during(1, NOTHING, () => {
      adapter.merge();
      adapterOn(audit.model, siteOf('layers.1.q'));
    });
    expect(only(audit.merges).logits).toBeLessThan(1e-5);
  });

  it('with which the optimiser goes on is told from one with which it begins', () => {
    const adapter = adapterOn(audit.model, siteOf('layers.0.q'));
    const [known, unknown] = [adapter.b, adapter.a];
    const training = (trainable: readonly tf.Variable[]): Training => ({
      attached: { trainable: () => trainable },
      trainer: { hasMoments: (variable) => variable === known },
    });
    const delta = { a: adapter.a as tf.Tensor2D, b: adapter.b as tf.Tensor2D, scale: 1 };
    for (const trainable of [[unknown], [unknown, known], []]) {
      audit.during(1, training(trainable), () => audit.model.merge(adapter.site, delta));
    }
    expect(audit.merges.map(({ freshOptimizer }) => freshOptimizer)).toEqual([true, false, null]);
  });

  it('after which a logit is not finite has no figure', () => {
    const { a, b, site } = adapterOn(audit.model, siteOf('layers.0.q'));
    tf.tidy(() => b.assign(tf.fill([site.out, 2], 1e38)));
    audit.during(1, NOTHING, () => audit.model.merge(site, { a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale: 10 }));
    expect(only(audit.merges).logits).toBeNull();
  });
});

it('a hook that merges nothing takes no look, and outside of hooks there is none', () => {
  audit.during(1, NOTHING, () => {});
  const adapter = adapterOn(audit.model, siteOf('layers.0.q'));
  expect(probed).toBe(0);
  adapter.merge();
  expect(probed).toBe(0);
  expect(audit.merges).toEqual([]);
});
