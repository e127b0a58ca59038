// A completed record's predictions, which lie beside it: they are what its hash says, and its metrics follow from them.
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import Type from 'typebox';
import { sha256 } from '../contracts/attestation.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import { check, shown } from '../contracts/validate.ts';
import { readBytes, readText, textBytes } from '../formats/text.ts';
import { parseJson } from '../formats/written-json.ts';
import { collapseOverSets } from '../metrics/collapse.ts';
import { OVERALL, type Overall } from '../metrics/over-sets.ts';
import { isScoreName, type ScoreName, scorePredictions } from '../metrics/score-predictions.ts';
import { unreadableShare } from '../metrics/unreadable.ts';
import {
  type Collapsed,
  type CompletedRecord,
  type Prediction,
  PredictionSchema,
  RECORD_SCHEMA_VERSION,
} from './schema.ts';

type Metrics = CompletedRecord['metrics']['all'];

/** Is shown a completed record's predictions while they are read, once they were checked. */
export type PredictionsSeen = (record: CompletedRecord, predictions: readonly Prediction[], file: string) => void;

/** The file of the predictions of the record in `file`. */
export function predictionsFileOf(file: string): string {
  return file.replace(/\.json$/, '.predictions.jsonl');
}

/** Those of the record in `file`, which was read, and they were checked with it. */
export function readPredictions(file: string): Prediction[] {
  const lines = readText(predictionsFileOf(file)).split('\n').slice(0, -1);
  return lines.map((line): Prediction => JSON.parse(line));
}

/**
 * The record, of an older version without the metrics that nothing bears out.
 * @throws InputError where the predictions of the record in `file` are missing, or are not what it was made from
 */
export function attestedRecord(record: CompletedRecord, file: string, seen?: PredictionsSeen): CompletedRecord {
  const predictionsFile = predictionsFileOf(file);
  if (!existsSync(predictionsFile)) {
    throw new InputError(`${predictionsFile}: no such file; expected the predictions of the completed run in ${file}`);
  }
  const { sets, predictions } = requireTheirMetrics(record, readBytes(predictionsFile), file, predictionsFile);
  const told = record.metrics.scoring === null ? withoutUntold(record, sets) : record;
  seen?.(told, predictions, file);
  return told;
}

interface TheirPredictions {
  readonly predictions: readonly Prediction[];
  /** Their names. */
  readonly sets: string[];
}

/** @param bytes of the predictions' file. @throws InputError as {@link attestedRecord} */
export function requireTheirMetrics(
  record: CompletedRecord,
  bytes: Buffer,
  file: string,
  predictionsFile: string,
): TheirPredictions {
  const { predictionsSha256 } = record.attestation;
  const found = sha256(bytes);
  if (found !== predictionsSha256) {
    throw new InputError(
      `${file}: attestation.predictionsSha256: ${shown(predictionsSha256)}; expected ${shown(found)}, the hash of ${predictionsFile}`,
    );
  }
  const predictions = parse(textBytes(bytes, predictionsFile).toString('utf8'), predictionsFile);
  const sets = setsOf(record, predictions, file, predictionsFile);
  requireMetrics(record, predictions, sets, file);
  requireWhatFollows(record, predictions, sets, file);
  return { sets, predictions };
}

function collapseFrom(
  { metrics: { primary, scoring } }: CompletedRecord,
  predictions: readonly Prediction[],
  sets: readonly string[],
): Collapsed {
  return collapseOverSets(predictions, sets, primary.name, scoring?.overall ?? 'pooled');
}

/** Of what records of the present version tell. */
function requireWhatFollows(
  record: CompletedRecord,
  predictions: readonly Prediction[],
  sets: readonly string[],
  file: string,
): void {
  if (record.schemaVersion !== RECORD_SCHEMA_VERSION) return;
  const expected = { collapsed: collapseFrom(record, predictions, sets), unreadable: unreadableShare(predictions) };
  const faults = new Faults();
  for (const key of ['collapsed', 'unreadable'] as const) {
    if (isDeepStrictEqual(record[key], expected[key])) continue;
    const wanted = JSON.stringify(expected[key]);
    faults.add(
      new InputError(`${file}: ${key}: ${JSON.stringify(record[key])}; expected ${wanted}, as the predictions make it`),
    );
  }
  faults.throw();
}

/** Records that do not tell of groups of sets: what they say of them follows from nothing that they tell. */
function withoutUntold(record: CompletedRecord, sets: readonly string[]): CompletedRecord {
  const told = (values: Metrics): Metrics =>
    Object.fromEntries(
      Object.entries(values).filter(([key]) => !key.includes('/') || sets.includes(key.slice(0, key.lastIndexOf('/')))),
    );
  return {
    ...record,
    metrics: { ...record.metrics, all: told(record.metrics.all) },
    evaluations: record.evaluations.map(({ step, metrics }) => ({ step, metrics: told(metrics) })),
  };
}

