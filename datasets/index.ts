// The lists of tasks and of training sets, and where their data lies by default.
import { fileURLToPath } from 'node:url';
import type { ChoiceData, DataReader, Task, TaskData, TrainingSet } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { nearestName } from '../harness/contracts/nearest.ts';
import { taskIdsOf } from '../harness/contracts/task-id.ts';
import { COMMONSENSE_170K, COMMONSENSE_TASKS } from './commonsense.ts';
import { GLUE_TASKS } from './glue.ts';
import { mixOf } from './mix.ts';
import { MMLU } from './mmlu.ts';

export const TASKS: readonly Task[] = [...GLUE_TASKS, ...COMMONSENSE_TASKS, MMLU];

export const TRAINING_SETS: readonly TrainingSet[] = [COMMONSENSE_170K];

/** Absolute path of the data that comes with the project (see README.md there). Folders given by `--data` come before it. */
export const embeddedDataRoot: string = fileURLToPath(new URL('embedded', import.meta.url));

/** Absolute path of what is known of the tasks' data on the hub: a sources.json, for studies that have none of their own. */
export const hubSourcesFile: string = fileURLToPath(new URL('hub-sources.json', import.meta.url));

/**
 * The task of an id; of `suite/a+b` the mix of both.
 * @throws InputError naming the nearest valid id, where there is one
 */
export function taskById(id: string): Task {
  const [first, ...rest] = taskIdsOf(id).map(oneById) as [Task, ...Task[]];
  return rest.length === 0 ? first : mixOf(id, [first, ...rest]);
}

/**
 * The training examples that `trainOn` names: of a training set, or of a task or mix.
 * @throws InputError as {@link taskById}
 */
export async function readTraining(
  id: string,
  reader: DataReader,
): Promise<TaskData | Pick<ChoiceData, 'kind' | 'train' | 'parts'>> {
  const set = TRAINING_SETS.find((candidate) => candidate.id === id);
  return set === undefined ? taskById(id).read(reader) : { kind: 'choice', train: await set.read(reader) };
}

function oneById(id: string): Task {
  const task = TASKS.find((candidate) => candidate.id === id);
  if (task !== undefined) return task;
  const ids = TASKS.map((candidate) => candidate.id);
  const nearest = nearestName(id, ids);
  throw new InputError(
    `task "${id}" is unknown, ${nearest ? `did you mean ${nearest}?` : `expected one of ${ids.join(', ')}`}`,
  );
}
