// The command that makes the runs of a cell, as it is typed into a shell.
import type { PaperEvidence } from './evidence.ts';
import type { Due } from './sample.ts';

/** What is to run: keys that name all of a study's own are left out. */
export interface Wanted {
  readonly model: string;
  readonly label: string;
  readonly tasks: readonly string[];
  /** Those of the study unless given. */
  readonly seeds?: readonly number[];
}

/** `peftbench run results/quick --only method=lora,task=glue/stsb,seed=0` */
export function runCommand(
  { study, place }: PaperEvidence,
  { model, label, tasks, seeds = study.seeds }: Wanted,
): string {
  return command(place, [
    ...(study.models.length > 1 ? [`model=${model}`] : []),
    ...(study.methods.length > 1 ? [`method=${label}`] : []),
    ...(study.tasks.every(({ task }) => tasks.includes(task)) ? [] : tasks.map((task) => `task=${task}`)),
    ...(study.seeds.every((seed) => seeds.includes(seed)) ? [] : seeds.map((seed) => `seed=${seed}`)),
  ]);
}

/** Of runs of a row that are not there: of each task and each seed that any of them has. */
export function dueCommand(evidence: PaperEvidence, row: Pick<Wanted, 'model' | 'label'>, due: readonly Due[]): string {
  const [tasks, seeds] = [new Set(due.map(({ task }) => task)), new Set(due.map(({ seed }) => seed))];
  return runCommand(evidence, { ...row, tasks: [...tasks], seeds: [...seeds] });
}

/** @param tasks those wanted; none for all */
export function studyCommand(place: string, tasks: readonly string[]): string {
  return command(
    place,
    tasks.map((task) => `task=${task}`),
  );
}

function command(place: string, pairs: readonly string[]): string {
  const only = pairs.map(asCsv).join(',');
  return ['peftbench run', shellWord(place), ...(only === '' ? [] : ['--only', shellWord(only)])].join(' ');
}

/** A pair with a comma or a quote in it stands in quotes, as in a line of CSV. */
function asCsv(pair: string): string {
  return /[,"]/.test(pair) ? `"${pair.replaceAll('"', '""')}"` : pair;
}

/** As a POSIX shell reads it back. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
