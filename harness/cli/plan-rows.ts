// What the runs of each method on each task with each model take, and how long they need on this machine.
import { groupBy } from '../contracts/group-by.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { isBeyond } from '../cost/memory.ts';
import type { RunCost } from '../cost/run-cost.ts';
import { secondsOf } from '../cost/seconds.ts';
import { isCompleted } from '../records/is-completed.ts';
import type { RunRecord } from '../records/schema.ts';
import { median } from '../stats/summary.ts';
import type { Expansion, PendingFinal, RowSearch } from '../study/expand.ts';
import { costsOf, type KnownCost } from './cost-of-runs.ts';
import { type Machine, thisMachine } from './machine.ts';
import { defaultThreads } from './options.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';

export interface PlannedRow {
  readonly model: string;
  readonly label: string;
  readonly task: string;
  /** Final runs and trials; a trial that methods share counts for each. */
  readonly runs: number;
  /** Of them, those that are recorded. */
  readonly kept: number;
  /** Of a final run, of several settings the one that takes most memory; null where it is not known. */
  readonly cost: RunCost | null;
  /** Why it is not known. */
  readonly reason: string | null;
  /** Of a final run; null where it is not known. */
  readonly seconds: number | null;
  /** Whether runs of this row told it, or the machine's rate. */
  readonly secondsFrom: 'records' | 'rate' | null;
  /** Of all runs that are not recorded; null where not known. */
  readonly toRun: {
    readonly seconds: number | null;
    readonly flops: number | null;
    readonly diskBytes: number | null;
  };
  /** Whether a run fits into this machine's memory, the prediction's error allowed for; null where that is not known. */
  readonly fitsMemory: boolean | null;
}

export interface PlanMachine extends Machine {
  readonly threads: number;
  /** Operations per second of a large matrix product; null where no cost is known. */
  readonly matrixProductFlops: number | null;
}

/** @param folder of the study. @throws InputError for a configuration that will not do */
export async function planRows(
  folder: string,
  { finals, searches }: Pick<Expansion, 'finals' | 'searches'>,
  kept: readonly RunRecord[],
  sources: Sources,
  services: Services,
): Promise<{ readonly machine: PlanMachine; readonly rows: readonly PlannedRow[] }> {
  const costOf = costsOf(sources, services);
  const here = thisMachine(folder);
  const threads = defaultThreads(1);
  const searchOf = new Map(
    searches.map((search) => [rowKey({ ...search, method: search, task: { id: search.task } }), search]),
  );
  const recordsOf = groupBy(kept, (record) => rowKey(record.config));
  const rows: Row[] = [];
  for (const [key, own] of groupBy(finals, ({ candidates: [{ config }] }) => rowKey(config))) {
    const [first] = own;
    if (first === undefined) continue;
    const records = recordsOf.get(key) ?? [];
    const trials = await trialCosts(first, searchOf.get(key), costOf);
    rows.push({ first, count: own.length, records, trials, known: await largest(first, costOf) });
  }
  const rate = rows.some(({ known }) => known.cost !== null) ? await services.matrixRate(threads) : null;
  const predicted = ({ cost, layers }: Priced): number => secondsOf(cost, rate ?? 1, layers);
  // What a product's rate does not tell of this machine, the study's own runs do.
  const ratios = rows.flatMap(({ known, records }) => {
    const { value } = measuredSeconds(records, here);
    return value === null || known.cost === null ? [] : [value / predicted(known)];
  });
  const correction = median(ratios).value ?? 1;
  const clock = { seconds: (priced: Priced) => correction * predicted(priced), here };
  return {
    machine: { ...here, threads, matrixProductFlops: rate },
    rows: rows.map((row) => plannedRow(row, clock)),
  };
}

type Priced = Exclude<KnownCost, { readonly cost: null }>;

interface Row {
  /** The first of its final runs, which differ in their seeds. */
  readonly first: PendingFinal;
  readonly count: number;
  readonly records: readonly RunRecord[];
  /** A trial each. */
  readonly trials: readonly KnownCost[];
  readonly known: KnownCost;
}

function plannedRow(
  { first, count, records, trials, known }: Row,
  { seconds, here }: { seconds(priced: Priced): number; readonly here: Machine },
): PlannedRow {
  const [{ config }] = first.candidates;
  const measured = measuredSeconds(records, here).value;
  const ofFinal = measured ?? (known.cost === null ? null : seconds(known));
  const keptTrials = records.filter(({ config: { purpose } }) => purpose === 'search').length;
  const left = {
    finals: count - (records.length - keptTrials),
    trials: Math.max(0, trials.length - keptTrials),
  };
  const inAll = (final: number | null, of: (priced: Priced) => number): number | null => {
    const ofTrials = trials.map((trial) => (trial.cost === null ? null : of(trial)));
    const sum = sumOf(ofTrials);
    if (final === null || sum === null) return null;
    return left.finals * final + (trials.length === 0 ? 0 : (left.trials / trials.length) * sum);
  };
  const { cost } = known;
  const flopsOf = ({ flops }: RunCost): number => flops.training + flops.evaluation;
  return {
    ...{ model: config.model, label: config.method.label, task: config.task.id },
    runs: count + trials.length,
    kept: records.length,
    cost,
    reason: known.reason,
    seconds: ofFinal,
    secondsFrom: measured !== null ? 'records' : ofFinal === null ? null : 'rate',
    toRun: {
      seconds: inAll(ofFinal, seconds),
      flops: inAll(cost === null ? null : flopsOf(cost), (trial) => flopsOf(trial.cost)),
      diskBytes: inAll(cost === null ? null : cost.disk, (trial) => trial.cost.disk),
    },
    fitsMemory: cost === null ? null : !isBeyond(cost.memory.peak, here.memoryBytes),
  };
}

/** Of final runs on a machine like this one, the median. */
function measuredSeconds(records: readonly RunRecord[], here: Machine) {
  const alike = records
    .filter(isCompleted)
    .filter(
      ({ config, environment: { cpu, cores } }) =>
        config.purpose === 'final' && cpu === here.cpu && cores === here.cores,
    );
  return median(alike.map(({ time }) => time.totalSeconds));
}

type CostOf = ReturnType<typeof costsOf>;

/** Of the settings of a final run, the cost of the one that takes most memory. */
async function largest({ candidates: [one, ...others] }: PendingFinal, costOf: CostOf): Promise<KnownCost> {
  let most = await costOf(one.config);
  for (const { config } of others) {
    const known = await costOf(config);
    if ((known.cost?.memory.peak ?? 0) > (most.cost?.memory.peak ?? 0)) most = known;
  }
  return most;
}

/** Of each rung as many as go on to it. */
async function trialCosts(
  { candidates }: PendingFinal,
  search: RowSearch | undefined,
  costOf: CostOf,
): Promise<KnownCost[]> {
  const costs: KnownCost[] = [];
  for (const [rung, { settings }] of (search?.rungs ?? []).entries()) {
    for (const trial of candidates.slice(0, settings).flatMap(({ rungs }) => rungs[rung] ?? [])) {
      costs.push(await costOf(trial));
    }
  }
  return costs;
}

interface RowNames {
  readonly model: string;
  readonly method: Pick<RunConfig['method'], 'label'>;
  readonly task: Pick<RunConfig['task'], 'id'>;
}

const rowKey = ({ model, method, task }: RowNames): string => JSON.stringify([model, method.label, task.id]);

/** Null where one of them is. */
export function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}
