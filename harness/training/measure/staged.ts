// A forward pass in pieces: each is computed as soon as it is described. Layers are alike, so one small graph serves them
// all, whatever a method has put on some of them; as one graph, each change of what is on which layer would be compiled.
import type { Dropout } from '../../models/dropout.ts';

/** In the place of a dropout: drops nothing, but in each layer has all that comes before computed. */
export const staged: Dropout = (site, x) => {
  if (site.endsWith('.attention-weights')) x.dataSync();
  return x;
};
