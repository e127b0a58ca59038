// What a search chooses by: said once for who chooses, and for who checks a record's choice.
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from './schema.ts';

/** The primary metric; null where a run did not complete or its metric is undefined. */
export function primaryValue(record: RunRecord): number | null {
  return record.status === 'completed' ? record.metrics.primary.value : null;
}

/** What a configuration has at a searched key: `learningRate`, or an option's `options.r`. */
export function searchedValue(method: RunConfig['method'], key: string): unknown {
  const option = /^options\.(.*)$/s.exec(key)?.[1];
  if (option !== undefined) return method.options[option];
  return key === 'headLearningRate' ? method.headLearningRate : method.learningRate;
}

/** A trial as a search sees it. */
export interface Tried {
  readonly learningRate: number;
  /** The searched keys; absent where that is the learning rate alone. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Training examples, where a search tries settings on several numbers of them. */
  readonly examples?: number;
  readonly value: number | null;
}

/**
 * The best trial: of those on the most examples that have a score the highest, a setting with several trials having their
 * mean; undefined where none has a score.
 */
export function bestTrial<Trial extends Tried>(trials: readonly Trial[]): Trial | undefined {
  const levels = [...new Set(trials.map(({ examples = 0 }) => examples))].sort((a, b) => b - a);
  return levels.flatMap((level) => ranked(trials.filter(({ examples = 0 }) => examples === level)))[0];
}

/**
 * A trial of each setting, the best first. The score of a setting is the mean of its trials'; one that has a trial without a
 * score has none, and is left out. Of equals the smaller rate comes first, then what is written first in the alphabet.
 */
export function ranked<Trial extends Tried>(trials: readonly Trial[]): Trial[] {
  const settings = new Map<string, Trial[]>();
  for (const trial of trials) {
    const key = settingText(trial);
    settings.set(key, [...(settings.get(key) ?? []), trial]);
  }
  return [...settings]
    .flatMap(([key, own]) => {
      const [first] = own;
      const score = meanScore(own);
      return first === undefined || score === null ? [] : [{ key, first, score }];
    })
    .sort((a, b) => b.score - a.score || a.first.learningRate - b.first.learningRate || (a.key < b.key ? -1 : 1))
    .map(({ first }) => first);
}

/** The mean of the trials' scores; null where one has none. */
export function meanScore(trials: readonly Pick<Tried, 'value'>[]): number | null {
  const values = trials.flatMap(({ value }) => value ?? []);
  return values.length < trials.length ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One text for one setting: `learningRate 0.001, options.r 8`. */
export function settingText({
  learningRate,
  values = { learningRate },
}: Pick<Tried, 'learningRate' | 'values'>): string {
  return Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** Where a value lies among those that were tried of its key, when beyond it nothing was; undefined between them. */
export function sideOf(value: number, tried: readonly number[]): 'smallest' | 'largest' | undefined {
  if (value === Math.max(...tried)) return 'largest';
  return value === Math.min(...tried) ? 'smallest' : undefined;
}

/** Whether several settings have a score and all have the same one: then nothing is chosen by it. */
export function areAllAlike(scores: readonly number[]): boolean {
  return scores.length > 1 && new Set(scores).size === 1;
}
