// How a run is trained: what a study, its tasks, its methods and its search say, each over the ones before.
import { type Training, TrainingSchema } from '../contracts/run-config.ts';
import { checkWithDefaults } from '../contracts/validate.ts';

/** Defaults, then each layer over the ones before. */
export function trainingOf(...layers: readonly (Partial<Training> | undefined)[]): Training {
  const merged: Partial<Training> = {};
  for (const layer of layers) Object.assign(merged, layer);
  return checkWithDefaults(TrainingSchema, merged, { file: 'study.json', at: 'training' });
}
