// On what scale a regression is learned. On its raw scale the first losses are tens of times those of classes, and a head
// at an adapter's learning rate collapses to a constant in some seeds.
import type { TaskData } from '../contracts/dataset.ts';
import type { Training } from '../contracts/run-config.ts';

/** A label is learned as (label - shift) / scale; an output is read as shift + scale * output. */
export interface LabelScale {
  readonly shift: number;
  readonly scale: number;
}

export const AS_THEY_ARE: LabelScale = { shift: 0, scale: 1 };

/** @param labels those that are trained on */
export function labelScaleOf(
  data: TaskData,
  labels: readonly number[],
  labelScale: Training['labelScale'],
): LabelScale {
  if (data.kind !== 'regression' || labelScale === 'raw') return AS_THEY_ARE;
  if (labelScale === 'range') {
    const [least, most] = data.range;
    return { shift: least, scale: most - least };
  }
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const variance = labels.reduce((sum, label) => sum + (label - mean) ** 2, 0) / labels.length;
  // Equal labels have no deviation to divide by.
  return { shift: mean, scale: variance > 0 ? Math.sqrt(variance) : 1 };
}
