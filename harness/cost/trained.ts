// Which part of a model a method trains at a time: how deep gradients go, and which weights have one.
import type { Method } from '../contracts/method.ts';
import type { ModelSpec, Site } from '../contracts/model.ts';
import { countBase } from '../models/count.ts';

export interface Trained {
  /** Parameters trained at once, without the head's. */
  readonly parameters: number;
  /** The lowest layer, from 0, that gradients go down to; the number of layers where none goes into them. */
  readonly lowest: number;
  /** Its mean over the run: of layers that are drawn at random, the expectation. */
  readonly meanLowest: number;
  /** Maps that a low-rank change may lie beside. */
  readonly sites: readonly Site[];
  /** Of these, how many have one at a time; all of them where it is 1. */
  readonly share: number;
  readonly rank: number;
  /** Whether every weight of the base is trained. */
  readonly isWhole: boolean;
}

/** @param parameters of the method, trained at once */
export function trainedBy(
  spec: ModelSpec,
  method: Pick<Method, 'placement'>,
  options: Record<string, unknown>,
  parameters: number,
): Trained {
  const placement = method.placement?.(spec, options);
  if (placement === undefined) {
    const lowest = parameters === 0 ? spec.layers : 0;
    const isWhole = parameters === countBase(spec);
    return { parameters, lowest, meanLowest: lowest, sites: [], share: 0, rank: 0, isWhole };
  }
  const { sites, layersAtOnce, rank } = placement;
  const layers = [...new Set(sites.map(({ layer }) => layer))].sort((a, b) => a - b);
  const drawn = Math.min(layersAtOnce ?? layers.length, layers.length);
  return {
    parameters,
    lowest: layers[0] ?? spec.layers,
    meanLowest: expectedLowest(layers, drawn),
    sites,
    share: layers.length === 0 ? 0 : drawn / layers.length,
    rank,
    isWhole: false,
  };
}

/** The expected least of `drawn` of these layers, drawn without putting back. */
function expectedLowest(layers: readonly number[], drawn: number): number {
  let [mean, left] = [0, 1];
  for (const [index, layer] of layers.entries()) {
    // That the least is this one, given that it is none before it.
    const chance = Math.min(1, drawn / (layers.length - index));
    mean += left * chance * layer;
    left *= 1 - chance;
  }
  return mean;
}

/** Of the layers, those whose output map is trained, and so reads attention's result for its gradient. */
export function outputShare({ isWhole, share, sites }: Trained): number {
  if (isWhole) return 1;
  return sites.some(({ role }) => role === 'o') ? share : 0;
}
