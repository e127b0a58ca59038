// Records of older schema versions in the present form. What they do not tell is null: `untold` says why.
import { RunConfigSchema } from '../contracts/run-config.ts';
import { checkWithDefaults, type Place } from '../contracts/validate.ts';
import { RECORD_SCHEMA_VERSION, type RunRecord } from './schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The record in the present form, not yet checked against it; keys of its configuration that came since are as they were
 * before there was a choice. `schemaVersion` stays the one in which it was written.
 * @throws InputError for a configuration that does not make sense
 */
export function migrate(record: unknown, place: Place): unknown {
  if (!isFields(record)) return record;
  const { schemaVersion: version } = record;
  const third = version === 1 || version === 2 ? fromVersion2(record) : record;
  const present = version === RECORD_SCHEMA_VERSION ? third : withLater(third);
  if (!isFields(present.config)) return present;
  return { ...present, config: checkWithDefaults(RunConfigSchema, present.config, { ...place, at: 'config' }) };
}

/** Why a figure of a record is null. */
export function untold({ schemaVersion }: Pick<RunRecord, 'schemaVersion'>): string {
  return schemaVersion < RECORD_SCHEMA_VERSION
    ? `records of version ${schemaVersion} do not tell`
    : 'the record does not tell';
}

/** Null for what came with version 4, where the file does not hold it all the same: it is then refused. */
function withLater(record: Fields): Fields {
  if (record.status !== 'completed') return record;
  const nothing: Fields = asOfVersion3({ ...record, params: {}, trained: {}, memory: {}, time: {} });
  const merged = (key: string) => within(record[key], (own) => ({ [key]: Object.assign({}, nothing[key], own) }));
  return Object.assign({}, nothing, record, ...['params', 'trained', 'memory', 'time'].map(merged));
}

/** A record with nothing that version 3 does not tell: what it tells can then be compared with one of that version. */
export function asOfVersion3<Whole extends Fields>(record: Whole): Whole {
  if (record.status !== 'completed') return record;
  const { params, trained, memory, time } = record;
  return {
    ...record,
    ...{ asked: null, collapsed: null, unreadable: null, merges: null, update: null, forgetting: null },
    ...within(params, (fields) => ({ params: { ...fields, storedBytes: null } })),
    ...within(trained, (fields) => ({ trained: { ...fields, tokens: null } })),
    ...within(memory, (fields) => ({ memory: { ...fields, rss: null } })),
    ...within(time, (fields) => ({ time: { ...fields, tokensPerSecond: null, measureSeconds: null } })),
  };
}

/** Version 1 lacks the overlap and keys of the configuration besides. */
function fromVersion2(record: Fields): Fields {
  const { config, dataset, environment, code, metrics, time, losses } = record;
  return {
    ...record,
    ...within(config, (fields) => ({
      config: {
        ...fields,
        ...within(fields.training, (training) => ({ training: { ...(isRegression(fields) && RAW), ...training } })),
      },
    })),
    ...within(dataset, ({ trainCount, evalCount, overlap = null, ...fields }) => ({
      dataset: {
        ...fields,
        overlap,
        train: { read: trainCount, drawn: null },
        evaluation: { read: evalCount, scored: null },
      },
    })),
    ...within(environment, (fields) => ({ environment: { ...fields, jobs: null } })),
    ...within(code, (fields) => ({
      code: { ...fields, semantics: null, sourcesSha256: null, methodSha256: null },
    })),
    ...within(metrics, (fields) => ({
      metrics: { ...fields, scoring: null },
      trained: { steps: Array.isArray(losses) ? losses.length : null, examples: null },
    })),
    ...within(time, (fields) => ({ time: { ...fields, secondsPerStep: null } })),
  };
}

/** Regressions were learned on the scale of their labels; of other tasks the key says nothing. */
const RAW = { labelScale: 'raw' };

/** The one that there was. */
function isRegression({ task }: Fields): boolean {
  return isFields(task) && task.id === 'glue/stsb';
}

/** What `change` makes of a value that is an object; nothing of another, which the schema will refuse. */
function within(value: unknown, change: (fields: Fields) => Fields): Fields {
  return isFields(value) ? change(value) : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
