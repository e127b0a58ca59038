// Low-rank adapters (Hu et al., 2022): what LoRA and XGBLoRA share. y = W x + b + scale * B A x.
import Type, { type Static } from 'typebox';
import { type AdaptableModel, type ModelSpec, ROLES, type Role, type Site } from '../../harness/contracts/model.ts';
import { sitesOf } from '../../harness/models/count.ts';
import type { Stream } from '../../harness/random/streams.ts';
import { tf } from '../../harness/tensor/index.ts';

/** Beyond the width of any map. */
export const LARGEST_RANK = 65_536;

/** Which sites an adapter goes on. */
export const SiteOptions = {
  targets: Type.Union([Type.Literal('all'), Type.Array(Type.Enum(ROLES), { minItems: 1, uniqueItems: true })], {
    default: 'all',
    description: `roles of the linear maps that are adapted (${ROLES.join(', ')}), or "all"`,
  }),
  layers: Type.Union([Type.Null(), Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, uniqueItems: true })], {
    default: null,
    description: 'indices of the layers that may be adapted, from 0; null for every layer',
  }),
};
const SiteOptionsSchema = Type.Object(SiteOptions);
export type SiteChoice = Static<typeof SiteOptionsSchema>;

/** What is wrong with a choice of sites for a model of this size. */
export function checkSites({ targets, layers }: SiteChoice, spec: ModelSpec): string | undefined {
  const beyond = layers?.find((layer) => layer >= spec.layers);
  if (beyond !== undefined) return `layers names layer ${beyond}, but the model has layers 0 to ${spec.layers - 1}`;
  const roles = new Set<Role>(sitesOf(spec).map(({ role }) => role));
  const absent = targets === 'all' ? undefined : targets.find((role) => !roles.has(role));
  if (absent !== undefined) return `targets names the role "${absent}", but the model has ${[...roles].join(', ')}`;
  return undefined;
}

/** The sites that an adapter goes on, in the model's order. */
export function chooseSites(sites: readonly Site[], { targets, layers }: SiteChoice): Site[] {
  return sites.filter(
    ({ role, layer }) => (targets === 'all' || targets.includes(role)) && (layers === null || layers.includes(layer)),
  );
}

/** Parameters of a rank-r adapter on each of `sites`. */
export function countLowRank(sites: readonly Site[], r: number): number {
  return sites.reduce((sum, site) => sum + r * (site.in + site.out), 0);
}

/** An adapter at work on one site. */
export interface LowRankAdapter {
  readonly site: Site;
  /** [r, in], drawn at random. */
  readonly a: tf.Variable;
  /** [out, r], zero at first, so that the function starts unchanged. */
  readonly b: tf.Variable;
  /** Adds scale * B A to the site's weight and takes the adapter off: the function computed stays the same. */
  merge(): void;
  /** Takes the adapter off and forgets it. */
  detach(): void;
}

export interface LowRankSettings {
  readonly r: number;
  /** Multiplies B A. */
  readonly scale: number;
  /** Applied to the adapter's input while training; absent where nothing is dropped. */
  dropout?(site: Site, x: tf.Tensor2D): tf.Tensor2D;
}

/** Puts an adapter on `site`; A is drawn as PEFT does, uniform in +-1/sqrt(in) (Kaiming with a = sqrt 5). */
export function attachLowRank(
  model: AdaptableModel,
  site: Site,
  settings: LowRankSettings,
  random: Stream,
): LowRankAdapter {
  const { r } = settings;
  const bound = 1 / Math.sqrt(site.in);
  const values = Float32Array.from({ length: r * site.in }, () => random.uniform(-bound, bound));
  return placeLowRank(model, site, settings, values, new Float32Array(site.out * r));
}

/** Puts an adapter on `site` whose A, [r, in], and B, [out, r], have these values. */
export function placeLowRank(
  model: AdaptableModel,
  site: Site,
  { r, scale, dropout }: LowRankSettings,
  valuesA: Float32Array,
  valuesB: Float32Array,
): LowRankAdapter {
  const [a, b] = tf.tidy(
    () => [tf.variable(tf.tensor2d(valuesA, [r, site.in])), tf.variable(tf.tensor2d(valuesB, [site.out, r]))] as const,
  );
  const delta = { a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale };
  const unwrap = model.wrap(site, (x, base) => {
    if (!dropout) return base(x, delta);
    const down = tf.matMul(dropout(site, x), delta.a, false, true);
    return tf.add(base(x), tf.matMul(tf.mul(down, scale), delta.b, false, true));
  });
  const forget = () => {
    a.dispose();
    b.dispose();
  };
  return {
    site,
    a,
    b,
    merge() {
      unwrap();
      model.merge(site, delta);
      forget();
    },
    detach() {
      unwrap();
      forget();
    },
  };
}
