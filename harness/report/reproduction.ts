// Compares records with those of a rerun, bit for bit, and says in one line what differs first.
import { shown } from '../contracts/validate.ts';
import { asOfVersion3 } from '../records/migrate.ts';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';
import { type Agreement, agreementOf, agreementTexts, beyondRounding, mayRoundDifferently } from './agreement.ts';

export interface Comparison {
  /** Records that were committed. */
  readonly total: number;
  readonly reproduced: number;
  readonly differences: readonly Difference[];
  /** Of those that were made on another backend or on a device, and differ by rounding at most. */
  readonly agreements: readonly Agreement[];
}

export interface Difference {
  readonly id: string;
  /** `lora, glue/stsb, seed 0` */
  readonly run: string;
  /** What differs first, in the order in which a run computes: `differs first at step 12 (loss 0.1 here, 0.2 recorded)`. */
  readonly what: string;
  /** Keys of the environment that differ. */
  readonly environment: readonly EnvironmentDifference[];
}

export interface EnvironmentDifference {
  readonly key: string;
  readonly here: string | number | null;
  readonly recorded: string | number | null;
}

/**
 * Matches records by id. Reproduced are those that say the same of everything but who made them, where and by which code, in
 * which time and memory, and how the study, the method's row and paths are called. On another backend, or on a device, equal
 * bits cannot be asked for, and only what rounding does not explain is a difference. What memory must hold is no result
 * either: code that needs less of it may come, and the same numbers are still reproduced.
 */
export function compareRecords(committed: readonly RunRecord[], rerun: readonly RunRecord[]): Comparison {
  const here = new Map(rerun.map((record) => [record.id, record]));
  const differences: Difference[] = [];
  const agreements: Agreement[] = [];
  for (const recorded of committed) {
    const again = here.get(recorded.id);
    if (again === undefined) differences.push(differenceOf(recorded, 'is missing from the rerun', []));
    else {
      const told = toldByBoth(recorded, again);
      const bits = firstDifference(...told);
      if (bits === undefined) continue;
      const rounding = mayRoundDifferently(recorded, again);
      const what = rounding ? beyondBits(...told) : bits;
      if (what === undefined) agreements.push(agreementOf(recorded, again));
      else differences.push(differenceOf(recorded, what, environmentDifferences(recorded, again)));
    }
  }
  const reproduced = committed.length - differences.length - agreements.length;
  return { total: committed.length, reproduced, differences, agreements };
}

/** `Reproduced N of M records bit for bit.`, or with the first difference and the environments'; always one line. */
export function summaryLine({ total, reproduced, differences, agreements }: Comparison): string {
  const count = `Reproduced ${reproduced} of ${total} records bit for bit`;
  const clauses = [count, ...differenceTexts(differences), ...agreementTexts(agreements)];
  return `${clauses.join('; ')}.`.replaceAll(/\s*\n\s*/g, ' ');
}

function differenceTexts(differences: readonly Difference[]): string[] {
  const [first, ...others] = differences;
  if (first === undefined) return [];
  const more = others.length === 0 ? [] : [`${others.length} more ${others.length === 1 ? 'differs' : 'differ'}`];
  const changes = [...new Set(differences.flatMap(({ environment }) => environment.map(describeChange)))];
  const environment = changes.length === 0 ? 'the same' : changes.join(', ');
  return [`${first.id} (${first.run}) ${first.what}`, ...more, `environment: ${environment}`];
}

function differenceOf(recorded: RunRecord, what: string, environment: readonly EnvironmentDifference[]): Difference {
  return { id: recorded.id, run: describeRun(recorded), what, environment };
}

/** The two without what the older of them does not tell, but for what version 3 has brought. */
function toldByBoth(recorded: RunRecord, here: RunRecord): [recorded: RunRecord, here: RunRecord] {
  const isTold = Math.min(recorded.schemaVersion, here.schemaVersion) >= 4;
  return isTold ? [recorded, here] : [asOfVersion3(recorded), asOfVersion3(here)];
}

/** In the order in which a run computes. */
function firstDifference(recorded: RunRecord, here: RunRecord): string | undefined {
  const cause = firstCause(recorded, here) ?? firstPath('search', recorded.search, here.search);
  if (cause !== undefined) return cause;
  const loss = firstLoss(recorded.losses, here.losses);
  if (recorded.status !== 'completed' || here.status !== 'completed') {
    return loss ?? firstPath('error', recorded.error, here.error);
  }
  return (
    loss ??
    firstHash(recorded, here, { lossTraceSha256: 'loss trace' }) ??
    firstPath('trained', recorded.trained, here.trained) ??
    firstPath('selection', recorded.selection, here.selection) ??
    firstPath('merges', recorded.merges, here.merges) ??
    firstHash(recorded, here, { finalWeightsSha256: 'final weights', predictionsSha256: 'predictions' }) ??
    firstPath('', recorded.metrics.all, here.metrics.all) ??
    firstPath('metrics', recorded.metrics, here.metrics) ??
    firstPath('evaluations', recorded.evaluations, here.evaluations) ??
    firstPath('collapsed', recorded.collapsed, here.collapsed) ??
    firstPath('unreadable', recorded.unreadable, here.unreadable) ??
    firstPath('update', recorded.update, here.update) ??
    firstPath('forgetting', recorded.forgetting, here.forgetting)
  );
}

