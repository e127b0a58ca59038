// The methods of a model over the tasks of a study: as scores are, and normalised.
import { streamsOf, type Streams } from '../random/streams.ts';
import type { ModelOverTasks, ScoresOverTasks } from './comparison.ts';
import { normalisation } from './normalise.ts';
import { overTasks } from './over-tasks.ts';
import { type TaskScores, valuesOf } from './scores.ts';
import { type Known, known, mapKnown, missing } from './summary.ts';

/** @param seed of the streams @param reference the label of the method that is 1 in normalised scores */
export function modelOverTasks(
  model: string,
  tasks: readonly TaskScores[],
  seed: number,
  reference?: string,
): ModelOverTasks {
  const asTheyAre = tasks.map(() => (score: number) => score);
  const streams = streamsOf(seed);
  const over = (scales: readonly Scale[]) =>
    scoresOverTasks(tasks, scales, (purpose) => streams(`statistics/over tasks/${model}/${purpose}`));
  return {
    model,
    raw: over(asTheyAre),
    normalised: mapKnown(normalisations(tasks, reference), over),
  };
}

type Scale = (score: number) => number;

function normalisations(tasks: readonly TaskScores[], reference?: string): Known<readonly Scale[]> {
  if (reference === undefined) return missing('no method is named as the reference');
  const scales: Scale[] = [];
  for (const task of tasks) {
    const scale = normalisation(task, reference);
    if (scale.value === null) return scale;
    scales.push(scale.value);
  }
  return known(scales);
}

function scoresOverTasks(tasks: readonly TaskScores[], scales: readonly Scale[], streams: Streams): ScoresOverTasks {
  const labels = [...new Set(tasks.flatMap(({ methods }) => methods.map(({ label }) => label)))];
  const methods = labels.map((label) => ({
    label,
    tasks: tasks.map((task, t) => {
      const runs = task.methods.find((method) => method.label === label)?.runs ?? [];
      return valuesOf(task, runs).value?.map(scales[t] as Scale) ?? null;
    }),
  }));
  const names = tasks.map(({ task }) => task);
  return overTasks(names, methods, streams);
}
