// What merges do: how much goes into which layers, whether what the model computes stays as it was, and whether the
// optimiser begins anew behind them. They are seen where a method asks a model for them, so whatever method merges is audited.
import type { Attached } from '../../contracts/method.ts';
import type { AdaptableModel, Site } from '../../contracts/model.ts';
import { seenThrough } from '../../models/seen-through.ts';
import type { Trainer } from '../train.ts';
import type { Merge } from '../../records/schema.ts';
import type { LowRankDelta } from '../../tensor/index.ts';
import type { Apart } from './apart.ts';
import { spectrumOfProduct } from './spectrum.ts';

export interface MergeAudit {
  /** To be given to the method in the model's place. */
  readonly model: AdaptableModel;
  /**
   * Has a method's hook do its work: all that it merges is one merge.
   * @param step steps taken so far
   * @param training asked after a merge
   */
  during(step: number, training: Training, hook: () => void): void;
  /** So far, in order. */
  readonly merges: Merge[];
}

export interface Training {
  readonly attached: Pick<Attached, 'trainable'>;
  readonly trainer: Pick<Trainer<never>, 'hasMoments'>;
}

/**
 * @param probe the logits of a small fixed batch as the model is; computed before the first adapter comes off in a hook,
 * and again once the last merge is done, before anything new is put on
 */
export function auditMerges(model: AdaptableModel, probe: () => Float32Array, apart: Apart): MergeAudit {
  const merges: Merge[] = [];
  let hook: Hook | undefined;
  const look = () => apart.measure(probe);
  const begin = () => {
    if (hook !== undefined) hook.before ??= look();
  };
  const settle = () => {
    if (hook !== undefined && hook.merged.length > 0) hook.after ??= look();
  };
  return {
    merges,
    model: seenThrough(model, {
      wrap(site, wrapper) {
        settle();
        const unwrap = model.wrap(site, wrapper);
        return () => {
          begin();
          unwrap();
        };
      },
      merge(site, delta) {
        begin();
        if (hook !== undefined) {
          hook.after = undefined;
          hook.merged.push({ site, norm: apart.measure(() => normOf(delta)) });
        }
        model.merge(site, delta);
      },
    }),
    during(step, training, act) {
      hook = { before: undefined, after: undefined, merged: [] };
      try {
        act();
        settle();
        if (hook.merged.length > 0) merges.push(mergeOf(step, hook, training));
      } finally {
        hook = undefined;
      }
    },
  };
}

/** What is seen while a hook works. */
interface Hook {
  before: Float32Array | undefined;
  after: Float32Array | undefined;
  readonly merged: { readonly site: Site; readonly norm: number }[];
}

function mergeOf(step: number, { before, after, merged }: Hook, { attached, trainer }: Training): Merge {
  const next = attached.trainable();
  return {
    step,
    layers: [...new Set(merged.map(({ site }) => site.layer))].sort((a, b) => a - b),
    norm: Math.sqrt(merged.reduce((sum, { norm }) => sum + norm ** 2, 0)),
    logits: largestChange(before, after),
    freshOptimizer: next.length === 0 ? null : !next.some((variable) => trainer.hasMoments(variable)),
  };
}

function normOf({ a, b, scale }: LowRankDelta): number {
  const [r] = a.shape;
  return Math.abs(scale) * spectrumOfProduct(b.dataSync<'float32'>(), a.dataSync<'float32'>(), r).norm;
}

/** Null where one of them is not finite. */
function largestChange(before: Float32Array | undefined, after: Float32Array | undefined): number | null {
  if (before === undefined || after === undefined) throw new Error('a merge without logits before and after it');
  let largest = 0;
  // By index: a vocabulary's logits are many for an iterator.
  for (let i = 0; i < after.length; i++) {
    const change = Math.abs((after[i] as number) - (before[i] as number));
    if (!Number.isFinite(change)) return null;
    largest = Math.max(largest, change);
  }
  return largest;
}
