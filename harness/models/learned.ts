// What training changed of a base model: low-rank changes by site, those of one site stacked (boosters merged one after
// another make one adapter of as many ranks), and parameters that were trained whole.
import type { AdaptableModel, Parameter, Site } from '../contracts/model.ts';
import { copyColumns } from './copy-columns.ts';
import { seenThrough } from './seen-through.ts';

export interface Learned {
  readonly adapters: readonly StackedAdapter[];
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
}

/** W <- W + B A. */
export interface StackedAdapter {
  readonly site: Site;
  readonly r: number;
  /** [r, in] */
  readonly a: Float32Array;
  /** [out, r], each adapter's scale in it. */
  readonly b: Float32Array;
}

/** A model that remembers what is merged into it. */
export interface Recording {
  /** To be given to the method in the model's place. */
  readonly model: AdaptableModel;
  /** What was merged so far, in the order of the sites. */
  adapters(): StackedAdapter[];
  /** @param whole parameters of the base that were trained themselves */
  learned(whole: readonly Parameter[]): Learned;
  /** Merges so far. */
  readonly merges: number;
  /** Gives what forgets the merges after now. */
  mark(): () => void;
}

interface Merged {
  readonly site: Site;
  readonly r: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

export function recordMerges(model: AdaptableModel): Recording {
  const merged: Merged[] = [];
  const adapters = () =>
    model.sites.flatMap((site) => {
      const ofSite = merged.filter((one) => one.site === site);
      return ofSite.length === 0 ? [] : [stacked(site, ofSite)];
    });
  return {
    model: seenThrough(model, {
      wrap: (site, wrapper) => model.wrap(site, wrapper),
      merge(site, delta) {
        const b = delta.b.dataSync<'float32'>().map((value) => value * delta.scale);
        merged.push({ site, r: delta.a.shape[0], a: delta.a.dataSync<'float32'>().slice(), b });
        model.merge(site, delta);
      },
    }),
    get merges() {
      return merged.length;
    },
    mark() {
      const count = merged.length;
      return () => {
        merged.length = count;
      };
    },
    adapters,
    learned: (whole) => ({
      adapters: adapters(),
      parameters: whole.map(({ name, variable }) => ({
        name,
        shape: variable.shape,
        values: variable.dataSync<'float32'>().slice(),
      })),
    }),
  };
}

/** The sum of several products is the product of what stands below and beside one another. */
function stacked(site: Site, parts: readonly Merged[]): StackedAdapter {
  const r = parts.reduce((sum, part) => sum + part.r, 0);
  const a = new Float32Array(r * site.in);
  const b = new Float32Array(site.out * r);
  let first = 0;
  for (const part of parts) {
    a.set(part.a, first * site.in);
    copyColumns(part.b, part.r, part.r, b, r, first);
    first += part.r;
  }
  return { site, r, a, b };
}
