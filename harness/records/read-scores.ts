// What comparisons need of a run's predictions, in little memory: 8 bytes a prediction, and the examples once for all runs
// that share them.
import { sha256 } from '../contracts/attestation.ts';
import { OVERALL, type Overall } from '../metrics/over-sets.ts';
import { isScoreName, type ScoreName, scorePredictions } from '../metrics/score-predictions.ts';
import type { ScoredExamples } from '../stats/scores.ts';
import type { CompletedRecord, Prediction } from './schema.ts';

export interface ReadScores {
  readonly metric: ScoreName;
  /** How the metric may have been taken over the sets: one way where it is told. */
  readonly ways: readonly Overall[];
  readonly sets: readonly ReadSet[];
}

export interface ReadSet {
  /** The same of all runs with these examples and labels. */
  readonly key: string;
  readonly examples: ScoredExamples;
  /** One an example, in their order. */
  readonly predictions: Float64Array;
}

export type ScoresReader = (record: CompletedRecord, predictions: readonly Prediction[]) => ReadScores | undefined;

/** Of one reader, runs share what they were scored on. It gives undefined where the primary metric is none that there is. */
export function scoresReader(): ScoresReader {
  const known = new Map<string, KnownSet[]>();
  return (record, predictions) => {
    const { name: metric, value } = record.metrics.primary;
    if (!isScoreName(metric)) return undefined;
    const names = record.dataset.evaluation.scored?.map(({ set }) => set) ?? [
      ...new Set(predictions.map(({ set }) => set)),
    ];
    const told = record.metrics.scoring?.overall;
    const sets = names.map((name) => {
      const lines = predictions.filter(({ set }) => set === name);
      const { key, examples, order } = knownSet(name, lines, known);
      return {
        key,
        examples,
        predictions: Float64Array.from(order, (at) => predictionBy(metric, lines[at] as Prediction)),
      };
    });
    return { metric, ways: told ? [told] : waysOf(predictions, metric, names, value), sets };
  };
}

/** What a metric is computed of; NaN where the line has no such prediction. */
export function predictionBy(metric: string, { prediction, predictionNorm }: Prediction): number {
  return metric === 'acc_norm' ? (predictionNorm ?? Number.NaN) : prediction;
}

/** Examples as a file had them, and their order by id. */
interface KnownSet {
  readonly lines: readonly Pick<Prediction, 'id' | 'label'>[];
  readonly order: Uint32Array;
  readonly key: string;
  readonly examples: ScoredExamples;
}

/** Runs of a task have their examples in the same order as a rule: then they are not put in order again. */
function knownSet(name: string, lines: readonly Prediction[], known: Map<string, KnownSet[]>): KnownSet {
  const alike = known.get(name) ?? [];
  const found = alike.find((each) => haveSameExamples(each.lines, lines));
  if (found !== undefined) return found;
  const made = orderedSet(name, lines);
  const shared = alike.find(({ key }) => key === made.key);
  const set = shared === undefined ? made : { ...made, examples: shared.examples };
  known.set(name, [...alike, set]);
  return set;
}

function haveSameExamples(some: KnownSet['lines'], others: KnownSet['lines']): boolean {
  if (some.length !== others.length) return false;
  return some.every(({ id, label }, i) => id === others[i]?.id && label === others[i]?.label);
}

function orderedSet(name: string, lines: readonly Prediction[]): KnownSet {
  const idAt = (at: number): string => lines[at]?.id ?? '';
  const order = Uint32Array.from(lines.keys()).sort((a, b) => (idAt(a) < idAt(b) ? -1 : Number(idAt(a) > idAt(b))));
  const sorted = [...order].map((at) => lines[at] as Prediction);
  return {
    lines: lines.map(({ id, label }) => ({ id, label })),
    order,
    key: sha256(JSON.stringify([name, sorted.map(({ id, label }) => [id, label])])),
    examples: { name, ids: sorted.map(({ id }) => id), labels: Float64Array.from(sorted, ({ label }) => label) },
  };
}

/** The ways that give a record's primary metric, which does not tell: of one set all do, and of equal sizes two may. */
function waysOf(
  predictions: readonly Prediction[],
  metric: ScoreName,
  names: readonly string[],
  value: number | null,
): Overall[] {
  return OVERALL.filter((overall) => {
    const made = scorePredictions(predictions, [metric], names, { overall })[metric] ?? null;
    return made === null || value === null ? made === value : Math.abs(made - value) <= ROUNDING;
  });
}

/** Of a metric that is added up in another order. */
const ROUNDING = 1e-12;
