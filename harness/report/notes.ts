// Why figures of a row are missing, or speak for fewer runs than it has, in words.
import type { Figure } from '../stats/summary.ts';
import type { Row } from './aggregate.ts';

type Reasoned = Pick<Figure, 'reason'>;

/** Of the quality, and of the examples that it speaks for. */
export function qualityReasons({ quality, examples }: Row): string[] {
  const { evaluated, evaluationRead, trainRead, trainDrawn, trainSeen, steps } = examples;
  return reasonsOf([quality.mean, evaluated, evaluationRead, trainRead, trainDrawn, trainSeen, steps]);
}

/** Of the parameters. */
export function countReasons({ params }: Row): string[] {
  return reasonsOf(Object.values(params));
}

export function costReasons({ cost: { secondsPerBatch, secondsPerStep, peakRss } }: Row): string[] {
  return reasonsOf([secondsPerBatch.value, secondsPerStep.value, peakRss.value]);
}

function reasonsOf(figures: readonly Reasoned[]): string[] {
  return figures.flatMap(({ reason }) => reason ?? []);
}

/** Runs that have no part in seconds and memory, where others have. */
export function withoutRuns({ cost: { apart, conditions } }: Row): string[] {
  if (conditions === null) return [];
  return [...new Set(apart.map(({ measured }) => measured))].map((measured) => {
    const seeds = apart.filter((run) => run.measured === measured).map(({ seed }) => seed);
    const named = `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
    return `seconds and memory are without ${named}, measured otherwise than most: ${measured}`;
  });
}
