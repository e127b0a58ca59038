// The records of a study: one JSON file a run below `runs/`, written whole or not at all, read with validation.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Type from 'typebox';
import { InputError } from '../contracts/input-error.ts';
import { refuseDeepJson } from '../contracts/json-depth.ts';
import { check } from '../contracts/validate.ts';
import { formatJson, orderKeys, placeOfNonFinite } from './json.ts';
import { readText } from '../formats/text.ts';
import { type Prediction, PredictionSchema, RecordSchema, type RunRecord } from './schema.ts';
import { writeWhole } from './write-whole.ts';

const [CompletedSchema, UnfinishedSchema] = RecordSchema.anyOf;
const PredictionsSchema = Type.Array(PredictionSchema);
const StatusSchema = Type.Object({
  status: Type.Union([Type.Literal('completed'), Type.Literal('failed'), Type.Literal('diverged')]),
});

/** The folder of a study's records. */
export function runsFolder(studyFolder: string): string {
  return join(studyFolder, 'runs');
}

/**
 * Writes a record to `<folder>/<id>.json`, after its predictions, which go to `<id>.predictions.jsonl`. A reader sees the
 * whole record or none. A failed or diverged record may be replaced, a completed one never.
 * @throws InputError if the record does not fit its schema; Error if a completed record stands there, or a number of the
 * record or its predictions is not finite, which JSON would hold as null
 */
export function writeRecord(folder: string, record: RunRecord, predictions: readonly Prediction[]): void {
  const file = join(folder, `${record.id}.json`);
  const predictionsFile = join(folder, `${record.id}.predictions.jsonl`);
  requireFiniteNumbers(record, file);
  requireFiniteNumbers(predictions, predictionsFile);
  checkRecord(record, file);
  mkdirSync(folder, { recursive: true });
  if (existsSync(file) && readRecord(file).status === 'completed') {
    throw new Error(`${file}: is a completed record, and those are never overwritten`);
  }
  if (record.status === 'completed') {
    check(PredictionsSchema, predictions, { file: predictionsFile });
    const lines = predictions.map((line) => `${JSON.stringify(orderKeys(PredictionSchema, line))}\n`);
    writeWhole(predictionsFile, lines.join(''));
  } else {
    rmSync(predictionsFile, { force: true });
  }
  const schema = record.status === 'completed' ? CompletedSchema : UnfinishedSchema;
  writeWhole(file, `${formatJson(orderKeys(schema, record))}\n`);
}

/**
 * The records of a folder, sorted by id; none if there is no folder.
 * @throws InputError naming file and key of a record that is malformed
 */
export function readRecords(folder: string): RunRecord[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readRecord(join(folder, name)));
}

/** @throws InputError naming file and key */
export function readRecord(file: string): RunRecord {
  const record = checkRecord(parse(file), file);
  if (basename(file) !== `${record.id}.json`) {
    throw new InputError(`${file}: id: "${record.id}"; expected "${basename(file, '.json')}", as the file is named`);
  }
  return record;
}

/** Removes what a writer that was cut off has left. Files of a process still at work stay. */
export function removeLeftovers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const writer = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (name.endsWith('.tmp') && !(writer !== undefined && isAlive(Number(writer)))) rmSync(join(folder, name));
  }
}

function checkRecord(value: unknown, file: string): RunRecord {
  const { status } = check(StatusSchema, value, { file });
  return status === 'completed' ? check(CompletedSchema, value, { file }) : check(UnfinishedSchema, value, { file });
}

function requireFiniteNumbers(value: unknown, file: string): void {
  const place = placeOfNonFinite(value);
  if (place === undefined) return;
  throw new Error(`${file}: ${place} is not finite, and JSON holds finite numbers only; nothing was written`);
}

function parse(file: string): unknown {
  const text = readText(file);
  refuseDeepJson(text, file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
