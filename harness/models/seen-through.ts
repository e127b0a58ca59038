// A model with other eyes on what a method does to it: everything else is the model's own.
import type { AdaptableModel } from '../contracts/model.ts';

/** @param seen what stands in the place of the model's own, and calls it */
export function seenThrough(model: AdaptableModel, seen: Pick<AdaptableModel, 'wrap' | 'merge'>): AdaptableModel {
  return {
    spec: model.spec,
    sites: model.sites,
    parameters: model.parameters,
    // A merge may change it.
    get frozen() {
      return model.frozen;
    },
    ...{ wrap: seen.wrap, merge: seen.merge },
  };
}
