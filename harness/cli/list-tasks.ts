// `list tasks`: what each task asks, how it is scored, and whether its data are here.
import type { Task, TaskKind } from '../contracts/dataset.ts';
import { MissingData } from '../contracts/input-error.ts';
import { PROTOCOLS } from '../contracts/run-config.ts';
import { thousands } from '../contracts/words.ts';
import { readTask } from './read-task.ts';

export interface ListedTask {
  readonly id: string;
  readonly kind: TaskKind;
  /** The first is the primary one. */
  readonly metrics: readonly string[];
  /** How a decoder is scored; none where it cannot be: an encoder's head is scored by the metrics alone. */
  readonly protocols: readonly string[];
  readonly licence: string;
  /** As read; null where the data are not here. */
  readonly examples: { readonly train: number; readonly evaluation: number } | null;
}

/** @param roots folders with data. @throws InputError for data that are there and malformed */
export async function listedTasks(tasks: readonly Task[], roots: readonly string[]): Promise<ListedTask[]> {
  const listed: ListedTask[] = [];
  // One after the other: some fill the memory.
  for (const { id, kind, metrics, licence } of tasks) {
    listed.push({
      ...{ id, kind, metrics, protocols: kind === 'choice' ? PROTOCOLS : [], licence: licence.name },
      examples: await countIfThere(id, roots),
    });
  }
  return listed;
}

async function countIfThere(id: string, roots: readonly string[]): Promise<ListedTask['examples']> {
  try {
    const { data } = await readTask({ id }, roots);
    const evaluation = data.evaluation.reduce((sum, { examples }) => sum + examples.length, 0);
    return { train: data.train.length, evaluation };
  } catch (error) {
    if (error instanceof MissingData) return null;
    throw error;
  }
}

export const TASK_HEADINGS = ['id', 'kind', 'metrics', 'protocols', 'train', 'evaluation', 'data', 'licence'];

export function taskCells({ id, kind, metrics, protocols, licence, examples }: ListedTask): string[] {
  const counts =
    examples === null ? ['', '', 'not here'] : [thousands(examples.train), thousands(examples.evaluation), 'here'];
  return [id, kind, metrics.join(', '), protocols.join(', '), ...counts, licence];
}
