// Several tasks of a suite as one: trained on the training examples of all of them together, scored on each apart.
import type { ChoiceData, ChoiceExample, Task } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { taskNameOf } from '../harness/contracts/task-id.ts';

/**
 * Ids of examples are `<task>/<id>`, sets are named by their tasks, and the primary metric is the mean over tasks. Shares
 * of the training examples are those of the tasks' sizes.
 * @throws InputError where a task does not ask for a choice
 */
export function mixOf(id: string, tasks: readonly [Task, ...Task[]]): Task {
  const other = tasks.find(({ kind }) => kind !== 'choice');
  if (other !== undefined) {
    throw new InputError(`task "${id}": ${other.id} is a task of ${other.kind}; expected tasks of choice in a mix`);
  }
  const licences = [...new Map(tasks.map(({ licence }) => [licence.name, licence])).values()];
  return {
    id,
    title: tasks.map(({ title }) => title).join(' + '),
    kind: 'choice',
    metrics: tasks[0].metrics,
    licence: { name: licences.map(({ name }) => name).join('; '), url: licences.map(({ url }) => url).join(' ') },
    async read(reader) {
      const parts: Part[] = [];
      for (const task of tasks) {
        const data = await task.read(reader);
        if (data.kind === 'choice') parts.push(partOf(taskNameOf(task.id), data));
      }
      const [first, ...rest] = parts.flatMap(setsOf);
      if (first === undefined) throw new Error(`${id}: no task of the mix has an evaluation set`);
      return {
        kind: 'choice',
        train: parts.flatMap(({ train }) => train),
        parts: parts.map(({ name, train }) => ({ name, train })),
        evaluation: [first, ...rest],
        overall: 'mean',
      };
    },
  };
}

interface Part {
  readonly name: string;
  readonly evaluation: ChoiceData['evaluation'];
  /** The same objects as in the mix's own: a shot is known by them. */
  readonly train: readonly ChoiceExample[];
}

function partOf(name: string, { evaluation, train }: ChoiceData): Part {
  return { name, evaluation, train: train.map(named(name)) };
}

function setsOf({ name, evaluation, train }: Part) {
  return evaluation.map((set) => ({
    ...set,
    name: evaluation.length === 1 ? name : `${name}/${set.name}`,
    examples: set.examples.map(named(name)),
    shots: set.shots?.map(named(name)) ?? train,
  }));
}

const named =
  (task: string) =>
  (example: ChoiceExample): ChoiceExample => ({ ...example, id: `${task}/${example.id}` });
