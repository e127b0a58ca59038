// The records of a study: one JSON file a run below `runs/`, written whole or not at all, read with validation.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Type from 'typebox';
import { predictionLines } from '../contracts/attestation.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import { check } from '../contracts/validate.ts';
import { WriteError } from '../contracts/write-error.ts';
import { readText } from '../formats/text.ts';
import { parseJson } from '../formats/written-json.ts';
import { requireConsistent } from './consistency.ts';
import { formatJson, orderKeys, placeOfNonFinite } from './json.ts';
import { type CompletedRecord, type Prediction, RecordSchema, type RunRecord, SchemaVersion } from './schema.ts';
import { migrate } from './migrate.ts';
import {
  attestedRecord,
  PredictionsSchema,
  type PredictionsSeen,
  predictionsFileOf,
  requireTheirMetrics,
} from './predictions.ts';
import { isLeftover, makeFolder, writeWhole } from './write-whole.ts';

const [CompletedSchema, UnfinishedSchema] = RecordSchema.anyOf;
/** Looked at first: of a record of a later version, that alone is said. */
const StatusSchema = Type.Object({
  schemaVersion: SchemaVersion,
  status: Type.Union([Type.Literal('completed'), Type.Literal('failed'), Type.Literal('diverged')]),
});

/** The folder of a study's records. */
export function runsFolder(studyFolder: string): string {
  return join(studyFolder, 'runs');
}

/**
 * Writes a record to `<folder>/<id>.json`, after its predictions, which go to `<id>.predictions.jsonl`. A reader sees the
 * whole record or none. A failed or diverged record may be replaced, a completed one never; where one with the same
 * results stands, it stays.
 * @throws InputError if the record does not fit its schema, contradicts itself or is not of these predictions; Error if a number of the record or its predictions is not
 * finite, which JSON would hold as null; WriteError if it cannot be written or a completed record with other results
 * stands there
 */
export function writeRecord(folder: string, record: RunRecord, predictions: readonly Prediction[]): void {
  const { file, text, predictionsFile, lines } = recordFiles(folder, record, predictions);
  makeFolder(folder);
  const there = existsSync(file) ? readRecord(file) : undefined;
  if (there?.status === 'completed') {
    if (haveSameResults(there, record)) return;
    throw new WriteError(`${file}: is a completed record of other results, and those are never overwritten`);
  }
  if (lines === undefined) rmSync(predictionsFile, { force: true });
  else writeWhole(predictionsFile, lines);
  writeWhole(file, text);
}

/** What a record's files hold; of one that did not complete there are no lines of predictions. @throws as writeRecord */
export function recordFiles(folder: string, record: RunRecord, predictions: readonly Prediction[]) {
  const file = join(folder, `${record.id}.json`);
  const predictionsFile = predictionsFileOf(file);
  requireFiniteNumbers(record, file);
  requireFiniteNumbers(predictions, predictionsFile);
  const text = recordText(record, file);
  if (record.status !== 'completed') return { file, text, predictionsFile };
  check(PredictionsSchema, predictions, { file: predictionsFile });
  const lines = predictionLines(predictions);
  requireTheirMetrics(record, Buffer.from(lines), file, predictionsFile);
  return { file, text, predictionsFile, lines };
}

/** A record as its file holds it. @throws InputError if it does not fit its schema */
export function recordText(record: RunRecord, file: string): string {
  requireConsistent(checkShape(record, file), file);
  const schema = record.status === 'completed' ? CompletedSchema : UnfinishedSchema;
  return `${formatJson(orderKeys(schema, record))}\n`;
}

/**
 * The records of a folder, sorted by id; none if there is no folder.
 * @param seen is shown the predictions of each completed record, which are read but once
 * @throws InputError naming file and key of a record that is malformed, or says what its predictions do not
 */
export function readRecords(folder: string, seen?: PredictionsSeen): RunRecord[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readRecord(join(folder, name), seen));
}

/** @throws InputError naming file and key, also of what does not follow from the predictions beside it */
export function readRecord(file: string, seen?: PredictionsSeen): RunRecord {
  const record = parseRecord(readText(file), file);
  requireName(record, file);
  return record.status === 'completed' ? attestedRecord(record, file, seen) : record;
}

/** A record's file, looked at to the end whatever is found. */
export interface Examined {
  /** Undefined where the file fits no record's schema. */
  readonly record: RunRecord | undefined;
  /** All that {@link readRecord} would refuse, a line each. */
  readonly faults: readonly string[];
}

export function examineRecord(file: string): Examined {
  const faults = new Faults();
  const record = faults.of(() => parseShape(readText(file), file));
  if (record !== undefined) {
    faults.of(() => requireName(record, file));
    faults.of(() => requireConsistent(record, file));
    if (record.status === 'completed') faults.of(() => attestedRecord(record, file));
  }
  return { record, faults: faults.all };
}

function requireName({ id }: RunRecord, file: string): void {
  if (basename(file) === `${id}.json`) return;
  throw new InputError(`${file}: id: "${id}"; expected "${basename(file, '.json')}", as the file is named`);
}

/** @throws InputError naming file and key */
export function parseRecord(text: string, file: string): RunRecord {
  const record = parseShape(text, file);
  requireConsistent(record, file);
  return record;
}

/** What fits the schema of a record, whatever it contradicts. @throws InputError naming file and key */
export function parseShape(text: string, file: string): RunRecord {
  const record = parseJson(text, file);
  check(StatusSchema, record, { file });
  return checkShape(migrate(record, { file }), file);
}

/** Removes what a writer that was cut off has left: for who alone writes to the folder. */
export function removeLeftovers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (isLeftover(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Seconds and bytes are no results: they differ each time. */
function haveSameResults(there: RunRecord, record: RunRecord): boolean {
  if (there.status !== 'completed' || record.status !== 'completed') return false;
  const resultsOf = ({ attestation, metrics, losses }: CompletedRecord): string =>
    JSON.stringify(orderKeys(CompletedSchema, { attestation, metrics, losses }));
  return resultsOf(there) === resultsOf(record);
}

function checkShape(value: unknown, file: string): RunRecord {
  const { status } = check(StatusSchema, value, { file });
  return check(status === 'completed' ? CompletedSchema : UnfinishedSchema, value, { file });
}

function requireFiniteNumbers(value: unknown, file: string): void {
  const place = placeOfNonFinite(value);
  if (place === undefined) return;
  throw new Error(`${file}: ${place} is not finite, and JSON holds finite numbers only; nothing was written`);
}
