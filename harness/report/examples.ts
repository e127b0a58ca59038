// What a row's figures speak for: the sets that were scored, and the training examples read, drawn and seen.
import { limitsBeyond } from '../records/limits.ts';
import { untold } from '../records/migrate.ts';
import { bySeed, evaluatedText, scoredDifferently } from '../records/together.ts';
import type { CompletedRecord } from '../records/schema.ts';
import { type Figure, figure, missing } from '../stats/summary.ts';
import { thousands } from '../contracts/words.ts';

export interface ScoredSet {
  readonly set: string;
  readonly examples: number;
}

export interface Evaluated {
  /** Null, as the text, where they differ between seeds or the records do not tell; `reason` is then why. */
  readonly sets: readonly ScoredSet[] | null;
  /** `validation 408` */
  readonly text: string | null;
  readonly reason: string | null;
}

/** Of each run of the row; missing where they differ. */
export interface Examples {
  readonly evaluated: Evaluated;
  /** Examples of the evaluation sets as read. */
  readonly evaluationRead: Figure;
  readonly trainRead: Figure;
  readonly trainDrawn: Figure;
  /** In all steps, each as often as it was seen. */
  readonly trainSeen: Figure;
  readonly steps: Figure;
  /** Limits that ask for more examples than there are. */
  readonly limits: readonly string[];
  /** Checksums of the data, each once. */
  readonly data: readonly string[];
}

/** Of the runs that completed. @param reason why there is nothing where there are none */
export function examplesOf(completed: readonly CompletedRecord[], reason: string): Examples {
  const shared = (read: (record: CompletedRecord) => number | null) => sharedFigure(completed, read, reason);
  return {
    evaluated: evaluatedOf(completed, reason),
    evaluationRead: shared(({ dataset }) => dataset.evaluation.read),
    trainRead: shared(({ dataset }) => dataset.train.read),
    trainDrawn: shared(({ dataset }) => dataset.train.drawn),
    trainSeen: shared(({ trained }) => trained.examples),
    steps: shared(({ trained }) => trained.steps),
    limits: [...new Set(completed.flatMap(({ config, dataset }) => limitsBeyond(config, dataset)))],
    data: [...new Set(completed.map(({ dataset }) => dataset.sha256))],
  };
}

/** What every run has alike; missing where they differ. @param read null where the record does not tell */
export function sharedFigure(
  completed: readonly CompletedRecord[],
  read: (record: CompletedRecord) => number | null,
  reason: string,
): Figure {
  const values = completed.map(read);
  const [first] = completed;
  const [value] = values;
  if (first === undefined || value === undefined) return missing(reason);
  if (new Set(values).size === 1) return value === null ? missing(untold(first)) : figure(value);
  const texts = values.map((each) => (each === null ? 'not told' : thousands(each)));
  return missing(`differs between seeds: ${bySeed(completed, texts)}`);
}

function evaluatedOf(completed: readonly CompletedRecord[], reason: string): Evaluated {
  const [first] = completed;
  const text = first && evaluatedText(first);
  const why =
    first === undefined ? reason : (scoredDifferently(completed) ?? (text === undefined ? untold(first) : null));
  return {
    sets: why === null ? (first?.dataset.evaluation.scored ?? null) : null,
    text: why === null ? (text ?? null) : null,
    reason: why,
  };
}
