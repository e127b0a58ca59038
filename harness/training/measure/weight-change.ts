// How far training took a base's weights: the norm of their change beside their own, and over how many directions it is
// spread, by role of the maps.
import type { AdaptableModel, Parameter, Role, Site } from '../../contracts/model.ts';
import type { TensorFile } from '../../formats/tensor-file.ts';
import type { StackedAdapter } from '../../models/learned.ts';
import { siteWeight } from '../../models/site-weight.ts';
import type { Update } from '../../records/schema.ts';
import { normOf, type Spectrum, spectrumOf, spectrumOfProduct } from './spectrum.ts';

export interface Changes {
  /** What was merged, the merges of a site stacked. */
  readonly adapters: readonly StackedAdapter[];
  /** Parameters of the base that were trained themselves. */
  readonly whole: readonly Parameter[];
}

/**
 * The weights before are read again from the model's file, one at a time, rather than kept from the start. What was merged
 * is taken as it was asked for: of a base that is rounded again at each merge, the weights themselves may say less.
 */
export function weightChange(
  { spec, sites }: Pick<AdaptableModel, 'spec' | 'sites'>,
  { read }: Pick<TensorFile, 'read'>,
  { adapters, whole }: Changes,
): Update {
  const merged = new Map(adapters.map((adapter) => [adapter.site.name, adapter]));
  const trained = new Map(whole.map(({ name, variable }) => [name, variable]));
  const maps = sites.map((site): Changed => {
    const name = siteWeight(spec, site);
    const before = read(name);
    const norm = normOf(before);
    const variable = trained.get(name);
    trained.delete(name);
    const adapter = merged.get(site.name);
    const change =
      variable === undefined
        ? spectrumOfAdapter(adapter)
        : spectrumOf(difference(variable.dataSync<'float32'>(), before), [site.out, site.in]);
    return { site, before: norm, change };
  });
  const others = [...trained].map(([name, variable]) => {
    const before = read(name);
    return { before: normOf(before), change: { norm: normOf(difference(variable.dataSync<'float32'>(), before)) } };
  });
  const roles = [...new Set(sites.map(({ role }) => role))];
  return {
    maps: relativeNorm(maps),
    roles: roles.map((role) => ofRole(role, maps)),
    others: others.length === 0 ? null : relativeNorm(others),
  };
}

interface Changed {
  readonly site: Site;
  /** Norm of the weight. */
  readonly before: number;
  readonly change: Spectrum;
}

function ofRole(role: Role, maps: readonly Changed[]): Update['roles'][number] {
  const own = maps.filter(({ site }) => site.role === role);
  const ranks = own.flatMap(({ change }) => change.rank ?? []);
  const rank = ranks.length === 0 ? null : ranks.reduce((sum, each) => sum + each, 0) / ranks.length;
  return { role, norm: relativeNorm(own), rank };
}

/** Of several matrices as if they were one. */
function relativeNorm(
  changes: readonly { readonly before: number; readonly change: Pick<Spectrum, 'norm'> }[],
): number | null {
  const total = (norm: (of: (typeof changes)[number]) => number) =>
    Math.sqrt(changes.reduce((sum, each) => sum + norm(each) ** 2, 0));
  const change = total((each) => each.change.norm);
  if (change === 0) return 0;
  const before = total((each) => each.before);
  // As biases are before they are trained for the first time.
  return before === 0 ? null : change / before;
}

function spectrumOfAdapter(adapter: StackedAdapter | undefined): Spectrum {
  return adapter === undefined ? { norm: 0, rank: null } : spectrumOfProduct(adapter.b, adapter.a, adapter.r);
}

/** after - before, in the place of `before`. */
function difference(after: Float32Array, before: Float32Array): Float32Array {
  for (let i = 0; i < before.length; i++) before[i] = (after[i] as number) - (before[i] as number);
  return before;
}
