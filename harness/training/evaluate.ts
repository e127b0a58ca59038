// Scores evaluation sets. A sequence is padded to its own length rounded up, never to a neighbour's, so an example's
// scores do not depend on the batch it falls in.
import type { TaskKind } from '../contracts/dataset.ts';
import { groupBy } from '../contracts/group-by.ts';
import { requireFinite } from '../contracts/not-finite.ts';
import type { MetricName } from '../metrics/index.ts';
import { type Scoring, scorePredictions } from '../metrics/score-predictions.ts';
import { noDropout } from '../models/dropout.ts';
import type { Prediction } from '../records/schema.ts';
import type { tf } from '../tensor/index.ts';
import { batchOf, type Prepared, shapeOf } from './examples.ts';
import type { LabelScale } from './label-scale.ts';
import { type CurrentBatch, scores, type TaskModel } from './loss.ts';
import type { Evaluation } from './model-on-task.ts';
import { createReplay } from './replay.ts';

export interface PreparedSet {
  readonly name: string;
  readonly examples: readonly Prepared[];
}

/**
 * @param scoring how metrics are taken over several sets
 * @param batchSize sequences a batch, at most
 * @throws NotFinite naming an example whose scores are not finite: no metric is computed from them
 */
export function evaluate(
  model: TaskModel,
  sets: readonly PreparedSet[],
  metrics: readonly [MetricName, ...MetricName[]],
  scoring: Scoring,
  batchSize: number,
  onProgress: (done: number, total: number) => void,
): Omit<Evaluation, 'asked'> {
  const total = sets.reduce((sum, { examples }) => sum + examples.length, 0);
  const predictions: Prediction[] = [];
  for (const set of sets) {
    const before = predictions.length;
    const scored = scoreExamples(model, set, batchSize, (done) => onProgress(before + done, total));
    predictions.push(...scored.map((prediction) => ({ set: set.name, ...prediction })));
  }
  const names = sets.map(({ name }) => name);
  const results = scorePredictions(predictions, metrics, names, scoring);
  const [primary] = metrics;
  return { predictions, primary: { name: primary, value: results[primary] ?? null }, metrics: results };
}

function scoreExamples(
  model: TaskModel,
  { name, examples }: PreparedSet,
  batchSize: number,
  onProgress: (done: number) => void,
): Omit<Prediction, 'set'>[] {
  const results = new Map<Prepared, number[]>();
  const scorer = createReplay(shapeOf, (current: CurrentBatch) => [scores(model, current, noDropout)]);
  for (const group of groupsOfOneShape(examples)) {
    const options = group[0]?.sequences.length ?? 1;
    const perBatch = Math.max(1, Math.floor(batchSize / options));
    for (let start = 0; start < group.length; start += perBatch) {
      const members = group.slice(start, start + perBatch);
      // A product with one row is computed by another routine, which rounds otherwise: a lone sequence goes in twice.
      const lone = members.length * options === 1;
      const batch = batchOf(lone ? [...members, ...members] : members, model.encoder.spec.padTokenId);
      const [table] = scorer.run(batch) as [tf.Tensor];
      const values = Array.from(table.dataSync());
      table.dispose();
      const width = values.length / batch.examples.length;
      for (const [row, example] of members.entries()) {
        const own = values.slice(row * width, (row + 1) * width);
        requireFinite(own, (value) => `the scores of ${example.id} (${name}) hold ${value}`);
        results.set(example, own);
      }
      onProgress(results.size);
    }
  }
  return examples.map((example) => {
    const row = unscaled(results.get(example) as number[], model.labelScale);
    return { id: example.id, label: example.label, prediction: predictionOf(model.kind, row), scores: row };
  });
}

/** Examples of the same padded length and number of options, the shortest first. */
function groupsOfOneShape(examples: readonly Prepared[]): Prepared[][] {
  const ordered = examples.toSorted((a, b) => a.length - b.length || a.sequences.length - b.sequences.length);
  return [...groupBy(ordered, ({ length, sequences }) => `${length} ${sequences.length}`).values()];
}

/** Outputs on the scale of the labels. */
function unscaled(row: readonly number[], { shift, scale }: LabelScale): number[] {
  return row.map((output) => shift + scale * output);
}

/** A regression's value, else the index of the highest score, the first of equals. */
function predictionOf(kind: TaskKind, row: readonly number[]): number {
  return kind === 'regression' ? (row[0] as number) : row.indexOf(Math.max(...row));
}
