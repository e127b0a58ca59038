// Which of a folder's records belong to a study as it stands: a study that was edited leaves older records behind.
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { expand, type PendingFinal, resolveFinal, UnresolvedFinal } from './expand.ts';
import { isModelPath, isSameModel } from './model-path.ts';
import type { CheckedStudy } from './read.ts';
import { canonicalJson } from './run-id.ts';

export interface StudyRecords {
  readonly finals: readonly RunRecord[];
  readonly trials: readonly RunRecord[];
}

/**
 * The records whose configuration is one of the study's, without data or weights at hand.
 * @throws InputError if two records have one configuration (the model's file, the data or the training semantics changed)
 */
export function recordsOfStudy(study: CheckedStudy, records: readonly RunRecord[]): StudyRecords {
  const byConfig = new Map<string, RunRecord>();
  const spelling = spellingsOf(study.models, records);
  for (const record of records.map((each) => withModel(each, spelling(each)))) {
    const key = canonicalJson(record.config);
    const other = byConfig.get(key);
    if (other !== undefined) throw new InputError(twins(other, record));
    byConfig.set(key, record);
  }
  const find = (config: RunConfig): RunRecord | undefined => byConfig.get(canonicalJson(config));
  const { trials, finals } = expand(study);
  const ofTrials = new Map(trials.flatMap((trial) => pairIfPresent(trial, find(trial))));
  return {
    finals: finals.flatMap((pending) => finalRecord(pending, ofTrials, find) ?? []),
    trials: [...ofTrials.values()],
  };
}

/** The record of the candidate that was run; of several, left by an earlier search, the one that the trials choose. */
function finalRecord(
  pending: PendingFinal,
  trials: ReadonlyMap<RunConfig, RunRecord>,
  find: (config: RunConfig) => RunRecord | undefined,
): RunRecord | undefined {
  const [first, ...others] = pending.candidates.flatMap(({ config }) => find(config) ?? []);
  const complete = pending.candidates.every(({ trial }) => trial !== null && trials.has(trial));
  if (others.length === 0 || !complete) return first;
  try {
    return find(resolveFinal(pending, trials).config);
  } catch (error) {
    if (error instanceof UnresolvedFinal) return undefined;
    throw error;
  }
}

/**
 * How the study spells the model of a record. A path may have changed since, with the folder that it leads to: then the
 * record says which weights they were, and of a study's paths the only one without records is theirs.
 */
function spellingsOf(models: readonly string[], records: readonly RunRecord[]): (record: RunRecord) => string {
  const spelled = (name: string): string | undefined => models.find((model) => isSameModel(model, name));
  const bySha256 = new Map<string, string | undefined>();
  for (const { config, model } of records.filter(({ config }) => isModelPath(config.model))) {
    bySha256.set(model.sha256, spelled(config.model) ?? bySha256.get(model.sha256));
  }
  const known = new Set(bySha256.values());
  const [moved, ...others] = models.filter((model) => isModelPath(model) && !known.has(model));
  const unknown = [...bySha256.values()].filter((model) => model === undefined).length;
  const only = unknown === 1 && others.length === 0 ? moved : undefined;
  return ({ config: { model: name }, model }) =>
    spelled(name) ?? bySha256.get(model.sha256) ?? (isModelPath(name) ? only : undefined) ?? name;
}

function withModel(record: RunRecord, model: string): RunRecord {
  return record.config.model === model ? record : { ...record, config: { ...record.config, model } };
}

function pairIfPresent(config: RunConfig, record: RunRecord | undefined): [RunConfig, RunRecord][] {
  return record === undefined ? [] : [[config, record]];
}

function twins(a: RunRecord, b: RunRecord): string {
  const what =
    a.model.sha256 !== b.model.sha256
      ? "the model's file"
      : a.dataset.sha256 !== b.dataset.sha256
        ? 'the data'
        : 'the training semantics';
  const run = `${a.config.method.label}, ${a.config.task.id}, seed ${a.seed}`;
  return `runs/${a.id}.json and runs/${b.id}.json: both are of ${run}, ${what} changed between them; expected one, move the other away`;
}
