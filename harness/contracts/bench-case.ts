// A case of `peftbench bench`: a model's size, a method, and the shape of a batch.
import Type, { type Static } from 'typebox';
import { BASE_MERGES, BASE_PRECISIONS } from './base-precision.ts';

const closed = { additionalProperties: false };
const count = (description: string, standard?: number) =>
  Type.Integer({ minimum: 1, description, ...(standard !== undefined && { default: standard }) });

export const BenchModelSchema = Type.Object(
  {
    family: Type.Literal('encoder', { description: 'BERT, randomly initialised' }),
    // What a method adapts is listed layer by layer.
    layers: Type.Integer({ minimum: 1, maximum: 1000, description: 'transformer layers' }),
    hidden: count('width of a hidden state'),
    heads: count('attention heads'),
    intermediate: count('width of the feed-forward layer'),
    vocab: count('tokens of the vocabulary'),
  },
  closed,
);

export const BenchCaseSchema = Type.Object(
  {
    name: Type.Union([Type.Null(), Type.String()], { default: null, description: 'the row in tables' }),
    model: Type.Union([Type.String(), BenchModelSchema], {
      description: 'a preset, a published decoder, a folder or file, or sizes',
    }),
    method: Type.String({ default: 'full', description: 'ignored in mode "forward"' }),
    options: Type.Record(Type.String(), Type.Unknown(), { default: {}, description: "the method's options" }),
    precision: Type.Enum(BASE_PRECISIONS, { default: 'f32', description: "of a decoder's frozen base in memory" }),
    merge: Type.Enum(BASE_MERGES, { default: 'stack', description: 'what a merge does to a base that is not in f32' }),
    batch: count('sequences per batch'),
    length: count('tokens per sequence'),
    mode: Type.Union([Type.Literal('train'), Type.Literal('forward')], {
      default: 'train',
      description: 'whole training steps, or the forward pass alone',
    }),
    gradientCheckpointing: Type.Boolean({ default: false, description: 'as in training: less memory, more time' }),
    steps: count('steps that are measured, after two that are not', 12),
  },
  closed,
);
export type BenchCase = Static<typeof BenchCaseSchema>;

export const BenchCasesSchema = Type.Array(BenchCaseSchema, { minItems: 1 });

export interface BenchResult {
  readonly case: BenchCase;
  /** Of every measured step, what a method does between steps included. */
  readonly secondsPerBatch: { median: number; mean: number; p05: number; p95: number; n: number };
  readonly peakRssBytes: number;
  /** Of that, values between the operations of a step, as planned from the graph; null where not known. */
  readonly activationsPlannedBytes: number | null;
  /** Parameters trained at once, the head's among them. */
  readonly trainable: number;
  readonly compileSeconds: number;
  readonly traceSeconds: number;
  /** 10^9 floating-point operations a second in matrix products, at the median step; null where not known. */
  readonly gflops: number | null;
  /** Share of the machine's matrix product rate, measured before the cases. */
  readonly rooflineShare: number | null;
}
