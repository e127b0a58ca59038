// The command that makes the runs of a cell.
import { runCommand } from '../tables/command.ts';
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

/** `peftbench run results/quick --only 'method=lora,task=glue/stsb,seed=0'` */
export function rowCommand(
  { study, place }: PaperEvidence,
  { model, label, tasks, seeds = study.seeds }: Wanted,
): string {
  return runCommand(place, {
    ...(study.models.length > 1 && { models: [model] }),
    ...(study.methods.length > 1 && { methods: [label] }),
    ...(study.tasks.some(({ task }) => !tasks.includes(task)) && { tasks }),
    ...(study.seeds.some((seed) => !seeds.includes(seed)) && { seeds }),
  });
}

/** Of runs of a row that are not there: of each task and each seed that any of them has. */
export function dueCommand(evidence: PaperEvidence, row: Pick<Wanted, 'model' | 'label'>, due: readonly Due[]): string {
  const [tasks, seeds] = [new Set(due.map(({ task }) => task)), new Set(due.map(({ seed }) => seed))];
  return rowCommand(evidence, { ...row, tasks: [...tasks], seeds: [...seeds] });
}
