// Made studies of two methods whose true difference is known: how often intervals hold it, and how often tests reject it.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { METRICS, type MetricName } from '../harness/metrics/index.ts';
import { type Stream, streamsOf } from '../harness/random/streams.ts';
import { compareTask } from '../harness/stats/compare-methods.ts';
import type { Interval } from '../harness/stats/comparison.ts';
import { equivalenceWithin } from '../harness/stats/equivalence.ts';
import type { MethodScores, TaskScores } from '../harness/stats/scores.ts';

/**
 * A prediction of class is right where skill + u + v + w + e > 0; a score is (skill + u) label + v + w + e. All are normal
 * with mean 0: u of a seed of a method, v of an example, w of an example by a method, and e, of deviation 1, of each
 * prediction.
 */
export interface Scenario {
  readonly name: string;
  readonly measure: Exclude<MetricName, 'spearman'>;
  readonly examples: number;
  readonly seeds: number;
  /** Of the two methods where they differ; where they do not, both have the first. */
  readonly skills: readonly [number, number];
  readonly deviations: { readonly seed: number; readonly example: number; readonly method: number };
}

export interface Simulated {
  /** The true difference, over seeds and examples. */
  readonly difference: number;
  /** Shares of studies whose 95 % interval holds the true difference. */
  readonly held: {
    readonly overBoth: number;
    /** The hierarchical bootstrap's. */
    readonly bootstrap: number;
    /** Student's over seeds, of the true difference on the study's own examples; null where that is not known. */
    readonly overSeeds: number | null;
  };
  /** Shares of studies, in which the methods do not differ, whose difference is called one at 0.05. */
  readonly rejected: {
    readonly overBoth: number;
    readonly overSeeds: number | null;
    /** Of runs that do not differ either: null where seeds have an effect of their own. */
    readonly examplesTest: number | null;
    readonly examplesTestMidP: number | null;
  };
  /** Share of studies with a true difference of the margin that are called equivalent. */
  readonly equivalent: number;
}

/** @param resamples of each study */
export function simulate(scenario: Scenario, studies: number, resamples: number): Simulated {
  const [skill] = scenario.skills;
  const apart = runStudies(scenario, scenario.skills, studies, resamples);
  const same = runStudies(scenario, [skill, skill], studies, resamples);
  const seedsAreAlike = scenario.deviations.seed === 0;
  return {
    difference: apart.difference,
    held: {
      overBoth: apart.share(({ overBoth }) => holds(overBoth, apart.difference)),
      bootstrap: apart.share(({ overBoth }) => holds(overBoth.bootstrap, apart.difference)),
      overSeeds: apart.share(({ overSeeds, own }) => (own === null ? null : holds(overSeeds, own))),
    },
    rejected: {
      overBoth: same.share(({ overBoth }) => overBoth.p <= 0.05),
      overSeeds: same.share(({ overSeeds, own }) => (own === null ? null : !holds(overSeeds, own))),
      examplesTest: seedsAreAlike ? same.share(({ examplesTest }) => examplesTest.p <= 0.05) : null,
      examplesTestMidP: seedsAreAlike
        ? same.share(({ examplesTest: { midP } }) => (midP === null ? null : midP <= 0.05))
        : null,
    },
    equivalent: Number(apart.share(({ equivalent }) => equivalent)),
  };
}

function holds({ low, high }: Interval, value: number): boolean {
  return low <= value && value <= high;
}

