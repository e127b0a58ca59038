// Which of a folder's records belong to a study as it stands: a study that was edited leaves older records behind.
import { isDeepStrictEqual } from 'node:util';
import type { TObject } from 'typebox';
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { shown } from '../contracts/validate.ts';
import type { RunRecord } from '../records/schema.ts';
import { settingText } from '../records/search-choice.ts';
import { canonicalJson } from './canonical-json.ts';
import { essentials } from './essentials.ts';
import { expand, type PendingFinal } from './expand.ts';
import { isModelPath, isSameModel } from './model-path.ts';
import type { CheckedStudy } from './checked.ts';
import { askedTrials, dueTrials, resolveIfScored } from './search/choose.ts';
import { requireTrueIds } from './true-ids.ts';

export interface StudyRecords {
  readonly finals: readonly RunRecord[];
  readonly trials: readonly RunRecord[];
  /** Older records of a configuration that has a newer one, and final runs at rates that trials reject, a line each. */
  readonly leftOut: readonly string[];
  /** Final runs that say of their search what their trials do not, a line each. */
  readonly untrueSearches: readonly { readonly id: string; readonly line: string }[];
  /** Those of no run of the study. */
  readonly strangers: readonly RunRecord[];
}

/** The id that a configuration's run has with the model, the data and the training semantics that there are. */
export type CurrentId = (config: RunConfig) => Promise<string>;

/**
 * The records whose configuration is one of the study's. Data and weights are asked for only where two records have one
 * configuration and the training semantics do not say which is the older.
 * @throws InputError if two records have one configuration and `currentId` finds no data or weights to tell them apart
 */
export async function recordsOfStudy(
  study: CheckedStudy,
  records: readonly RunRecord[],
  currentId: CurrentId,
): Promise<StudyRecords> {
  const { trials, finals } = expand(study);
  const keyOf = keysOf(study);
  const { groups, strangers } = groupRecords(study, records, [...trials, ...finals.flatMap(configsOf)], keyOf);
  const byConfig = new Map<string, RunRecord>();
  const leftOut: string[] = [];
  for (const [key, group] of groups) {
    const current = await currentOf(group, currentId);
    if (current !== undefined) byConfig.set(key, current);
    for (const record of group) if (record !== current) leftOut.push(whyLeftOut(record, current));
  }
  const find = (config: RunConfig): RunRecord | undefined => {
    const record = byConfig.get(keyOf(config) ?? '');
    // The study's own labels and defaults: neither decides which run it is.
    return record && { ...record, config };
  };
  const ofTrials = new Map(trials.flatMap((trial) => pairIfPresent(trial, find(trial))));
  const found = finals.map((pending) => finalRecord(pending, ofTrials, find));
  const asked = new Set(finals.flatMap((pending) => askedTrials(pending, ofTrials)));
  const current = [...ofTrials].filter(([trial]) => asked.has(trial));
  const stale = [...ofTrials].filter(([trial]) => !asked.has(trial));
  return {
    finals: found.flatMap(({ record }) => record ?? []),
    trials: current.map(([, record]) => record),
    leftOut: [
      ...leftOut,
      ...stale.map(([, record]) => staleLine(record)),
      ...found.flatMap(({ rejected }) => rejected),
    ],
    untrueSearches: found.flatMap(({ untrue }) => untrue),
    strangers,
  };
}

/** @throws InputError where a record of one of the study's methods is not what its id says */
export function requireOwnIds(study: CheckedStudy, records: readonly RunRecord[]): void {
  requireTrueIds(records, schemasOf(study), 'runs');
}

/** The records whose configuration is none of the study's. */
export function recordsOfNoRun(study: CheckedStudy, records: readonly RunRecord[]): readonly RunRecord[] {
  const { trials, finals } = expand(study);
  return groupRecords(study, records, [...trials, ...finals.flatMap(configsOf)], keysOf(study)).strangers;
}

/** The records of each of the study's configurations, and those of none. */
function groupRecords(
  study: CheckedStudy,
  records: readonly RunRecord[],
  configs: readonly RunConfig[],
  keyOf: (config: RunConfig) => string | undefined,
) {
  const own = new Set(configs.map(keyOf));
  const spelling = spellingsOf(study.models, records);
  const groups = new Map<string, RunRecord[]>();
  const strangers: RunRecord[] = [];
  for (const record of records.map((each) => withModel(each, spelling(each)))) {
    const key = keyOf(record.config);
    if (key !== undefined && own.has(key)) groups.set(key, [...(groups.get(key) ?? []), record]);
    else strangers.push(record);
  }
  return { groups, strangers };
}

/** The key by which a configuration's record is found; undefined for a method that the study has not. */
function keysOf(study: CheckedStudy): (config: RunConfig) => string | undefined {
  const schemas = schemasOf(study);
  // A search has a configuration for each setting and seed, and each is asked for more than once.
  const known = new WeakMap<RunConfig, string>();
  return (config) => {
    const schema = schemas.get(config.method.name);
    if (schema === undefined) return undefined;
    const key = known.get(config) ?? canonicalJson([config.model, essentials(config, schema)]);
    known.set(config, key);
    return key;
  };
}

