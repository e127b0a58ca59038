// Compares the methods of a task with each other, and of a study's tasks, by every statistic there is.
import { streamsOf, type Streams } from '../random/streams.ts';
import type {
  AdjustedPair,
  ComparedTask,
  ExamplesTest,
  MethodSummary,
  PairComparison,
  StudyComparisons,
  TaskComparisons,
} from './comparison.ts';
import { flatten } from './flat-scores.ts';
import { holm } from './holm.ts';
import { compactLetters } from './letters.ts';
import { isShown } from './level.ts';
import { modelOverTasks } from './model-over-tasks.ts';
import { permuteTask, type TaskPermutations } from './permutation.ts';
import { RESAMPLES } from './resample-examples.ts';
import { resolutionOf } from './resolution.ts';
import { type MethodScores, type RunScores, type TaskScores, valuesOf } from './scores.ts';
import { signFlipTest } from './sign-flip.ts';
import { ONE_SEED, seedsCaution, studentInterval, tested } from './student-interval.ts';
import { type Figure, figure, type Known, known, mapKnown, mean, missing, sampleDeviation } from './summary.ts';
import { superiority } from './superiority.ts';
import { resampleTask, type TaskResamples } from './task-resamples.ts';

/** Of all statistics: they are a function of the records alone. */
const SEED = 0;

/**
 * Each method, and each pair of methods, on one task. Draws come from streams of the task's own name.
 * @param resamples of examples and of seeds, and permutations
 */
export function compareTask(scores: TaskScores, resamples = RESAMPLES): TaskComparisons {
  const streams = streamsOfTask(scores.task);
  const scored = scores.methods.flatMap(({ runs }) => runs.filter(({ value }) => value !== null));
  const onTask: OnTask = {
    scores,
    resamples: once(() => resampleTask(scores, scored, streams, resamples)),
    permutations: once(() => permuteTask(flatten(scores, scored), streams('swaps'), resamples)),
    indexOf: (run) => scored.indexOf(run),
  };
  const { model, task, metric, methods } = scores;
  return {
    ...{ model, task, metric },
    methods: methods.map((method) => summarise(onTask, method)),
    pairs: methods.flatMap((a, i) => methods.slice(i + 1).map((b) => comparePair(onTask, a, b))),
  };
}

/**
 * All tasks of a study, with Holm's correction over all pairs of all tasks.
 * @param reference the label of the method that is 1 in normalised scores: full fine-tuning
 * @param compared what {@link compareTask} says of each task, wherever it was computed
 */
export function compareStudy(
  tasks: readonly TaskScores[],
  reference?: string,
  compared: readonly TaskComparisons[] = tasks.map((task) => compareTask(task)),
): StudyComparisons {
  const pairs = compared.flatMap((task) => task.pairs);
  const overBoth = adjust(pairs.map((pair) => pOf(pair.overBoth)));
  const examplesTest = adjust(pairs.map((pair) => pOf(pair.examplesTest)));
  let at = 0;
  return {
    tasks: compared.map((task) => {
      const adjusted = task.pairs.map((pair): AdjustedPair => {
        const own = { overBoth: overBoth[at] as Figure, examplesTest: examplesTest[at] as Figure };
        at++;
        return { ...pair, adjusted: own };
      });
      return withGroups(task, adjusted);
    }),
    overTasks: [...new Set(tasks.map(({ model }) => model))].map((model) =>
      modelOverTasks(
        model,
        tasks.filter((task) => task.model === model),
        SEED,
        reference,
      ),
    ),
  };
}

interface OnTask {
  readonly scores: TaskScores;
  /** Made when first asked for: a task of one seed needs none. */
  resamples(): TaskResamples;
  permutations(): TaskPermutations;
  /** Among the runs that have a value. */
  indexOf(run: RunScores): number;
}

function streamsOfTask(task: string): Streams {
  const streams = streamsOf(SEED);
  return (purpose) => streams(`statistics/${task}/${purpose}`);
}

function summarise({ scores, resamples }: OnTask, { label, runs }: MethodScores): MethodSummary {
  const seeds = runs.map(({ seed }) => seed);
  const values = valuesOf(scores, runs);
  if (values.value === null) {
    return { label, seeds, mean: values, deviation: values, overSeeds: values, overBoth: values, caution: null };
  }
  return {
    ...{ label, seeds, mean: mean(values.value), deviation: sampleDeviation(values.value) },
    overSeeds: studentInterval(values.value),
    overBoth: seeds.length < 2 ? missing(ONE_SEED) : resamples().uncertaintyOf({ seeds, runs, minus: null }),
    caution: seedsCaution(seeds.length),
  };
}

