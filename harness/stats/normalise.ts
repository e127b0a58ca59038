// Scores that are 0 at chance and 1 at a reference method, as tasks and metrics otherwise have no common unit.
import { baselinesOf } from './baselines.ts';
import type { TaskScores } from './scores.ts';
import { type Known, known, mean, missing } from './summary.ts';

/**
 * (score - chance) / (mean of the reference - chance), as a function of a score (Agarwal et al., 2021, with full fine-tuning
 * in the place of human players). Missing where the reference has no score, or none above chance.
 * @param reference the label of a method
 */
export function normalisation(scores: TaskScores, reference: string): Known<(score: number) => number> {
  const { chance } = baselinesOf(scores);
  if (chance.value === null) return missing(`${scores.task}: ${chance.reason}`);
  const runs = scores.methods.find(({ label }) => label === reference)?.runs ?? [];
  const values = runs.flatMap(({ value }) => value ?? []);
  const top = mean(values.length === runs.length ? values : []);
  if (top.value === null) return missing(`${scores.task}: ${reference} has no score`);
  const [zero, range] = [chance.value, top.value - chance.value];
  if (range <= 0) return missing(`${scores.task}: ${reference} is not above chance`);
  return known((score) => (score - zero) / range);
}
