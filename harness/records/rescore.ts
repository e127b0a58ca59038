// Another metric of a run, from its predictions: no model is needed.
import { InputError } from '../contracts/input-error.ts';
import { OVERALL } from '../metrics/over-sets.ts';
import { isScoreName, type ScoreName, type Scoring, scorePredictions } from '../metrics/score-predictions.ts';
import type { CompletedRecord, Prediction } from './schema.ts';

/**
 * The metric overall and of each set and group, under the names that records give them; null where it is undefined.
 * @param where names the run in errors
 * @throws InputError where the predictions do not have what the metric needs, or the record does not tell how its own was taken
 */
export function rescore(
  record: CompletedRecord,
  predictions: readonly Prediction[],
  metric: ScoreName,
  where: string,
): Record<string, number | null> {
  if (metric === 'f1') requireTwoClasses(predictions, where);
  if (metric === 'acc_norm' && predictions.some(({ predictionNorm }) => predictionNorm === undefined)) {
    throw new InputError(
      `--metric acc_norm: ${where}: predictions that do not tell the option by length; expected those of the protocol likelihood, in records of version 3 or later`,
    );
  }
  const sets = record.dataset.evaluation.scored?.map(({ set }) => set) ?? [
    ...new Set(predictions.map(({ set }) => set)),
  ];
  return scorePredictions(predictions, [metric], sets, scoringOf(record, predictions, sets, where));
}

function requireTwoClasses(predictions: readonly Prediction[], where: string): void {
  const third = predictions
    .flatMap(({ label, prediction }) => [label, prediction])
    .find((value) => value !== 0 && value !== 1);
  if (third === undefined) return;
  throw new InputError(`--metric f1: ${where}: has the class ${third}; expected a task of two classes, 0 and 1`);
}

/** Of a record that does not tell, the way in which its own primary metric follows from its predictions. */
function scoringOf(
  { metrics: { primary, scoring } }: CompletedRecord,
  predictions: readonly Prediction[],
  sets: readonly string[],
  where: string,
): Scoring {
  if (scoring !== null) return scoring;
  const { name, value } = primary;
  const overall = OVERALL.find(
    (way) => isScoreName(name) && scorePredictions(predictions, [name], sets, { overall: way })[name] === value,
  );
  if (overall !== undefined) return { overall };
  throw new InputError(
    `${where}: ${name} is taken over its sets in a way that the record does not tell; expected a newer record`,
  );
}
