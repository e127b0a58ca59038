// The list of metrics. Each takes predictions and labels of equal length and gives one number, or null where it is undefined.
import { accuracy } from './accuracy.ts';
import { f1 } from './f1.ts';
import { matthews } from './matthews.ts';
import { pearson } from './pearson.ts';
import { spearman } from './spearman.ts';

export const METRIC_NAMES = ['accuracy', 'f1', 'matthews', 'pearson', 'spearman'] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** Predictions are class indices (or option indices), or scores where the task is a regression. */
export type Metric = (predictions: readonly number[], labels: readonly number[]) => number | null;

export const METRICS: Readonly<Record<MetricName, Metric>> = { accuracy, f1, matthews, pearson, spearman };