/** What rounding does not explain. */
function beyondBits(recorded: RunRecord, here: RunRecord): string | undefined {
  const found = firstCause(recorded, here) ?? beyondRounding(recorded, here);
  if (found !== undefined || recorded.status !== 'completed' || here.status !== 'completed') return found;
  return (
    firstPath('trained', recorded.trained, here.trained) ??
    firstPath('merges', withoutNorms(recorded), withoutNorms(here)) ??
    firstPath('metrics.scoring', recorded.metrics.scoring, here.metrics.scoring)
  );
}

/** Of merges, what the arithmetic has no part in. */
function withoutNorms({ merges }: CompletedRecord): object | null {
  return merges?.map(({ step, layers, freshOptimizer }) => ({ step, layers, freshOptimizer })) ?? null;
}

/** A difference in what the arithmetic of the steps has no part in. */
function firstCause(recorded: RunRecord, here: RunRecord): string | undefined {
  if (recorded.status !== here.status) {
    const why = here.status === 'completed' ? '' : ` (${here.error.message})`;
    return `is ${here.status} here${why}, ${recorded.status} recorded`;
  }
  const inputs = firstPath('', inputsOf(recorded), inputsOf(here));
  if (inputs !== undefined || recorded.status !== 'completed' || here.status !== 'completed') return inputs;
  return (
    firstPath('params', recorded.params, here.params) ??
    firstPath('asked', recorded.asked, here.asked) ??
    firstHash(recorded, here, { initSha256: 'initial weights', dataOrderSha256: 'data order' })
  );
}

/** What a run was made from. The model's checksum stands for its path, the label is a name, and files lie in any folder. */
function inputsOf({ seed, config, model, dataset, search }: RunRecord): object {
  const { model: _path, method, ...configured } = config;
  const { label: _label, ...attached } = method;
  const { name: _name, ...weights } = model;
  const files = dataset.files.map(({ path, sha256 }) => ({ path: path.split('/').at(-1), sha256 }));
  return {
    seed,
    config: { ...configured, method: attached },
    model: weights,
    dataset: { ...dataset, files },
    search: search?.map(({ id, learningRate }) => ({ id, learningRate })),
  };
}

/** The first place at which two values differ, such as `dataset.overlap.exact`, at any depth. */
function firstPath(path: string, recorded: unknown, here: unknown): string | undefined {
  if (isObject(recorded) && isObject(here) && Array.isArray(recorded) === Array.isArray(here)) {
    const at = (key: string) => (Array.isArray(recorded) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`);
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(here)])) {
      const found = firstPath(at(key), recorded[key], here[key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const words = (value: unknown) => (value === undefined || value === null ? 'none' : shown(value));
  return Object.is(recorded, here)
    ? undefined
    : `differs first in ${path} (${words(here)} here, ${words(recorded)} recorded)`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function firstHash(
  recorded: CompletedRecord,
  here: CompletedRecord,
  names: Partial<Record<keyof CompletedRecord['attestation'], string>>,
): string | undefined {
  const keys = Object.keys(recorded.attestation) as (keyof CompletedRecord['attestation'])[];
  const differs = keys.find((key) => key in names && recorded.attestation[key] !== here.attestation[key]);
  if (differs === undefined) return undefined;
  const short = (record: CompletedRecord): string => record.attestation[differs].slice(0, 8);
  return `differs first in the ${names[differs]} (${differs} ${short(here)} here, ${short(recorded)} recorded)`;
}

function firstLoss(recorded: readonly number[], here: readonly number[]): string | undefined {
  const steps = Math.max(recorded.length, here.length);
  for (let step = 0; step < steps; step++) {
    if (Object.is(recorded[step], here[step])) continue;
    return `differs first at step ${step} (loss ${here[step] ?? 'none'} here, ${recorded[step] ?? 'none'} recorded)`;
  }
  return undefined;
}

function environmentDifferences(recorded: RunRecord, here: RunRecord): EnvironmentDifference[] {
  const keys = Object.keys(recorded.environment) as (keyof RunRecord['environment'])[];
  return keys
    .filter((key) => recorded.environment[key] !== here.environment[key])
    .map((key) => ({ key, here: here.environment[key], recorded: recorded.environment[key] }));
}

function describeChange({ key, here, recorded }: EnvironmentDifference): string {
  return `${key} ${JSON.stringify(here)} here, ${JSON.stringify(recorded)} recorded`;
}

function describeRun({ config }: RunRecord): string {
  const purpose = config.purpose === 'search' ? `, trial of rate ${config.method.learningRate}` : '';
  return `${config.method.label}, ${config.task.id}, seed ${config.seed}${purpose}`;
}
