// What a comparison of methods says: on one task, and over the tasks of a study. See compare-methods.ts for how it is made.
import type { Figure, Known } from './summary.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A 95 % interval of a mean by Student's t. */
export interface MeanInterval extends Interval {
  readonly standardError: number;
  /** Infinite where only what is known well varies. */
  readonly degreesOfFreedom: number;
}

/** Two-sided, of the hypothesis that the true value is 0, by the interval's error and degrees of freedom. */
export interface Tested {
  readonly p: number;
}

/** Variances of a mean over S seeds, scored on E examples, by what varies: their sum is the mean's. */
export interface VarianceShares {
  /** By seeds, whatever the examples: falls with S. */
  readonly seeds: number;
  /** By examples, whatever the seeds: falls with E. */
  readonly examples: number;
  /** By what a seed makes of an example: falls with S and E. */
  readonly together: number;
}

/** A mean's uncertainty over seeds and examples, which would both be others in another study. */
export interface Uncertainty extends MeanInterval {
  readonly shares: VarianceShares;
  /** Degrees of freedom of what examples do. */
  readonly examplesFreedom: number;
  /** Of the hierarchical bootstrap, which is no more symmetric than what was seen: see hierarchical-bootstrap.ts. */
  readonly bootstrap: Interval;
}

export interface MethodSummary {
  readonly label: string;
  /** Rising. */
  readonly seeds: readonly number[];
  readonly mean: Figure;
  /** Over seeds. */
  readonly deviation: Figure;
  /** Over seeds, on these examples. */
  readonly overSeeds: Known<MeanInterval>;
  /** Over seeds and examples. */
  readonly overBoth: Known<Uncertainty>;
  /** What is to be said of these intervals: too few seeds. */
  readonly caution: string | null;
}

/** Of the hypothesis that it does not matter which method an example's predictions came from: it speaks of these runs. */
export interface ExamplesTest {
  /** Signs flipped exactly (of one seed: McNemar's exact test), or predictions swapped at random. */
  readonly test: 'mcnemar' | 'sign-flip' | 'permutation';
  /** Two-sided. Of exact tests at most the level is rejected of true hypotheses, often less. */
  readonly p: number;
  /** Counts half of what is as likely as what was seen, which is less cautious; null of a permutation. */
  readonly midP: number | null;
}

/** P(A > B): how often a run of A is better than the run of B of the same seed. */
export interface Superiority extends Interval {
  readonly probability: number;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
}

/** What could have been shown with 80 % power, and what it would take to show the difference that was seen. */
export interface Resolution {
  /** The smallest difference that these seeds and examples show. */
  readonly smallest: number;
  /** Seeds, on these examples. */
  readonly seeds: Figure;
  /** Examples, of these seeds. */
  readonly examples: Figure;
}

/** Method `a` less method `b`, over the seeds that both have. */
export interface PairComparison {
  readonly a: string;
  readonly b: string;
  readonly seeds: readonly number[];
  /** The mean difference of the metric. */
  readonly effect: Figure;
  /** Over seeds, on these examples. */
  readonly overSeeds: Known<MeanInterval & Tested>;
  /** Over seeds and examples: what a claim about the methods rests on. */
  readonly overBoth: Known<Uncertainty & Tested>;
  readonly examplesTest: Known<ExamplesTest>;
  readonly superiority: Known<Superiority>;
  readonly resolution: Known<Resolution>;
  readonly caution: string | null;
}

export interface TaskComparisons {
  readonly model: string;
  readonly task: string;
  readonly metric: string;
  readonly methods: readonly MethodSummary[];
  /** Each pair once, in the order of the methods. */
  readonly pairs: readonly PairComparison[];
}

/** Holm's adjusted p values, over the pairs of all tasks of the study that have one. */
export interface AdjustedPair extends PairComparison {
  readonly adjusted: {
    /** Of `overBoth`. */
    readonly overBoth: Figure;
    /** Of `examplesTest`. */
    readonly examplesTest: Figure;
  };
}

export interface ComparedTask extends TaskComparisons {
  readonly pairs: readonly AdjustedPair[];
  /** Of each method: two that share a letter are not told apart. */
  readonly letters: readonly { readonly label: string; readonly letters: string }[];
  /** The method that is better than each other by adjusted tests over seeds and examples; null where none is. */
  readonly best: string | null;
}

/** A value, and its 95 % interval by resampling. */
export interface Estimate {
  readonly value: Figure;
  readonly interval: Known<Interval>;
}

/** A method over the tasks of a model. */
export interface MethodOverTasks {
  readonly label: string;
  /** Of all runs of all tasks; the interval over resampled seeds of each task. */
  readonly interquartileMean: Estimate;
  /** Share of runs above each threshold, the mean of the tasks'. */
  readonly profile: Known<readonly number[]>;
  /** 1 is best; the interval over resampled tasks. */
  readonly meanRank: Estimate;
  /** Share of resampled sets of tasks in which its mean rank is the best, ties shared. */
  readonly first: Figure;
}

export interface ScoresOverTasks {
  readonly tasks: readonly string[];
  /** Rising. */
  readonly thresholds: readonly number[];
  readonly methods: readonly MethodOverTasks[];
}

export interface ModelOverTasks {
  readonly model: string;
  readonly raw: ScoresOverTasks;
  /** Of scores that are 0 at chance and 1 at the reference; missing without a reference. */
  readonly normalised: Known<ScoresOverTasks>;
}

export interface StudyComparisons {
  readonly tasks: readonly ComparedTask[];
  readonly overTasks: readonly ModelOverTasks[];
}
