// What is kept of the predictions of final runs while records are read, so that each file is parsed once: what methods are
// compared by, and another primary metric where one is asked for.
import { InputError } from '../contracts/input-error.ts';
import type { ScoreName } from '../metrics/score-predictions.ts';
import type { PredictionsSeen } from './predictions.ts';
import { type ReadScores, scoresReader } from './read-scores.ts';
import { rescore } from './rescore.ts';
import type { CompletedRecord, Prediction, RunRecord } from './schema.ts';

type Metrics = CompletedRecord['metrics'];

interface Kept {
  readonly metrics: Metrics;
  readonly scores: ReadScores | undefined;
}

export class RunsRead {
  private readonly kept = new Map<string, Kept | InputError>();
  private readonly read = scoresReader();

  /** @param metric in place of the primary one of final runs; each run's own where it is absent */
  constructor(private readonly metric?: ScoreName) {}

  /** For who reads records. */
  readonly see: PredictionsSeen = (record, predictions, file) => {
    if (record.config.purpose !== 'final') return;
    this.kept.set(record.id, this.keep(record, predictions, file));
  };

  /** What methods are compared by; undefined of a run that was not seen. */
  scoresOf({ id }: RunRecord): ReadScores | undefined {
    const kept = this.kept.get(id);
    return kept instanceof InputError ? undefined : kept?.scores;
  }

  /**
   * The record with the metric that is asked for as its primary one.
   * @throws InputError where the predictions do not have what the metric needs
   */
  withMetric(record: RunRecord): RunRecord {
    const kept = this.kept.get(record.id);
    if (kept instanceof InputError) throw kept;
    return kept === undefined || record.status !== 'completed' ? record : { ...record, metrics: kept.metrics };
  }

  /** What cannot be scored is refused only where it is wanted. */
  private keep(record: CompletedRecord, predictions: readonly Prediction[], file: string): Kept | InputError {
    try {
      const metrics = this.metric === undefined ? record.metrics : rescored(record, predictions, this.metric, file);
      return { metrics, scores: this.read({ ...record, metrics }, predictions) };
    } catch (error) {
      if (error instanceof InputError) return error;
      throw error;
    }
  }
}

function rescored(
  record: CompletedRecord,
  predictions: readonly Prediction[],
  metric: ScoreName,
  file: string,
): Metrics {
  const all = rescore(record, predictions, metric, file);
  return {
    ...record.metrics,
    primary: { name: metric, value: all[metric] ?? null },
    all: { ...record.metrics.all, ...all },
  };
}
