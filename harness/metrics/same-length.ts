// The one precondition of every metric.

/** @throws RangeError where a prediction has no label or a label no prediction: a defect of the caller, not bad input */
export function requireSameLength(predictions: readonly number[], labels: readonly number[]): void {
  if (predictions.length !== labels.length) {
    throw new RangeError(`${predictions.length} predictions for ${labels.length} labels`);
  }
}
