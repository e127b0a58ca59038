// A figure of a row as a cell: its mean over seeds with the interval, or why there is none, and the command that fills it.
import { isCompleted } from '../../records/is-completed.ts';
import { seedsCaution, studentInterval } from '../../stats/student-interval.ts';
import { mean } from '../../stats/summary.ts';
import { NONE, words } from '../tables/cells.ts';
import type { Cell } from '../tables/table.ts';
import { type Only, runCommand } from '../tables/command.ts';
import { type PaperEvidence, runsOf } from './evidence.ts';
import { FORMATTED, settingText } from './formats.ts';
import type { Reading } from './readings.ts';
import type { PaperRow } from './rows.ts';
import { type Due, readingSample, type Sample } from './sample.ts';
import type { Format, TableTemplate } from './schema.ts';

/** Where a cell stands. */
export interface CellPlace {
  readonly row: PaperRow;
  readonly evidence: PaperEvidence;
  /** Where the runs are that the study itself has not. */
  readonly elsewhere: TableTemplate['study'];
}

export const wordsCell = (text: string): Cell => words(text);

/** The mean over seeds, and of two seeds or more that differ Student's 95 % interval. */
export function sampleCell(sample: Sample, format: Format, place: CellPlace): Cell {
  const values = [...sample.values.values()];
  const centre = mean(values).value;
  const shared = { runs: sample.runs, command: commandOf(sample, place) };
  if (centre === null) {
    return { ...words(sample.gaps.length > 0 ? NONE : 'not run', shared), reason: reasonOf(sample) };
  }
  const interval = studentInterval(values).value;
  const write = FORMATTED[format];
  const half = interval === null ? '' : ` ± ${write((interval.high - interval.low) / 2)}`;
  const wanted = place.evidence.study.seeds.length;
  const some = values.length < wanted && isOfSeeds(sample) ? ` (${values.length} of ${wanted} seeds)` : '';
  return {
    ...{ ...words(`${write(centre)}${half}${some}`, shared), value: centre },
    ...{ low: interval?.low ?? null, high: interval?.high ?? null },
  };
}

/** What the runs of a row were set to: each value once. Empty where the method has no such setting. */
export function settingCell(reading: Reading, place: CellPlace): Cell {
  const { row, evidence } = place;
  const sample = readingSample(row, IS_RUN, evidence);
  const completed = sample.tasks.flatMap((task) => runsOf(evidence, { ...row, task })).filter(isCompleted);
  if (completed.length === 0) return sampleCell(sample, 'number', place);
  const values = new Map(
    completed.flatMap((record): [string, unknown][] => {
      const value = reading.read(record);
      return value === undefined ? [] : [[settingText(value), value]];
    }),
  );
  const [only, ...others] = values.values();
  return {
    ...words([...values.keys()].join(', '), { runs: sample.runs, command: commandOf(sample, place) }),
    value: typeof only === 'number' && others.length === 0 ? only : null,
  };
}

const IS_RUN: Reading = { kind: 'measure', read: () => 0 };

/** What the caption says of seeds. */
export function seedsSentence({ study }: PaperEvidence, how = "± half of Student's 95 % interval"): string {
  const { length } = study.seeds;
  if (length === 1) return 'One seed: no intervals.';
  const caution = seedsCaution(length);
  return `Means over ${length} seeds, ${how}${caution === null ? '' : ` (${caution})`}.`;
}

/** Why there is no figure, or not of every seed. */
export function reasonOf({ gaps, due, absent }: Sample): string {
  const tasks = [...new Set(due.map(({ task }) => task))].map((task) => {
    const seeds = new Set(due.filter((each) => each.task === task).map(({ seed }) => seed));
    return `${task}, seed ${[...seeds].join(', ')}: not run`;
  });
  return [...gaps, ...tasks, ...absent.map((task) => `${task}: not in this study`)].join('; ');
}

/** Of what is lacking; where nothing is, of the runs that are there. */
function commandOf({ due, absent, tasks }: Sample, { row, evidence, elsewhere }: CellPlace): string | null {
  if (due.length > 0) return dueCommand(evidence, row, due);
  if (absent.length > 0) return elsewhereCommand(elsewhere, absent);
  return tasks.length > 0 ? rowCommand(evidence, { model: row.model, label: row.label, tasks }) : null;
}

/** Of a row, all seeds unless some are given. */
export function rowCommand(
  { study: { models, methods, tasks, seeds }, place }: PaperEvidence,
  { model, label, ...some }: { readonly model: string; readonly label: string } & Pick<Only, 'tasks' | 'seeds'>,
): string {
  const all = { models, methods: methods.map((own) => own.label), tasks: tasks.map(({ task }) => task), seeds };
  return runCommand(place, { models: [model], methods: [label], ...some }, all);
}

/** Of runs of a row that are not there: of each task and each seed that any of them has. */
export function dueCommand(
  evidence: PaperEvidence,
  { model, label }: Pick<PaperRow, 'model' | 'label'>,
  due: readonly Due[],
): string {
  const [tasks, seeds] = [new Set(due.map(({ task }) => task)), new Set(due.map(({ seed }) => seed))];
  return rowCommand(evidence, { model, label, tasks: [...tasks], seeds: [...seeds] });
}

/** Of runs that a study of this project has; null where none is named. */
export function elsewhereCommand(elsewhere: TableTemplate['study'], tasks: readonly string[]): string | null {
  if (elsewhere === undefined) return null;
  return runCommand(elsewhere.path, { tasks: elsewhere.task === undefined ? tasks : [elsewhere.task] });
}

/** What every run has alike is the same of fewer. */
function isOfSeeds({ due, gaps }: Sample): boolean {
  return due.length > 0 || gaps.length > 0;
}