function comparePair(onTask: OnTask, a: MethodScores, b: MethodScores): PairComparison {
  const { scores, resamples } = onTask;
  const runs = a.runs.filter(({ seed }) => b.runs.some((other) => other.seed === seed));
  const seeds = runs.map(({ seed }) => seed);
  const minus = b.runs.filter(({ seed }) => seeds.includes(seed));
  const key = { a: a.label, b: b.label, seeds };
  const differences = differencesOf(scores, runs, minus);
  if (differences.value === null) {
    const none = missing(differences.reason);
    const nothing = { effect: none, overSeeds: none, overBoth: none, examplesTest: none, superiority: none };
    return { ...key, ...nothing, resolution: none, caution: null };
  }
  const effect = mean(differences.value);
  const value = Number(effect.value);
  const overSeeds = studentInterval(differences.value);
  const overBoth = seeds.length < 2 ? missing(ONE_SEED) : resamples().uncertaintyOf({ seeds, runs, minus });
  const examples = scores.sets.reduce((sum, { labels }) => sum + labels.length, 0);
  const design = { seeds: seeds.length, examples, sets: scores.sets.length };
  return {
    ...{ ...key, effect },
    overSeeds: mapKnown(overSeeds, (interval) => tested(value, interval)),
    overBoth: mapKnown(overBoth, (interval) => tested(value, interval)),
    examplesTest: known(testExamples(onTask, runs, minus)),
    superiority: superiority(differences.value),
    resolution: mapKnown(overBoth, ({ shares }) => resolutionOf(value, shares, design)),
    caution: seedsCaution(seeds.length),
  };
}

/** The exact test where the metric is a sum over examples that weigh the same, else permutations. */
function testExamples(onTask: OnTask, runs: readonly RunScores[], minus: readonly RunScores[]): ExamplesTest {
  const { labels, runs: all, parts, measure } = flatten(onTask.scores, [...runs, ...minus]);
  const sizes = new Set(parts.map(({ start, end }) => end - start));
  if (measure !== 'accuracy' || sizes.size > 1) {
    return onTask.permutations().test(runs.map(onTask.indexOf), minus.map(onTask.indexOf));
  }
  const differences = new Int32Array(labels.length);
  for (const [r, predictions] of all.entries()) {
    const sign = r < runs.length ? 1 : -1;
    for (let i = 0; i < differences.length; i++) {
      if (predictions[i] === labels[i]) differences[i] = (differences[i] as number) + sign;
    }
  }
  return signFlipTest(differences, runs.length);
}

function differencesOf(
  scores: TaskScores,
  runs: readonly RunScores[],
  minus: readonly RunScores[],
): Known<readonly number[]> {
  if (runs.length === 0) return missing('no seed in common');
  const [own, other] = [valuesOf(scores, runs), valuesOf(scores, minus)];
  if (own.value === null) return own;
  if (other.value === null) return other;
  const taken = other.value;
  return known(own.value.map((value, s) => value - (taken[s] as number)));
}

function withGroups(task: TaskComparisons, pairs: readonly AdjustedPair[]): ComparedTask {
  const toldApart = pairs.filter(({ adjusted: { overBoth } }) => isShown(overBoth.value));
  const isBetter = (one: string, other: string) =>
    toldApart.some(({ a, b, effect }) =>
      Number(effect.value) > 0 ? a === one && b === other : a === other && b === one,
    );
  const differ = (one: string, other: string) => isBetter(one, other) || isBetter(other, one);
  const meanOf = ({ mean: { value } }: MethodSummary) => value ?? -Infinity;
  const order = task.methods.toSorted((a, b) => meanOf(b) - meanOf(a)).map(({ label }) => label);
  const letters = compactLetters(order, differ);
  const [first] = order;
  const isBest = first !== undefined && order.length > 1 && order.slice(1).every((other) => isBetter(first, other));
  return {
    ...{ ...task, pairs },
    letters: task.methods.map(({ label }) => ({ label, letters: letters[order.indexOf(label)] ?? '' })),
    best: isBest ? first : null,
  };
}

/** Holm's p values of those that there are. */
export function adjust(pValues: readonly Figure[]): Figure[] {
  const adjusted = holm(pValues.flatMap(({ value }) => value ?? []));
  let at = 0;
  return pValues.map((p) => (p.value === null ? p : figure(adjusted[at++] as number)));
}

function pOf(test: Known<{ readonly p: number }>): Figure {
  return test.value === null ? test : figure(test.value.p);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
