// What every final run made of every example, packed: ids and labels once a task, predictions a letter each where they are
// classes or options. Beyond a budget examples are left out, evenly spread; the predictions' files have all.
import { isCompleted } from '../../records/is-completed.ts';
import { predictionBy } from '../../records/read-scores.ts';
import type { CompletedRecord, Prediction, RunRecord } from '../../records/schema.ts';
import { evenly } from './evenly.ts';
import { packOutcomes } from './outcomes.ts';
import type { PackedExamples } from './payload.ts';
import { Pool } from './pool.ts';

/** Letters, of all predictions, ids and labels together; of all generated texts; and of one of these. */
const MOST_LETTERS = 200_000;
const MOST_TEXT = 60_000;
const LONGEST_TEXT = 240;

/** Metrics of regressions. All others are of classes or options, however many there are. */
const OF_SCORES: ReadonlySet<string> = new Set(['pearson', 'spearman']);

export interface PackedOutcomes {
  readonly examples: readonly PackedExamples[];
  /** What was left out, a sentence each. */
  readonly leftOut: readonly string[];
}

interface ScoredRun {
  /** Its place among the records. */
  readonly run: number;
  readonly record: CompletedRecord;
  readonly predictions: readonly Prediction[];
}

/** Runs of a task that were scored on other examples than others are a group of their own. */
export function packExamples(
  records: readonly RunRecord[],
  predictionsOf: (record: CompletedRecord) => readonly Prediction[],
): PackedOutcomes {
  const groups = new Map<string, ScoredRun[]>();
  for (const [run, record] of records.entries()) {
    if (!isCompleted(record) || record.config.purpose !== 'final') continue;
    const predictions = predictionsOf(record);
    const { model, task } = record.config;
    const key = JSON.stringify([model, task.id, predictions.map(({ set, id, label }) => [set, id, label])]);
    groups.set(key, [...(groups.get(key) ?? []), { run, record, predictions }]);
  }
  const all = [...groups.values()];
  const share = Math.min(1, MOST_LETTERS / sum(all.map(lettersOf)));
  const withTexts = all.filter((runs) => runs.some(({ predictions }) => predictions.some(({ text }) => text)));
  const examples = all.map((runs) => packGroup(runs, share, MOST_TEXT / Math.max(1, withTexts.length)));
  return { examples, leftOut: examples.flatMap(leftOutOf) };
}

function lettersOf(runs: readonly ScoredRun[]): number {
  return JSON.stringify(packGroup(runs, 1, 0)).length;
}

function packGroup(runs: readonly ScoredRun[], share: number, mostText: number): PackedExamples {
  const [{ record, predictions }] = runs as [ScoredRun];
  const places = evenly([...predictions.keys()], Math.ceil(share * predictions.length));
  const kept = places.flatMap((place) => predictions[place] ?? []);
  const values = runs.map((run) => places.map((place) => predictionOf(run, place)));
  const labels = kept.map(({ label }) => label);
  const asChoices = !OF_SCORES.has(record.metrics.primary.name);
  const texts = packTexts(runs, places, mostText);
  return {
    ...{ model: record.config.model, task: record.config.task.id, areChoices: asChoices, total: predictions.length },
    sets: counted(kept.map(({ set }) => set)),
    ids: kept.map(({ id }) => id),
    labels: packOutcomes(labels, asChoices),
    runs: runs.map(({ run }, index) => ({
      ...{ run, predictions: packOutcomes(values[index] ?? [], asChoices), texts: texts.places[index] ?? [] },
    })),
    texts: texts.pool,
  };
}

/** The prediction that the run's primary metric is taken over. */
function predictionOf({ record, predictions }: ScoredRun, place: number): number {
  const found = predictions[place];
  if (found === undefined) throw new Error(`${record.id} has no prediction ${place}`);
  return predictionBy(record.metrics.primary.name, found);
}

/** Of the first examples, as many as there is room for: each text once. */
function packTexts(runs: readonly ScoredRun[], places: readonly number[], most: number) {
  const pool = new Pool<string>();
  const placesOfRuns = runs.map((): number[] => []);
  let letters = 0;
  for (const place of places) {
    const texts = runs.map(({ predictions }) => cut(predictions[place]?.text ?? ''));
    letters += sum(texts.filter((text) => !pool.has(text)).map((text) => text.length));
    if (letters > most || texts.every((text) => text === '')) break;
    for (const [index, text] of texts.entries()) placesOfRuns[index]?.push(pool.placeOf(text));
  }
  return { pool: pool.values, places: placesOfRuns };
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

/** Names with how often each stands there, one after the other. */
function counted(names: readonly string[]): [string, number][] {
  const runs: [string, number][] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.[0] === name) last[1]++;
    else runs.push([name, 1]);
  }
  return runs;
}

function leftOutOf({ task, total, ids, runs, texts }: PackedExamples): string[] {
  const fewer = ids.length < total ? [`Of ${total} examples of ${task} ${ids.length} are here, evenly spread.`] : [];
  const told = runs[0]?.texts.length ?? 0;
  const first = texts.length > 0 && told < ids.length ? [`Of ${task} the first ${told} have their texts here.`] : [];
  return [...fewer, ...first];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