function schemasOf({ methods }: CheckedStudy): Map<string, TObject> {
  return new Map(methods.map(({ method, optionsSchema }) => [method, optionsSchema]));
}

function configsOf({ candidates }: PendingFinal): RunConfig[] {
  return candidates.map(({ config }) => config);
}

/** Of records of one configuration, the one of the newest semantics and of what is here; undefined where all are older. */
async function currentOf(group: readonly RunRecord[], currentId: CurrentId): Promise<RunRecord | undefined> {
  const newest = Math.max(...group.map(semanticsOf));
  const [first, second, ...others] = group.filter((record) => semanticsOf(record) === newest);
  if (first === undefined || second === undefined) return first;
  try {
    const id = await currentId(first.config);
    return [first, second, ...others].find((record) => record.id === id);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      `runs/${first.id}.json and runs/${second.id}.json: both are of ${runOf(first)}, ${whatChanged(first, second)} changed between them; expected one of them moved away, or its data and weights to be here: ${error.message}`,
    );
  }
}

/** Of records that do not tell, the oldest. */
function semanticsOf({ code }: RunRecord): number {
  return code.semantics ?? 0;
}

function whyLeftOut(record: RunRecord, current: RunRecord | undefined): string {
  const than = current === undefined ? 'there are here' : `those of runs/${current.id}.json`;
  const what = current === undefined ? 'weights or data' : whatChanged(record, current);
  return `${nameOf(record)} is left out: made with other ${what} than ${than}`;
}

/** Of a halving whose earlier rungs have other scores by now. */
function staleLine(record: RunRecord): string {
  return `${nameOf(record)} is left out: the search does not come to this trial`;
}

interface FoundFinal {
  readonly record: RunRecord | undefined;
  /** Why records at other rates do not count, a line each. */
  readonly rejected: readonly string[];
  readonly untrue: StudyRecords['untrueSearches'];
}

/**
 * Once all trials are there, the record of the rate that they choose, and no other; where some are not, the only one that was
 * made by a search: another row of the tables may have given its rate by hand.
 */
function finalRecord(
  pending: PendingFinal,
  trials: ReadonlyMap<RunConfig, RunRecord>,
  find: (config: RunConfig) => RunRecord | undefined,
): FoundFinal {
  const found = pending.candidates.flatMap(({ config }) => find(config) ?? []);
  const setting = settingsIn(pending);
  if (pending.counts.length === 0) return { record: found[0], rejected: [], untrue: [] };
  if (dueTrials(pending, trials).length > 0) return onlySearched(found, setting);
  const resolved = resolveIfScored(pending, trials);
  const chosen = resolved?.config;
  const record = chosen && find(chosen);
  const why = (config: RunConfig): string => {
    if (chosen === undefined) return 'no trial has a score';
    const choice = `its trials choose ${setting(chosen)}, not ${setting(config).replace('the rate ', '')}`;
    return record === undefined ? `${choice}, and that was not run` : choice;
  };
  const rejected = found.filter(({ config }) => config !== chosen);
  const isTrue = record === undefined || isDeepStrictEqual(record.search, resolved?.search);
  return {
    record,
    rejected: rejected.map((each) => `${nameOf(each)} is left out: ${why(each.config)}`),
    untrue: isTrue
      ? []
      : [
          {
            id: record.id,
            line: `runs/${record.id}.json: search: ${shown(record.search)}; expected ${shown(resolved?.search)}, as its trials make it (\`run\` makes it anew)`,
          },
        ],
  };
}

/** While trials are missing, nothing tells which of several settings is the chosen one. */
function onlySearched(found: readonly RunRecord[], setting: (config: RunConfig) => string): FoundFinal {
  const [only, ...others] = found.filter(({ search }) => search !== null);
  if (only === undefined || others.length === 0) return { record: only, rejected: [], untrue: [] };
  const all = [only, ...others];
  const settings = all.map(({ config }) => setting(config)).join(' and ');
  return {
    record: undefined,
    rejected: all.map(
      (record) => `${nameOf(record)} is left out: there are runs at ${settings}, and trials are missing`,
    ),
    untrue: [],
  };
}

/** `the rate 0.001`, or of other keys `learningRate 0.001, options.r 8`. */
function settingsIn({ candidates }: PendingFinal): (config: RunConfig) => string {
  const byConfig = new Map(candidates.map(({ config, values }) => [config, values]));
  return (config) => {
    const values = byConfig.get(config) ?? {};
    const { learningRate } = config.method;
    const isRateAlone = Object.keys(values).every((key) => key === 'learningRate');
    return isRateAlone ? `the rate ${learningRate}` : settingText({ learningRate, values });
  };
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

function whatChanged(a: RunRecord, b: RunRecord): string {
  if (a.model.sha256 !== b.model.sha256) return 'weights';
  return a.dataset.sha256 === b.dataset.sha256 ? 'training semantics' : 'data';
}

function nameOf(record: RunRecord): string {
  return `runs/${record.id}.json (${runOf(record)})`;
}

function runOf({ config: { method, task, seed, purpose } }: RunRecord): string {
  return `${method.label}, ${task.id}, ${purpose === 'search' ? `search ${method.learningRate}` : `seed ${seed}`}`;
}
