// What became of a method's scores from some runs of a task to others: paired where they have the same seeds and examples.
import { compareTask } from './compare-methods.ts';
import type { ExamplesTest, MeanInterval, Tested, Uncertainty } from './comparison.ts';
import { RESAMPLES } from './resample-examples.ts';
import { type MethodScores, type RunScores, type TaskScores, valuesOf } from './scores.ts';
import { type Figure, figure, type Known, known, mean, missing } from './summary.ts';
import { intervalOfDifference, welchInterval } from './welch.ts';

/** A method's runs of a task. */
export interface ScoredMethod {
  readonly scores: TaskScores;
  readonly method: MethodScores;
}

export interface Change {
  /** Whether each run is compared with that of its seed on each example; null where nothing compares. */
  readonly design: 'paired' | 'unpaired' | null;
  /** Why it is not paired; null where it is. */
  readonly why: string | null;
  /** Whether every prediction is the same. */
  readonly identical: boolean;
  /** The second mean less the first. */
  readonly effect: Figure;
  /**
   * Of 95 %: paired, over seeds and examples; unpaired, Welch's: where the examples are others over each side's seeds and
   * examples, where the seeds alone are others over seeds.
   */
  readonly interval: Known<MeanInterval & Tested>;
  /** Of these runs alone; missing where they are not paired. */
  readonly examplesTest: Known<ExamplesTest>;
}

/** @param resamples of examples and seeds, and permutations */
export function changeOf(first: ScoredMethod, second: ScoredMethod, resamples = RESAMPLES): Change {
  const other = whyIncomparable(first.scores, second.scores);
  if (other !== undefined) return nothing(other);
  const apart = whyUnpaired(first, second);
  return apart === undefined ? paired(first, second, resamples) : unpaired(first, second, apart, resamples);
}

/** Where nothing can be compared. */
export function nothing(why: string): Change {
  const none = missing(why);
  return { design: null, why, identical: false, effect: none, interval: none, examplesTest: none };
}

function whyIncomparable(first: TaskScores, second: TaskScores): string | undefined {
  if (first.metric !== second.metric) return `scored by ${first.metric} and by ${second.metric}`;
  if (first.overall === second.overall || first.sets.length + second.sets.length === 2) return undefined;
  return `${first.metric} is taken over the sets by "${first.overall}" and by "${second.overall}"`;
}

const OTHER_EXAMPLES = 'scored on other examples';

function whyUnpaired(first: ScoredMethod, second: ScoredMethod): string | undefined {
  if (!haveSameExamples(first.scores, second.scores)) return OTHER_EXAMPLES;
  const seedsOf = ({ method }: ScoredMethod) => method.runs.map(({ seed }) => seed).join(', ');
  const [own, other] = [seedsOf(first), seedsOf(second)];
  return own === other ? undefined : `seeds ${own} and ${other}`;
}

function haveSameExamples({ sets: one }: TaskScores, { sets: other }: TaskScores): boolean {
  return (
    one.length === other.length &&
    one.every((set, i) => {
      const its = other[i] as (typeof other)[number];
      return set.name === its.name && areEqual(set.ids, its.ids) && areEqual(set.labels, its.labels);
    })
  );
}

function areEqual<T>(one: ArrayLike<T>, other: ArrayLike<T>): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (!Object.is(one[i], other[i])) return false;
  return true;
}

function paired(first: ScoredMethod, second: ScoredMethod, resamples: number): Change {
  const same = second.method.runs.every((run, i) => havePredictions(run, first.method.runs[i] as RunScores));
  const design = { design: 'paired', why: null, identical: same } as const;
  if (same) {
    const none = missing('every prediction is the same');
    const values = valuesOf(first.scores, first.method.runs);
    return { ...design, effect: values.value === null ? values : figure(0), interval: none, examplesTest: none };
  }
  const methods = [
    { label: 'second', runs: second.method.runs },
    { label: 'first', runs: first.method.runs },
  ];
  const [pair] = compareTask({ ...first.scores, methods }, resamples).pairs;
  if (pair === undefined) throw new Error('two methods without a pair');
  return { ...design, effect: pair.effect, interval: pair.overBoth, examplesTest: pair.examplesTest };
}

function havePredictions(run: RunScores, other: RunScores): boolean {
  return run.predictions.every((own, set) => areEqual(own, other.predictions[set] ?? []));
}

function unpaired(first: ScoredMethod, second: ScoredMethod, why: string, resamples: number): Change {
  const design = { design: 'unpaired', why, identical: false } as const;
  const examplesTest = missing('the runs are not paired');
  const [own, other] = [valuesOf(first.scores, first.method.runs), valuesOf(second.scores, second.method.runs)];
  const untold = own.value === null ? own.reason : other.reason;
  if (own.value === null || other.value === null) {
    const none = missing(untold ?? '');
    return { ...design, effect: none, interval: none, examplesTest };
  }
  const effect = figure(Number(mean(other.value).value) - Number(mean(own.value).value));
  const interval =
    why === OTHER_EXAMPLES
      ? overBoth(Number(effect.value), first, second, resamples)
      : welchInterval(own.value, other.value);
  return { ...design, effect, interval, examplesTest };
}

/** Each mean varies by its own examples too, however alike its seeds are. */
function overBoth(
  difference: number,
  first: ScoredMethod,
  second: ScoredMethod,
  resamples: number,
): Known<MeanInterval & Tested> {
  const [own, other] = [uncertaintyOf(first, resamples), uncertaintyOf(second, resamples)];
  if (own.value === null) return own;
  if (other.value === null) return other;
  return known(intervalOfDifference(difference, own.value, other.value));
}

function uncertaintyOf({ scores, method }: ScoredMethod, resamples: number): Known<Uncertainty> {
  const [summary] = compareTask({ ...scores, methods: [method] }, resamples).methods;
  if (summary === undefined) throw new Error('a method without a summary');
  return summary.overBoth;
}