function parse(text: string, file: string): Prediction[] {
  const lines = text.split('\n');
  if (lines.pop() !== '')
    throw new InputError(`${file}:${lines.length + 1}: the line does not end; expected a line's end`);
  return allFitting(lines) ?? lines.map((line, i) => parseLine(line, `${file}:${i + 1}`));
}

export const PredictionsSchema = Type.Array(PredictionSchema);

/** Checked together, which takes a fraction of the time; undefined where a line is not as it should be. */
function allFitting(lines: readonly string[]): Prediction[] | undefined {
  try {
    return check(PredictionsSchema, lines.map(parseUnknown), { file: '' });
  } catch {
    // What is wrong is found, and told, line by line.
    return undefined;
  }
}

function parseUnknown(line: string): unknown {
  return JSON.parse(line);
}

function parseLine(line: string, where: string): Prediction {
  return check(PredictionSchema, parseJson(line, where), { file: where });
}

/** The evaluation sets in order, each with as many predictions as it has examples, none twice. */
function setsOf(
  { dataset: { evaluation } }: CompletedRecord,
  predictions: readonly Prediction[],
  file: string,
  predictionsFile: string,
): string[] {
  const faults = new Faults();
  const ids = new Map<string, Set<string>>();
  let last: { readonly set: string; readonly own: Set<string> } | undefined;
  for (const [i, { set, id }] of predictions.entries()) {
    // Lines of a set stand together as a rule: it is looked up where another begins.
    if (last?.set !== set) {
      last = { set, own: ids.get(set) ?? new Set() };
      ids.set(set, last.own);
    }
    const { own } = last;
    const before = own.size;
    if (own.add(id).size === before) {
      faults.add(new InputError(`${predictionsFile}:${i + 1}: id: ${shown(id)}; expected each id of ${set} once`));
    }
  }
  const counted = [...ids].map(([set, own]) => ({ set, examples: own.size }));
  const scored = evaluation.scored ?? counted;
  if (listed(scored) !== listed(counted)) {
    faults.add(
      new InputError(
        `${file}: dataset.evaluation.scored: ${listed(scored)}; expected ${listed(counted)}, as ${predictionsFile} has`,
      ),
    );
  }
  faults.throw();
  return scored.map(({ set }) => set);
}

function listed(sets: readonly { readonly set: string; readonly examples: number }[]): string {
  return JSON.stringify(sets.map(({ set, examples }) => [set, examples]));
}

function requireMetrics(
  { metrics: { all, scoring } }: CompletedRecord,
  predictions: readonly Prediction[],
  sets: readonly string[],
  file: string,
): void {
  const faults = new Faults();
  const names = Object.keys(all).filter((key) => !key.includes('/'));
  for (const name of names.filter((each) => !isScoreName(each))) {
    faults.add(new InputError(`${file}: metrics.all.${name}: ${shown(all[name])}; expected a metric that there is`));
  }
  for (const [group, members] of Object.entries(scoring?.groups ?? {})) {
    for (const member of members.filter((each) => !sets.includes(each))) {
      faults.add(
        new InputError(
          `${file}: metrics.scoring.groups.${group}: ${shown(member)}; expected one of ${sets.join(', ')}`,
        ),
      );
    }
  }
  faults.throw();
  const known = names.filter(isScoreName);
  const wrong = scoring
    ? differences(all, scorePredictions(predictions, known, sets, scoring))
    : untoldDifferences(all, predictions, known, sets);
  for (const { key, expected } of wrong) {
    const what = expected === undefined ? 'none' : shown(expected);
    faults.add(
      new InputError(`${file}: metrics.all.${key}: ${shown(all[key])}; expected ${what}, as the predictions make it`),
    );
  }
  faults.throw();
}

interface Difference {
  readonly key: string;
  /** Undefined where nothing follows from the predictions. */
  readonly expected: number | null | undefined;
}

function differences(all: Metrics, expected: Metrics): Difference[] {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(all)])];
  return keys.filter((key) => all[key] !== expected[key]).map((key) => ({ key, expected: expected[key] }));
}

/**
 * Of a record that does not tell how its metrics follow from the predictions: what is not as it is in any of the ways that
 * there are. Groups are not looked at, nor what comes from predictions that it does not tell.
 */
function untoldDifferences(
  all: Metrics,
  predictions: readonly Prediction[],
  names: readonly ScoreName[],
  sets: readonly string[],
): Difference[] {
  const told = names.filter(
    (name) => name !== 'acc_norm' || predictions.every(({ predictionNorm }) => predictionNorm !== undefined),
  );
  const isLookedAt = (key: string) => {
    const [set, name] = [key.slice(0, Math.max(0, key.lastIndexOf('/'))), key.slice(key.lastIndexOf('/') + 1)];
    return told.some((each) => each === name) && (set === '' || sets.includes(set));
  };
  const lookedAt = Object.fromEntries(Object.entries(all).filter(([key]) => isLookedAt(key)));
  const ways = OVERALL.map((overall: Overall) =>
    differences(lookedAt, scorePredictions(predictions, told, sets, { overall })),
  );
  return ways.reduce((fewest, way) => (way.length < fewest.length ? way : fewest));
}
