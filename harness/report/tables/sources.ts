// Which records feed a cell, and the command that makes them.
import type { RunRecord } from '../../records/schema.ts';
import type { Source } from './cells.ts';
import { runCommand } from './command.ts';

/** Final runs of a model, or of all; of some methods, tasks and seeds, or of all. */
export interface Part {
  readonly model?: string;
  readonly labels?: readonly string[];
  readonly tasks?: readonly string[];
  readonly seeds?: readonly number[];
}

export interface RowKey {
  readonly model: string;
  readonly label: string;
  readonly task: string;
}

export interface Sources {
  of(part: Part): Source;
  /** Its final runs; where there is none, the trials that should have given it a rate. */
  ofRow(row: RowKey): Source;
  /** All trials of its search, or those with some ids. */
  ofSearch(row: RowKey, ids?: readonly string[]): Source;
  ofRun(record: RunRecord): Source;
}

interface Group extends RowKey {
  readonly finals: RunRecord[];
  readonly trials: string[];
}

/**
 * @param study the study's folder as commands name it
 * @param models of the study: where there are several, a command names one
 */
export function sourcesOf(study: string, records: readonly RunRecord[], models: readonly string[]): Sources {
  const groups = groupsOf(records);
  const commandOf = ({ model, labels: methods, ...part }: Part) =>
    runCommand(
      study,
      { ...part, ...(methods && { methods }), ...(model !== undefined && { models: [model] }) },
      { models },
    );
  const make = (part: Part): Source => ({
    runs: groupsIn(groups, part).flatMap(({ finals }) =>
      finals.flatMap(({ id, seed }) => (part.seeds?.includes(seed) === false ? [] : id)),
    ),
    command: commandOf(part),
  });
  const known = new Map<string, Source>();
  const of = (part: Part): Source => {
    const key = JSON.stringify(part);
    const source = known.get(key) ?? make(part);
    known.set(key, source);
    return source;
  };
  const partOf = ({ model, label, task }: RowKey): Part => ({ model, labels: [label], tasks: [task] });
  const trialsOf = (row: RowKey) => groups.get(keyOf(row))?.trials ?? [];
  return {
    of,
    ofRow(row) {
      const finals = of(partOf(row));
      return finals.runs.length > 0 ? finals : { ...finals, runs: trialsOf(row) };
    },
    ofSearch: (row, ids = trialsOf(row)) => ({ runs: ids, command: commandOf(partOf(row)) }),
    ofRun({ id, seed, config }) {
      const row = { model: config.model, labels: [config.method.label], tasks: [config.task.id] };
      // A trial has no part in --only: it runs with the final runs that wait for it.
      return { runs: [id], command: commandOf(config.purpose === 'final' ? { ...row, seeds: [seed] } : row) };
    },
  };
}

function groupsOf(records: readonly RunRecord[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const record of records) {
    const { model, method, task, purpose } = record.config;
    const row = { model, label: method.label, task: task.id };
    const group = groups.get(keyOf(row)) ?? { ...row, finals: [], trials: [] };
    groups.set(keyOf(row), group);
    if (purpose === 'final') group.finals.push(record);
    else group.trials.push(record.id);
  }
  return groups;
}

function groupsIn(groups: ReadonlyMap<string, Group>, { model, labels, tasks }: Part): readonly Group[] {
  if (model !== undefined && labels !== undefined && tasks !== undefined) {
    return tasks.flatMap((task) => labels.flatMap((label) => groups.get(keyOf({ model, label, task })) ?? []));
  }
  return [...groups.values()].filter(
    (group) =>
      (model === undefined || group.model === model) &&
      (labels?.includes(group.label) ?? true) &&
      (tasks?.includes(group.task) ?? true),
  );
}

function keyOf({ model, label, task }: RowKey): string {
  return JSON.stringify([model, label, task]);
}
