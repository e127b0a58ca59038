// A study's folder looked through to the end: what its records contradict, and which runs and files do not belong together.
// Whoever changes a record and all that follows from it, hashes too, is not found so: that takes a rerun, by `verify`.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TObject } from 'typebox';
import { type Filed, faultsBetween } from '../audit/between-records.ts';
import { type Expected, recordFaults } from '../audit/record-faults.ts';
import { Faults } from '../contracts/input-error.ts';
import type { Method } from '../contracts/method.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { unknownName } from '../contracts/validate.ts';
import { readText } from '../formats/text.ts';
import { parseJson } from '../formats/written-json.ts';
import type { RunRecord } from '../records/schema.ts';
import { requireTrueSearches } from '../records/searches.ts';
import { examineRecord } from '../records/store.ts';
import { predictionsFileOf } from '../records/predictions.ts';
import { canonicalJson } from '../study/canonical-json.ts';
import { essentials } from '../study/essentials.ts';
import { expand, type PendingFinal } from '../study/expand.ts';
import { dueTrials, resolveIfScored } from '../study/search/choose.ts';
import type { CheckedStudy } from '../study/read.ts';
import { LAST_OLDER_SEMANTICS, olderDatasetSha256, olderRunId } from '../study/older-run-id.ts';
import { TRAINING_SEMANTICS } from '../study/run-id.ts';
import { ownIdentity } from '../study/true-ids.ts';
import { type CurrentId, recordsOfStudy } from '../study/select.ts';
import { countSteps } from '../training/order.ts';
import { countTrained } from '../training/splits.ts';
import { describeCode } from './describe-code.ts';
import { runTitle } from './progress.ts';

export interface Checked {
  /** Records that were read, those with faults too. */
  readonly records: number;
  /** A line each: file, key, value and what was expected. */
  readonly faults: readonly string[];
  /** What is no contradiction, and is to be known: of which code the records are. */
  readonly remarks: readonly string[];
}

/** @param folder that the records are in, which need not be there */
export async function checkStudy(
  study: CheckedStudy,
  folder: string,
  methods: readonly Method[],
  currentId: CurrentId,
): Promise<Checked> {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const files = names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  const faults: string[] = [];
  const filed: Filed[] = [];
  for (const file of files) {
    const { record, faults: own } = examineRecord(file);
    faults.push(...own);
    if (record === undefined) continue;
    filed.push({ record, file });
    faults.push(...ownFaults(record, file, methods));
  }
  const records = filed.map(({ record }) => record);
  const schemas = new Map(methods.map(({ name, optionsSchema }) => [name, optionsSchema]));
  const between = faultsBetween(filed, ({ config }) => {
    const schema = schemas.get(config.method.name);
    return canonicalJson([config.model, schema === undefined ? config : essentials({ ...config, seed: 0 }, schema)]);
  });
  const ofSearches = searchFaults(records, folder, files);
  const isTold = (id: string | undefined) =>
    id !== undefined && [...between, ...ofSearches].some((line) => line.includes(`${id}.json: search`));
  faults.push(
    ...between,
    ...ofSearches,
    ...(await studyFaults(study, records, folder, currentId)).filter(({ id }) => !isTold(id)).map(({ line }) => line),
    ...strayFiles(names, folder),
  );
  return { records: records.length, faults: [...new Set(faults)], remarks: describeCode(records, TRAINING_SEMANTICS) };
}

function ownFaults(record: RunRecord, file: string, methods: readonly Method[]): string[] {
  const { name } = record.config.method;
  const method = methods.find((each) => each.name === name);
  if (method !== undefined) return recordFaults(record, file, expectedOf(record, file, method));
  const known = methods.map((each) => each.name);
  return [...unknownName(`${file}: config.method.name`, 'method', name, known).faults];
}

function expectedOf(record: RunRecord, file: string, { optionsSchema }: Method): Expected {
  const { config, dataset } = record;
  const { read } = dataset.train;
  const trainedOn = countTrained(read, config);
  const { batchSize, epochs } = config.training;
  return {
    ...(record.schemaVersion < FIRST_OF_ESSENTIALS ? olderIdentity(record, file) : identity(record, optionsSchema)),
    trainedOn,
    steps: countSteps(trainedOn, batchSize, epochs),
  };
}

