// An axis of the plot: from figures to places between 0 and 1, with the ticks that a reader counts by.

export interface PlotScale {
  readonly isLogarithmic: boolean;
  /** 0 at the low end of the axis, 1 at the high one. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Figures that span more than that are shown by their logarithm. */
const LONGEST_LINEAR = 20;
const TICKS = 5;

/** @param values what is to be on the axis; positive ones where `mayBeLogarithmic` is to matter */
export function plotScale(values: readonly number[], mayBeLogarithmic: boolean): PlotScale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (mayBeLogarithmic && low > 0 && high / low > LONGEST_LINEAR) return logarithmic(low, high);
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  const [from, to] = [low - margin, high + margin];
  const step = niceStep((to - from) / TICKS);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return {
    isLogarithmic: false,
    at: (value) => (value - from) / (to - from),
    // As a quotient where the step is a fraction: 3 * 0.1 is not 0.3.
    ticks: Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12))),
  };
}

function logarithmic(low: number, high: number): PlotScale {
  const margin = Math.log10(high / low) * 0.08;
  const [from, to] = [Math.log10(low) - margin, Math.log10(high) + margin];
  const decades = Array.from(
    { length: Math.floor(to) - Math.ceil(from) + 1 },
    (_, index) => 10 ** (Math.ceil(from) + index),
  );
  return { isLogarithmic: true, at: (value) => (Math.log10(value) - from) / (to - from), ticks: decades };
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10) * power;
}
