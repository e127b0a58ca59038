// XGBLoRA (Zhang et al., 2024, arXiv 2410.19694): gradient boosting with rank-1 adapters as weak learners. Every kappa
// steps the booster is merged into the base, W <- W + scale * B A (equation 8), and the next one is drawn.
import Type, { type Static } from 'typebox';
import type { Method, TrainingPlan } from '../harness/contracts/method.ts';
import type { Site } from '../harness/contracts/model.ts';
import { sitesOf } from '../harness/models/count.ts';
import { tf } from '../harness/tensor/index.ts';
import {
  attachLowRank,
  checkSites,
  chooseSites,
  countLowRank,
  LARGEST_RANK,
  type LowRankAdapter,
  placeLowRank,
  SiteOptions,
} from './shared/low-rank.ts';

const positive = (description: string) =>
  Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], { default: null, description });

const optionsSchema = Type.Object(
  {
    layersPerBooster: Type.Integer({
      minimum: 1,
      maximum: LARGEST_RANK,
      default: 2,
      description: 'layers drawn for a booster (L_s)',
    }),
    stepsPerBooster: positive('steps before a booster is merged (kappa); 8 where boosters is not given either'),
    boosters: positive(
      'boosters of the run (T), in place of stepsPerBooster: the i-th ends at step round(i * steps / T)',
    ),
    r: Type.Integer({ minimum: 1, maximum: LARGEST_RANK, default: 1, description: 'rank of an adapter' }),
    scale: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'multiplies B A, while training and in the merge',
    }),
    normPenalty: Type.Number({
      minimum: 0,
      default: 0,
      description: 'weight of |A|^2 + |B|^2 in the loss (equation 7)',
    }),
    ...SiteOptions,
  },
  { additionalProperties: false },
);
type Options = Static<typeof optionsSchema>;

const DEFAULT_STEPS_PER_BOOSTER = 8;

export const xgblora: Method<typeof optionsSchema> = {
  name: 'xgblora',
  title: 'XGBLoRA',
  summary: 'rank-1 boosters on a few random layers, merged every kappa steps',
  optionsSchema,

  check(options, spec, { totalSteps, precision, selection }) {
    if (selection === 'best' && precision !== 'f32') {
      return `the selection "best" takes merged boosters back out of the base, but its precision is "${precision}"; expected "f32", or the selection "last"`;
    }
    if (options.boosters !== null && options.stepsPerBooster !== null) {
      return 'boosters and stepsPerBooster exclude each other: give one';
    }
    const layers = options.layers?.length ?? spec.layers;
    if (options.layersPerBooster > layers) {
      return `layersPerBooster is ${options.layersPerBooster}, but there are ${layers} layers to draw from`;
    }
    if (options.boosters !== null && options.boosters > totalSteps) {
      return `boosters is ${options.boosters}, but a run has ${totalSteps} ${totalSteps === 1 ? 'step' : 'steps'}; expected at most one a step`;
    }
    return checkSites(options, spec);
  },

  updateScale: ({ scale }) => scale,

  attach(model, options, { random, totalSteps }) {
    const ends = boosterEnds(options, { totalSteps });
    const candidates = chooseSites(model.sites, options);
    const settings = { r: options.r, scale: options.scale };
    let booster: LowRankAdapter[] = [];

    const draw = (index: number) => {
      const layers = drawLayers(candidates, options.layersPerBooster, random(`booster/${index}/layers`).permutation);
      const init = random(`booster/${index}/init`);
      const sites = candidates.filter(({ layer }) => layers.includes(layer));
      booster = sites.map((site) => attachLowRank(model, site, settings, init));
    };
    const merge = () => {
      for (const adapter of booster) adapter.merge();
      booster = [];
    };
    const trainable = () => booster.flatMap(({ a, b }) => [a, b]);

    let drawn = 0;
    draw(drawn);
    return {
      trainable,
      ...(options.normPenalty > 0 && { penalty: () => normPenalty(trainable(), options.normPenalty) }),
      afterStep(step) {
        if (step + 1 !== ends[drawn]) return;
        merge();
        drawn += 1;
        if (drawn < ends.length) draw(drawn);
      },
      checkpoint() {
        const index = drawn;
        const kept = booster.map(({ site, a, b }) => ({ site, a: valuesOf(a), b: valuesOf(b) }));
        return () => {
          for (const adapter of booster) adapter.detach();
          booster = kept.map(({ site, a, b }) => placeLowRank(model, site, settings, a, b));
          drawn = index;
        };
      },
      finish: merge,
    };
  },

  /** Layers are alike, so a booster's size does not depend on which are drawn. */
  count(spec, options, plan) {
    const candidates = chooseSites(sitesOf(spec), options);
    const layers = [...new Set(candidates.map(({ layer }) => layer))].slice(0, options.layersPerBooster);
    const trainable = countLowRank(
      candidates.filter(({ layer }) => layers.includes(layer)),
      options.r,
    );
    const cumulative = trainable * boosterEnds(options, plan).length;
    return { trainable, trainableCumulative: cumulative, stored: cumulative };
  },

  placement: (spec, options) => ({
    sites: chooseSites(sitesOf(spec), options),
    layersAtOnce: options.layersPerBooster,
    rank: options.r,
  }),
};

/** The number of steps after which each booster ends, rising to all of them. */
function boosterEnds({ boosters, stepsPerBooster }: Options, { totalSteps }: TrainingPlan): number[] {
  const kappa = stepsPerBooster ?? DEFAULT_STEPS_PER_BOOSTER;
  const count = boosters ?? Math.ceil(totalSteps / kappa);
  return Array.from({ length: count }, (_, index) =>
    boosters === null ? Math.min((index + 1) * kappa, totalSteps) : Math.round(((index + 1) * totalSteps) / count),
  );
}

function valuesOf(variable: tf.Variable): Float32Array {
  return variable.dataSync<'float32'>().slice();
}

function drawLayers(sites: readonly Site[], count: number, permutation: (count: number) => number[]): number[] {
  const layers = [...new Set(sites.map(({ layer }) => layer))];
  return permutation(layers.length)
    .slice(0, count)
    .map((index) => layers[index] as number);
}

function normPenalty(variables: readonly tf.Variable[], weight: number): tf.Scalar {
  return tf.mul(tf.addN(variables.map((variable) => tf.sum(tf.square(variable)))), weight) as tf.Scalar;
}