function runStudies(scenario: Scenario, skills: readonly [number, number], studies: number, resamples: number) {
  const difference = trueValue(scenario, skills[0]) - trueValue(scenario, skills[1]);
  const stream = streamsOf(0)(`simulation/${scenario.name}/${skills}`);
  const results = Array.from({ length: studies }, (_, k) => {
    const { scores, own } = makeStudy(scenario, skills, `${scenario.name}/${k}`, stream);
    const [pair] = compareTask(scores, resamples).pairs;
    if (pair?.overBoth.value == null || pair.overSeeds.value === null || pair.examplesTest.value === null) return null;
    const margin = Math.abs(difference);
    const equivalent = margin > 0 && equivalenceWithin(pair, margin).value?.equivalent === true;
    const { overBoth, overSeeds, examplesTest } = pair;
    return { overBoth: overBoth.value, overSeeds: overSeeds.value, examplesTest: examplesTest.value, equivalent, own };
  }).filter((result) => result !== null);
  type Result = (typeof results)[number];
  /** Of the studies that have an answer. */
  function share(of: (result: Result) => boolean): number;
  function share(of: (result: Result) => boolean | null): number | null;
  function share(of: (result: Result) => boolean | null): number | null {
    const answers = results.map(of).filter((answer) => answer !== null);
    return answers.length === 0 ? null : answers.filter(Boolean).length / answers.length;
  }
  return { difference, share };
}

interface MadeStudy {
  readonly scores: TaskScores;
  /** The true difference on its examples, over all seeds; of accuracy alone. */
  readonly own: number | null;
}

function makeStudy(scenario: Scenario, skills: readonly [number, number], task: string, stream: Stream): MadeStudy {
  const { measure, examples, seeds, deviations } = scenario;
  const isScore = measure === 'pearson';
  const labels = Float64Array.from({ length: examples }, () =>
    isScore ? stream.normal(1) : Number(stream.uniform(0, 1) < POSITIVE),
  );
  const shared = labels.map(() => stream.normal(deviations.example));
  let own: number | null = measure === 'accuracy' ? 0 : null;
  const methods = skills.map((skill, m): MethodScores => {
    const ofMethod = shared.map((value) => value + stream.normal(deviations.method));
    if (own !== null) {
      const chances = ofMethod.map((value) => normalCdf(skill + value, 0, Math.hypot(1, deviations.seed)));
      own += ((m === 0 ? 1 : -1) * chances.reduce((sum, chance) => sum + chance, 0)) / examples;
    }
    const runs = Array.from({ length: seeds }, (_, seed) => {
      const ofSeed = skill + stream.normal(deviations.seed);
      const predictions = labels.map((label, i) => {
        const rest = (ofMethod[i] as number) + stream.normal(1);
        if (isScore) return ofSeed * label + rest;
        return ofSeed + rest > 0 ? label : 1 - label;
      });
      return { seed, value: METRICS[measure]([...predictions], [...labels]), predictions: [predictions] };
    });
    return { label: `method ${m}`, runs };
  });
  const sets = [{ name: 'validation', ids: [...labels.keys()].map(String), labels }];
  return { scores: { model: 'made', task, metric: measure, measure, overall: 'first', sets, methods }, own };
}

/** Share of labels that are 1. */
const POSITIVE = 0.6;

/** The metric of infinitely many examples, on average over the seeds' effects: by the trapezoidal rule. */
function trueValue({ measure, deviations }: Scenario, skill: number): number {
  const spread = Math.hypot(1, deviations.example, deviations.method);
  let [sum, total] = [0, 0];
  for (let z = -8; z <= 8; z += 1 / 32) {
    const density = Math.exp((-z * z) / 2);
    sum += density * OF_SKILL[measure](skill + deviations.seed * z, spread);
    total += density;
  }
  return sum / total;
}

const OF_SKILL: Readonly<Record<Scenario['measure'], (skill: number, spread: number) => number>> = {
  accuracy: (skill, spread) => normalCdf(skill / spread, 0, 1),
  f1(skill, spread) {
    const right = normalCdf(skill / spread, 0, 1);
    const predicted = POSITIVE * right + (1 - POSITIVE) * (1 - right);
    return (2 * POSITIVE * right) / (predicted + POSITIVE);
  },
  matthews(skill, spread) {
    const right = normalCdf(skill / spread, 0, 1);
    const predicted = POSITIVE * right + (1 - POSITIVE) * (1 - right);
    const covariance = POSITIVE * right - POSITIVE * predicted;
    return covariance / Math.sqrt(POSITIVE * (1 - POSITIVE) * predicted * (1 - predicted));
  },
  pearson: (skill, spread) => skill / Math.hypot(skill, spread),
};
