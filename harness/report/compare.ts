// Compares records with those of a rerun, bit for bit, and says in one line what differs first.
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
 * Matches records by id. Reproduced are those whose hashes, losses and metrics are all equal; on another backend, or on
 * a device, that cannot be asked for, and only what rounding does not explain is a difference.
 */
export function compareRecords(committed: readonly RunRecord[], rerun: readonly RunRecord[]): Comparison {
  const here = new Map(rerun.map((record) => [record.id, record]));
  const differences: Difference[] = [];
  const agreements: Agreement[] = [];
  for (const recorded of committed) {
    const again = here.get(recorded.id);
    if (again === undefined) differences.push(differenceOf(recorded, 'is missing from the rerun', []));
    else {
      const bits = firstDifference(recorded, again);
      if (bits === undefined) continue;
      const rounding = mayRoundDifferently(recorded, again);
      const what = rounding ? (firstCause(recorded, again) ?? beyondRounding(recorded, again)) : bits;
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

function firstDifference(recorded: RunRecord, here: RunRecord): string | undefined {
  const cause = firstCause(recorded, here);
  if (cause !== undefined) return cause;
  if (recorded.status !== 'completed' || here.status !== 'completed') return firstLoss(recorded.losses, here.losses);
  return (
    firstLoss(recorded.losses, here.losses) ??
    firstHash(recorded, here, {
      lossTraceSha256: 'loss trace',
      finalWeightsSha256: 'final weights',
      predictionsSha256: 'predictions',
    }) ??
    firstMetric(recorded, here)
  );
}

/** A difference in what the arithmetic of the steps has no part in. */
function firstCause(recorded: RunRecord, here: RunRecord): string | undefined {
  if (recorded.status !== here.status) {
    const why = here.status === 'completed' ? '' : ` (${here.error.message})`;
    return `is ${here.status} here${why}, ${recorded.status} recorded`;
  }
  if (recorded.status !== 'completed' || here.status !== 'completed') return undefined;
  return firstHash(recorded, here, { initSha256: 'initial weights', dataOrderSha256: 'data order' });
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

function firstMetric(recorded: CompletedRecord, here: CompletedRecord): string | undefined {
  const values = (record: CompletedRecord): Map<string, number | null> =>
    new Map([[record.metrics.primary.name, record.metrics.primary.value], ...Object.entries(record.metrics.all)]);
  const [ours, theirs] = [values(here), values(recorded)];
  const name = [...new Set([...theirs.keys(), ...ours.keys()])].find((key) => ours.get(key) !== theirs.get(key));
  if (name === undefined) return undefined;
  return `differs first in ${name} (${ours.get(name) ?? 'none'} here, ${theirs.get(name) ?? 'none'} recorded)`;
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