type Identity = Pick<Expected, 'ids' | 'datasetSha256'>;

function identity(record: RunRecord, optionsSchema: TObject): Identity {
  const { id, ...data } = ownIdentity(record, optionsSchema, record.code.semantics ?? TRAINING_SEMANTICS);
  return { ids: [id], ...data };
}

/** The version of the record since which an id is of what decides a result alone, and the record tells the semantics. */
const FIRST_OF_ESSENTIALS = 3;

function olderIdentity({ model, dataset }: RunRecord, file: string): Identity {
  const { config } = parseJson(readText(file), file) as { readonly config: unknown };
  const hashes = { modelSha256: model.sha256, datasetSha256: dataset.sha256 };
  const versions = Array.from({ length: LAST_OLDER_SEMANTICS }, (_, index) => index + 1);
  return {
    ids: versions.map((semantics) => olderRunId({ config, ...hashes, semantics })),
    datasetSha256: olderDatasetSha256(dataset.files),
  };
}

/** Of records whose trials could all be read: of another the fault is told already. */
function searchFaults(records: readonly RunRecord[], folder: string, files: readonly string[]): readonly string[] {
  const read = new Set(records.map(({ id }) => join(folder, `${id}.json`)));
  const unread = new Set(files.filter((file) => !read.has(file)));
  const asked = records.filter(
    ({ search }) => !(search ?? []).some(({ id }) => unread.has(join(folder, `${id}.json`))),
  );
  const faults = new Faults();
  faults.of(() => requireTrueSearches(asked, folder));
  return faults.all;
}

interface StudyFault {
  readonly line: string;
  /** Of the record whose search it is of. */
  readonly id?: string;
}

/** Runs that have no record, records of no run, and searches that are not what the trials make. */
async function studyFaults(
  study: CheckedStudy,
  records: readonly RunRecord[],
  folder: string,
  currentId: CurrentId,
): Promise<readonly StudyFault[]> {
  const faults = new Faults();
  const own = await faults.ofLater(() => recordsOfStudy(study, records, currentId));
  if (own === undefined) return faults.all.map((line) => ({ line }));
  const { trials, finals } = expand(study);
  const there = new Map([...own.trials, ...own.finals].map((record) => [canonicalJson(record.config), record]));
  const isThere = (config: RunConfig): boolean => there.has(canonicalJson(config));
  const tried = new Map(
    trials.flatMap((config): [RunConfig, RunRecord][] => {
      const record = there.get(canonicalJson(config));
      return record === undefined ? [] : [[config, record]];
    }),
  );
  const missing = [
    // Of a search that goes on by what it finds, only as far as it came.
    ...new Set(finals.flatMap((pending) => dueTrials(pending, tried))),
    ...finals.flatMap((pending) =>
      pending.candidates.some(({ config }) => isThere(config)) || cannotRun(pending, tried)
        ? []
        : pending.candidates[0].config,
    ),
  ];
  return [
    ...own.untrueSearches.map(({ id, line }) => ({ id, line: `${dirname(folder)}/${line}` })),
    ...missing.map((config) => ({
      line: `${folder}: ${runTitle(config)} (${config.model}): no record; expected one, as the study has the run`,
    })),
    ...own.strangers.map(({ id, config }) => ({
      line: `${join(folder, `${id}.json`)}: ${runTitle(config)}; expected a run of the study`,
    })),
    ...own.leftOut.map((line) => ({ line: `${folder}: ${line}` })),
  ];
}

/** A search of whose trials none has a score chooses nothing. */
function cannotRun(pending: PendingFinal, tried: ReadonlyMap<RunConfig, RunRecord>): boolean {
  return dueTrials(pending, tried).length === 0 && resolveIfScored(pending, tried) === undefined;
}

/** Files that are neither a record nor the predictions of one. */
function strayFiles(names: readonly string[], folder: string): string[] {
  const records = new Set(names.filter((name) => name.endsWith('.json')));
  const predictions = new Set([...records].map(predictionsFileOf));
  return names
    .filter((name) => !records.has(name) && !predictions.has(name))
    .map((name) => {
      const expected = name.endsWith('.predictions.jsonl')
        ? 'the record that it is of'
        : 'records and predictions alone';
      return `${join(folder, name)}: belongs to no run; expected ${expected}`;
    });
}
