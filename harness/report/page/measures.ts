// What methods are weighed by, two at a time: their names, what is better, and how a figure is written.

export interface Measure {
  readonly name: string;
  /** With its unit. */
  readonly title: string;
  /** Whether the larger is the better one. */
  readonly rises: boolean;
  readonly text: (value: number) => string;
}

const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** In the order of a plotted row's measures. */
export const MEASURES: readonly Measure[] = [
  { name: 'quality', title: 'quality', rises: true, text: (value) => value.toFixed(4) },
  { name: 'trainable', title: 'trainable at once', rises: false, text: count },
  { name: 'cumulative', title: 'trainable over the run', rises: false, text: count },
  { name: 'stored', title: 'stored', rises: false, text: count },
  { name: 'memory', title: 'peak memory, MB', rises: false, text: count },
  { name: 'seconds', title: 'seconds per batch', rises: false, text: (value) => value.toPrecision(3) },
];
