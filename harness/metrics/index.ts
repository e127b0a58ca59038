// The list of metrics. Each takes predictions and labels of equal length and gives one number.
export const METRIC_NAMES = ['accuracy', 'f1', 'matthews', 'pearson', 'spearman'] as const;
export type MetricName = (typeof METRIC_NAMES)[number];
