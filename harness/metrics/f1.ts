// F1 of the positive class (1) of a binary task, as GLUE scores MRPC and QQP.
import { requireSameLength } from './same-length.ts';

/**
 * 2 TP / (2 TP + FP + FN), in [0, 1]: scikit-learn's `f1_score` with its defaults. As there, 0 where neither predictions
 * nor labels hold a positive, though precision and recall are undefined. Null where there is nothing to score.
 *
 * @throws RangeError for a class other than 0 and 1
 */
export function f1(predictions: readonly number[], labels: readonly number[]): number | null {
  requireSameLength(predictions, labels);
  if (labels.length === 0) return null;
  const predicted = countPositives(predictions);
  const actual = countPositives(labels);
  if (predicted + actual === 0) return 0;
  const truePositives = labels.filter((label, i) => label === 1 && predictions[i] === 1).length;
  // 2 TP + FP + FN = predicted + actual positives.
  return (2 * truePositives) / (predicted + actual);
}

function countPositives(classes: readonly number[]): number {
  const stranger = classes.find((value) => value !== 0 && value !== 1);
  if (stranger !== undefined) throw new RangeError(`F1 is defined for the classes 0 and 1, not ${stranger}`);
  return classes.filter((value) => value === 1).length;
}
