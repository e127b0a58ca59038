// Floating-point operations of a step: two for each multiply and add of a matrix product, which are nearly all that a
// transformer does. The count of the field, 6 x parameters x tokens, is the forward pass (2), the gradient of the inputs (2)
// and that of the weights (2) where all are trained (Kaplan et al., 2020, arXiv 2001.08361, appendix B).
import type { ModelSpec, Site } from '../contracts/model.ts';
import { sitesOf } from '../models/count.ts';
import type { BatchShape } from './batch-shape.ts';
import { CHEAP_INNER } from './activations.ts';
import { outputShare, type Trained } from './trained.ts';

export interface StepFlops {
  readonly forward: number;
  /** Down to the lowest trained layer. */
  readonly inputGradient: number;
  /** Of what is trained alone. */
  readonly weightGradient: number;
  /** Computed once more, as it was not kept. */
  readonly recomputed: number;
}

export const totalFlops = ({ forward, inputGradient, weightGradient, recomputed }: StepFlops): number =>
  forward + inputGradient + weightGradient + recomputed;

export function forwardFlops(spec: ModelSpec, shape: BatchShape): number {
  return mapsFlops(spec, shape, sitesOf(spec)) + attentionFlops(spec, shape, 0) + headFlops(spec, shape);
}

/** @param checkpointing whether only each layer's result is kept */
export function stepFlops(spec: ModelSpec, shape: BatchShape, trained: Trained, checkpointing: boolean): StepFlops {
  const { meanLowest, sites, share, rank, isWhole, parameters } = trained;
  const adapted = sites.reduce((sum, site) => sum + share * rank * site.in * site.out, 0);
  const forward = forwardFlops(spec, shape);
  const head = headFlops(spec, shape);
  if (meanLowest >= spec.layers && parameters === 0) {
    // A head on what is not trained learns from the outputs alone.
    const trainsHead = spec.family === 'encoder';
    return { forward, inputGradient: 0, weightGradient: trainsHead ? head : 0, recomputed: 0 };
  }
  const all = sitesOf(spec);
  const above = all.filter(({ layer }) => layer >= Math.floor(meanLowest));
  const depth = (spec.layers - meanLowest) / Math.max(1, spec.layers - Math.floor(meanLowest));
  const maps = depth * mapsFlops(spec, shape, above);
  const attention = depth * attentionFlops(spec, shape, Math.floor(meanLowest));
  // A decoder's layer ends with a map whose result is in what is kept.
  const again =
    depth *
    mapsFlops(
      spec,
      shape,
      above.filter(({ role }) => spec.family === 'encoder' || role !== 'down'),
    );
  // Into the lowest layer's own input no gradient is asked for, unless the embeddings are trained.
  const unasked = isWhole ? 0 : inputFlops(spec, shape, Math.floor(meanLowest));
  return {
    forward: forward + 2 * adapted,
    inputGradient: maps - unasked + 2 * attention + head,
    weightGradient: weightFlops(spec, shape, trained),
    recomputed: 2 * adapted + (checkpointing ? again + attention : againShare(shape, trained) * attention),
  };
}

/** Of attention, what is cheap to compute again: scores, and over short sequences what a trained output map reads. */
function againShare({ length }: BatchShape, trained: Trained): number {
  return length > CHEAP_INNER ? 0.5 : 0.5 + 0.5 * outputShare(trained);
}

/** Of the low-rank factors four products a map; of whole weights one, and of an output map one; else two a parameter and token. */
function weightFlops(spec: ModelSpec, shape: BatchShape, { sites, share, rank, isWhole, parameters }: Trained): number {
  if (isWhole) return mapsFlops(spec, shape, sitesOf(spec)) + headFlops(spec, shape);
  const factors = sites.reduce((sum, site) => sum + rowsOf(spec, shape, site) * (site.in + site.out), 0);
  if (sites.length > 0) return 4 * share * rank * factors;
  return 2 * shape.sequences * shape.length * parameters;
}

/** Rows that a map is applied to: an encoder's last layer goes on with the first token of each sequence alone. */
function rowsOf({ family, layers }: ModelSpec, { sequences, length }: BatchShape, { layer, role }: Site): number {
  const readsAll = family === 'decoder' || layer < layers - 1 || role === 'k' || role === 'v';
  return readsAll ? sequences * length : sequences;
}

function mapsFlops(spec: ModelSpec, shape: BatchShape, sites: readonly Site[]): number {
  return sites.reduce((sum, site) => sum + 2 * rowsOf(spec, shape, site) * site.in * site.out, 0);
}

/** Of the maps that read a layer's input. */
function inputFlops(spec: ModelSpec, shape: BatchShape, layer: number): number {
  const readers = sitesOf(spec).filter((site) => site.layer === layer && ['q', 'k', 'v'].includes(site.role));
  return mapsFlops(spec, shape, readers);
}

/** Scores and weighted sums of values, from a layer on; of a causal mask nothing is saved. */
function attentionFlops(spec: ModelSpec, { sequences, length, past = 0 }: BatchShape, from: number): number {
  const width = spec.family === 'encoder' ? spec.hidden : spec.heads * spec.headWidth;
  const ofLayer = 4 * sequences * length * (length + past) * width;
  const layers = Math.max(0, spec.layers - from);
  if (layers === 0) return 0;
  return spec.family === 'encoder' ? (layers - 1) * ofLayer + ofLayer / length : layers * ofLayer;
}

/** The logits of a vocabulary; of an encoder the pooled state, beside which its few outputs are nothing. */
function headFlops(spec: ModelSpec, { sequences, predicted }: BatchShape): number {
  if (spec.family === 'encoder') return 2 * sequences * spec.hidden ** 2;
  return 2 * predicted * spec.vocab * spec.hidden;
}
