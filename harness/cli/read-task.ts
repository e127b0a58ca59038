// A task's data, as the folders that are given hold it.
import { readTraining, taskById } from '../../datasets/index.ts';
import type { FileChecksum, Task, TaskData } from '../contracts/dataset.ts';
import { InputError } from '../contracts/input-error.ts';
import { createDataReader } from '../formats/data-reader.ts';

export interface ReadTask {
  readonly task: Task;
  readonly data: TaskData;
  readonly files: readonly FileChecksum[];
}

/**
 * @param trainOn the task or training set whose training examples take the place of its own
 * @throws InputError for an unknown task, or data that are missing or malformed
 */
export async function readTask(
  { id, trainOn = null }: { readonly id: string; readonly trainOn?: string | null },
  roots: readonly string[],
): Promise<ReadTask> {
  const task = taskById(id);
  const reader = createDataReader(roots);
  const data = await task.read(reader);
  if (trainOn === null) return { task, data, files: reader.files };
  const other = await readTraining(trainOn, reader);
  if (data.kind !== 'choice' || other.kind !== 'choice') {
    throw new InputError(
      `${id}: trainOn is ${trainOn}; expected two tasks of choice, not of ${data.kind} and ${other.kind}`,
    );
  }
  const [first, ...rest] = data.evaluation.map((set) => ({ ...set, shots: set.shots ?? data.train }));
  if (first === undefined) throw new Error(`${id} has no evaluation set`);
  const { parts: _own, ...asked } = data;
  const { train, parts } = other;
  const trained = { train, ...(parts !== undefined && { parts }) };
  return { task, data: { ...asked, ...trained, evaluation: [first, ...rest] }, files: reader.files };
}
