// Bytes of the values between the operations of a step, as the onnx backend keeps and plans them (tensor/onnx/recompute.ts,
// plan-memory.ts). For the gradient a layer keeps what its large products give and the sums that its norms read; what follows
// from these cheaply (norms, activations, attention's weights) is computed again. Beside what is kept the layer that is
// computed has its own values: the sizes below count those that are there at once where most are.
import type { BasePrecision } from '../contracts/base-precision.ts';
import type { ModelSpec, Site } from '../contracts/model.ts';
import { sitesOf } from '../models/count.ts';
import type { BatchShape } from './batch-shape.ts';
import { outputShare, type Trained } from './trained.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** A product over so few elements is computed again: attention's over a short sequence is. */
export const CHEAP_INNER = 128;

/** Bytes of arrays that recur. */
interface Sizes {
  /** States, [tokens, hidden]. */
  readonly states: number;
  /** Of the feed-forward part, [tokens, intermediate]. */
  readonly wide: number;
  /** Attention's weights, [sequences, heads, length, keys]. */
  readonly weights: number;
}

function sizesOf(spec: ModelSpec, { sequences, length, past = 0 }: BatchShape): Sizes {
  const tokens = sequences * length;
  return {
    states: FLOAT * tokens * spec.hidden,
    wide: FLOAT * tokens * spec.intermediate,
    weights: FLOAT * sequences * spec.heads * length * (length + past),
  };
}

export interface ActivationSettings {
  readonly precision: BasePrecision;
  readonly gradientCheckpointing: boolean;
}

/** Of a training step on a batch. */
export function trainingActivations(
  spec: ModelSpec,
  shape: BatchShape,
  trained: Trained,
  { precision, gradientCheckpointing }: ActivationSettings,
): number {
  if (trained.parameters === 0) return forwardActivations(spec, shape);
  const sizes = sizesOf(spec, shape);
  const depth = spec.layers - Math.min(trained.lowest, spec.layers);
  const ofLayer = keptByLayer(spec, shape, trained);
  const whole = spec.family === 'encoder' ? depth - 1 : depth;
  // Of an encoder's last layer, whose other rows are few, the keys and values.
  const last = spec.family === 'encoder' ? 2 * sizes.states : 0;
  const embeddings = sizes.states * (trained.isWhole && spec.family === 'encoder' ? 2 : 1);
  const kept = (gradientCheckpointing ? whole * sizes.states + ofLayer : whole * ofLayer) + last;
  const working = Math.max(
    attentionPeak(spec, sizes),
    feedForwardPeak(spec, sizes),
    spec.family === 'decoder' ? lossPeak(spec, shape, sizes) : 0,
  );
  // A weight's gradient takes what the map was given, transposed.
  const transposed = trained.isWhole && spec.family === 'encoder' ? sizes.wide : 0;
  return (
    kept +
    embeddings +
    working +
    transposed +
    exponentials(spec, shape, trained) +
    madeWeights(spec, trained, precision)
  );
}

/** Of the forward pass alone, which keeps nothing. */
export function forwardActivations(spec: ModelSpec, shape: BatchShape): number {
  const { states, wide, weights } = sizesOf(spec, shape);
  if (spec.family === 'encoder') return 6 * states + 2 * wide + 2 * weights;
  return 8 * states + wide + 4 * weights;
}

/** What a layer keeps for the gradient, in bytes. */
function keptByLayer(spec: ModelSpec, { sequences, length }: BatchShape, trained: Trained): number {
  const { hidden, intermediate } = spec;
  const queries = spec.family === 'encoder' ? hidden : spec.heads * spec.headWidth;
  const keys = spec.family === 'encoder' ? hidden : spec.keyValueHeads * spec.headWidth;
  // Two sums that norms read or the result is; an encoder's result is a norm's beside them.
  const states = spec.family === 'encoder' ? 3 * hidden : 2 * hidden;
  const wide = spec.family === 'encoder' ? intermediate : 2 * intermediate;
  const context = length > CHEAP_INNER ? queries * outputShare(trained) : 0;
  return FLOAT * sequences * length * (queries + 2 * keys + states + wide + context);
}

/** While the gradient goes through attention, the feed-forward part's arrays being held for the next layer. */
function attentionPeak(spec: ModelSpec, { states, wide, weights }: Sizes): number {
  if (spec.family === 'encoder') return Math.max(0, 2 * wide + 4 * weights - 3 * states);
  return 3 * wide + 4 * weights + 2 * states;
}

function feedForwardPeak(spec: ModelSpec, { states, wide }: Sizes): number {
  return spec.family === 'encoder' ? 3 * wide + states : 5 * wide + 2 * states;
}

/** Numbers of a block of logits, and rows of the vocabulary in it at least (tensor/ops/linear-cross-entropy.ts). */
const [BLOCK, FEWEST_ROWS] = [2 ** 21, 1024];

/** While the loss is computed, block by block of the vocabulary, what the forward pass will use again being held. */
function lossPeak(spec: ModelSpec, { predicted }: BatchShape, { states, wide, weights }: Sizes): number {
  const block = FLOAT * Math.min(predicted * spec.vocab, Math.max(BLOCK, predicted * FEWEST_ROWS));
  return 2 * block + 8 * states + wide + 2 * weights;
}

/** Exponentials that are kept for the gradient of a trained output map, unless they are too many. */
const MOST_EXPONENTIALS = 2 ** 25;

function exponentials(spec: ModelSpec, { predicted }: BatchShape, { isWhole }: Trained): number {
  const count = predicted * spec.vocab;
  return spec.family === 'decoder' && isWhole && count <= MOST_EXPONENTIALS ? FLOAT * count : 0;
}

/** Weights that are made when they are used: a map's with its change, and a packed one as floats. One of each shape is there. */
function madeWeights(spec: ModelSpec, { sites }: Trained, precision: BasePrecision): number {
  const changed = bytesOfShapes(sites);
  return precision === 'f32' ? changed : changed + bytesOfShapes(sitesOf(spec));
}

function bytesOfShapes(sites: readonly Site[]): number {
  const shapes = new Map(sites.map((site) => [`${site.out} ${site.in}`, site.out * site.in]));
  return [...shapes.values()].reduce((sum, size) => sum + FLOAT * size, 0);
}
