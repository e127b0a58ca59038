// What belongs to one task of one model, under the title of its panel.

interface OfTask {
  readonly model: string;
  readonly task: string;
}

export interface TaskGroup<T> {
  /** The task, with the model where there are several. */
  readonly title: string;
  readonly members: readonly T[];
}

/** In the order in which they first come. */
export function byTask<T extends OfTask>(items: readonly T[]): TaskGroup<T>[] {
  const models = new Set(items.map(({ model }) => model));
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const title = models.size > 1 ? `${item.task}, ${item.model}` : item.task;
    groups.set(title, [...(groups.get(title) ?? []), item]);
  }
  return [...groups].map(([title, members]) => ({ title, members }));
}

/** Whether values span so much that equal ratios are worth equal lengths. */
export function spansPowers(values: readonly number[], ratio: number): boolean {
  const positive = values.filter((value) => value > 0);
  if (positive.length < values.length || values.length === 0) return false;
  const [least, greatest] = positive.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, 0],
  );
  return greatest >= ratio * least;
}
