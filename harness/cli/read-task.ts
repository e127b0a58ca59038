// A task's data, as the folders that are given hold it.
import { taskById } from '../../datasets/index.ts';
import type { FileChecksum, Task, TaskData } from '../contracts/dataset.ts';
import { createDataReader } from '../formats/data-reader.ts';

export interface ReadTask {
  readonly task: Task;
  readonly data: TaskData;
  readonly files: readonly FileChecksum[];
}

/** @throws InputError for an unknown task, or data that are missing or malformed */
export async function readTask(id: string, roots: readonly string[]): Promise<ReadTask> {
  const task = taskById(id);
  const reader = createDataReader(roots);
  const data = await task.read(reader);
  return { task, data, files: reader.files };
}
