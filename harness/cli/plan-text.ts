// A study's plan as it is printed: totals, what each row of the tables takes, what does not fit, and the runs with their ids.
import { BASE_PRECISIONS } from '../contracts/base-precision.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { counted, thousands } from '../contracts/words.ts';
import { PEAK_ERROR, type TrainState } from '../cost/memory.ts';
import { alignedTable } from '../report/markdown.ts';
import type { RowSearch } from '../study/expand.ts';
import type { PlannedRow } from './plan-rows.ts';
import type { StudyPlan } from './plan-study.ts';
import { runTitle } from './progress.ts';
import { bytesText, durationText, flopsText } from './quantities.ts';

const NONE = '—';

/** @param titles of the trials */
export function planText(plan: StudyPlan, titles: ReadonlyMap<RunConfig, string>): string {
  const { rows, searches } = plan;
  const parts = [
    [totalsLine(plan), machineLine(plan)].join('\n'),
    costTable(rows),
    notes(plan).join('\n'),
    runsTable(plan, titles),
    budgetLines(searches).join('\n'),
  ];
  return parts
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

/** `12 runs: 8 kept, 4 to run: about 3 min, 2.1 PFLOP, 1.2 MB on disk` */
function totalsLine({ totals: { runs, kept, toRun, seconds, flops, diskBytes } }: StudyPlan): string {
  const found = `${counted(runs, 'run')}: ${kept} kept, ${toRun} to run`;
  if (toRun === 0) return found;
  if (seconds === null || flops === null || diskBytes === null) return `${found}; how long is not known`;
  return `${found}: about ${durationText(seconds)}, ${flopsText(flops)}, ${bytesText(diskBytes)} on disk`;
}

function machineLine({ machine }: StudyPlan): string {
  const { cpu, cores, memoryBytes, freeDiskBytes, threads, matrixProductFlops } = machine;
  const rate =
    matrixProductFlops === null
      ? ''
      : `, ${flopsText(matrixProductFlops)}/s in a product of large matrices (${counted(threads, 'thread')})`;
  return `this machine: ${cpu}, ${counted(cores, 'core')}, ${bytesText(memoryBytes)} of memory, ${bytesText(freeDiskBytes)} free on disk${rate}`;
}

const COLUMNS: readonly (readonly [title: string, cell: (row: PlannedRow) => string])[] = [
  ['runs', ({ runs }) => thousands(runs)],
  ['to run', ({ runs, kept }) => thousands(runs - kept)],
  ['trainable', ({ cost }) => (cost === null ? NONE : thousands(cost.counts.parameters.trainable))],
  ['cumulative', ({ cost }) => (cost === null ? NONE : thousands(cost.counts.parameters.trainableCumulative))],
  ['stored', ({ cost }) => (cost === null ? NONE : thousands(cost.counts.parameters.stored))],
  ['weights', ({ cost }) => (cost === null ? NONE : bytesText(cost.memory.weights))],
  ['trained state', ({ cost }) => (cost === null ? NONE : bytesText(stateBytes(cost.memory.trainState)))],
  ['activations', ({ cost }) => (cost === null ? NONE : bytesText(cost.memory.activations))],
  ['peak memory', ({ cost }) => (cost === null ? NONE : bytesText(cost.memory.peak))],
  ['operations per run', ({ cost }) => (cost === null ? NONE : flopsText(cost.flops.training + cost.flops.evaluation))],
  ['time per run', ({ seconds }) => (seconds === null ? NONE : durationText(seconds))],
  ['disk per run', ({ cost }) => (cost === null ? NONE : bytesText(cost.disk))],
];

function costTable(rows: readonly PlannedRow[]): string {
  const models = new Set(rows.map(({ model }) => model));
  const names = (row: PlannedRow) => [...(models.size > 1 ? [row.model] : []), row.label, row.task];
  const header = [...(models.size > 1 ? ['model'] : []), 'method', 'task'];
  return alignedTable(
    [...header, ...COLUMNS.map(([title]) => title)],
    rows.map((row) => [...names(row), ...COLUMNS.map(([, cell]) => cell(row))]),
    header.length,
  );
}

function stateBytes({ values, gradients, moments }: TrainState): number {
  return values + gradients + moments;
}

function notes({ rows, machine, totals }: StudyPlan): string[] {
  const known = rows.flatMap(({ cost }) => cost ?? []);
  const reasons = new Set(rows.flatMap(({ reason }) => reason ?? []));
  const beyond = rows.filter(({ fitsMemory }) => fitsMemory === false);
  const lines = [...reasons].map((reason) => `not known: ${reason}`);
  if (beyond.length > 0) {
    const names = beyond.map(({ model, label, task }) => `${label} on ${task} with ${model}`);
    lines.push(`beyond this machine's memory of ${bytesText(machine.memoryBytes)}: ${names.join('; ')}`);
  } else if (known.length > 0 && known.length === rows.length) {
    lines.push(`each run fits into this machine's memory, a prediction being up to ${100 * PEAK_ERROR} % off`);
  }
  if (totals.fitsDisk === false) lines.push(`beyond what is free on disk, ${bytesText(machine.freeDiskBytes)}`);
  if (known.some(({ texts }) => texts === 'bound')) {
    lines.push(
      "where data or tokenizer are not here, each text is taken to be as long as training.maxLength, and task sizes are the published ones: memory, time and operations are then about so much, those of training at most, as a decoder's questions are not cut to it where they are scored",
    );
  }
  lines.push(...precisionLines(rows));
  if (rows.some(({ secondsFrom }) => secondsFrom === 'records'))
    lines.push('times are of runs that are recorded here, others by their operations');
  return lines.map((line) => `- ${line}`);
}

/** What weights take in each precision, of models whose base may be held in several. */
function precisionLines(rows: readonly PlannedRow[]): string[] {
  const ofModel = new Map(
    rows.flatMap(({ model, cost }) => (cost === null ? [] : [[model, cost.counts.bytes.weights] as const])),
  );
  return [...ofModel].flatMap(([model, weights]) => {
    const held = BASE_PRECISIONS.flatMap((precision) => {
      const bytes = weights[precision];
      return bytes === null ? [] : [`${precision} ${bytesText(bytes)}`];
    });
    return held.length < 2 ? [] : [`weights of ${model} by training.basePrecision: ${held.join(', ')}`];
  });
}

function runsTable({ trials, searches, finals }: StudyPlan, titles: ReadonlyMap<RunConfig, string>): string {
  const rows = [
    ...trials.map(({ id, config }) => [titles.get(config) ?? runTitle(config), config.model, id ?? NONE]),
    ...searches.flatMap(laterRungs),
    ...finals.map(({ candidates: [first, ...rest] }) => {
      const id = rest.length > 0 ? `one of ${rest.length + 1}, by the search` : (first?.id ?? NONE);
      return [first === undefined ? '' : runTitle(first.config), first?.config.model ?? '', id];
    }),
  ];
  const reasons = new Set(
    [...trials, ...finals.flatMap(({ candidates }) => candidates)].flatMap(({ reason }) => reason ?? []),
  );
  const without = [...reasons].map((reason) => `- without an id: ${reason}`);
  return [alignedTable(['run', 'model', 'id'], rows, 3), ...(without.length > 0 ? ['', ...without] : [])].join('\n');
}

/** The trials of a halving that wait for those before them, a row a rung. */
function laterRungs({ model, label, task, rungs, seeds }: RowSearch): string[][] {
  const [first, ...later] = rungs;
  return later.map(({ settings, limitTrain }) => [
    `${label} · ${task} · search · ${thousands(limitTrain ?? 0)} examples`,
    model,
    `${settings * seeds} of ${(first?.settings ?? 0) * seeds}, by the search`,
  ]);
}

/** What the search takes of each method: one line where all have the same, as they must unless the study says otherwise. */
function budgetLines(searches: readonly RowSearch[]): string[] {
  const byTask = new Map<string, string[]>();
  for (const { label, task, budget } of searches) {
    const line = `${task}: ${budgetText(budget)}`;
    byTask.set(line, [...(byTask.get(line) ?? []), label]);
  }
  return [...byTask].map(([line, labels]) => `Search of ${[...new Set(labels)].join(', ')} on ${line}.`);
}

function budgetText({ trials, examples }: RowSearch['budget']): string {
  const seen = examples === null ? 'each on all training examples' : `${thousands(examples)} training examples seen`;
  return `${trials} trials, ${seen}`;
}
