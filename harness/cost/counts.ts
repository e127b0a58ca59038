// Analytic counts of a model and a method: parameters, and the bytes that they take. Needs no weights.
import { BASE_PRECISIONS, type BasePrecision } from '../contracts/base-precision.ts';
import type { Method, TrainingPlan } from '../contracts/method.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { baseBytes, checkPrecision, countBase } from '../models/count.ts';
import { type TrainState, trainStateOf } from './memory.ts';

/** The training ahead, and what stands on the model. */
export interface CountPlan extends TrainingPlan {
  /** Outputs of the task head; absent, or null, where there is none, as on a decoder. */
  readonly outputs?: number | null;
}

export interface Counts {
  readonly parameters: {
    /** Of the base model. */
    readonly base: number;
    /** Of the method, trained at once; over the whole run; and needed to store what was learned. */
    readonly trainable: number;
    readonly trainableCumulative: number;
    readonly stored: number;
    /** Of the task head, trained beside them. */
    readonly head: number;
    /** Of the model with what the method lays beside it at once: PEFT's "all params", but for the head. */
    readonly withMethod: number;
  };
  readonly bytes: {
    /** Of the base by the precision that it is held in; null where it cannot be. */
    readonly weights: Readonly<Record<BasePrecision, number | null>>;
    /** Of method and head, trained at once. */
    readonly trainState: TrainState;
    /** On disk, in 32-bit floats. */
    readonly stored: number;
  };
}

export function countsOf(
  spec: ModelSpec,
  method: Pick<Method, 'count'>,
  options: Record<string, unknown>,
  plan: CountPlan,
): Counts {
  const base = countBase(spec);
  const own = method.count(spec, options, plan);
  const head = countHead(spec, plan.outputs ?? null);
  const bytesIn = (precision: BasePrecision) =>
    checkPrecision(spec, precision) === undefined ? baseBytes(spec, precision) : null;
  const weights = Object.fromEntries(BASE_PRECISIONS.map((precision) => [precision, bytesIn(precision)]));
  return {
    parameters: { base, ...own, head, withMethod: own.trainable === base ? base : base + own.trainable },
    bytes: {
      weights: weights as Record<BasePrecision, number | null>,
      trainState: trainStateOf(own.trainable + head),
      stored: Float32Array.BYTES_PER_ELEMENT * own.stored,
    },
  };
}

/** As models/head.ts makes it: a map to the outputs, and before it a dense one where the encoder has no pooler. */
function countHead(spec: ModelSpec, outputs: number | null): number {
  if (outputs === null || spec.family === 'decoder') return 0;
  const dense = spec.pooler ? 0 : spec.hidden * (spec.hidden + 1);
  return dense + outputs * (spec.hidden + 1);
}
