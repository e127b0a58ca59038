// Ids of tasks: `suite/name`, a suite that is one task by its name alone, or a mix of a suite's tasks, `suite/a+b+c`.

/** The ids of the tasks that an id names: of a mix several. */
export function taskIdsOf(id: string): string[] {
  const slash = id.lastIndexOf('/') + 1;
  return id
    .slice(slash)
    .split('+')
    .map((name) => id.slice(0, slash) + name);
}

/** A task's name within its suite. */
export function taskNameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
