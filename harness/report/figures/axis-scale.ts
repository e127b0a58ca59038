// The range of an axis and its ticks, from what is drawn along it.

export interface AxisScale {
  readonly type: 'linear' | 'log';
  readonly domain: readonly [low: number, high: number];
  /** Rising, within the domain. */
  readonly ticks: readonly number[];
}

/** Whether an axis has a place for it. Beyond these sizes differences and ratios are no numbers any more. */
export function isDrawable(value: number, type: AxisScale['type']): boolean {
  return type === 'log' ? value > SMALLEST && value < LARGEST : Math.abs(value) < LARGEST;
}

const LARGEST = 1e150;
const SMALLEST = 1e-150;

/**
 * A little more than the values need. One value stands in the middle; without any it is 0 to 1, or 1 to 10.
 * @param values those that are not drawable do not count
 * @param most ticks, about
 */
export function axisScale(type: AxisScale['type'], values: readonly number[], most: number): AxisScale {
  const drawable = values.filter((value) => isDrawable(value, type));
  const [low, high] = [least(drawable), greatest(drawable)];
  return type === 'log' ? logScale(low, high, most) : linearScale(low, high, most);
}

// Spread arguments have a limit that the losses of many long runs pass.
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const greatest = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

function linearScale(low: number, high: number, most: number): AxisScale {
  if (low > high) return linear(0, 1, most);
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < SMALLEST) return linear(-0.5, 0.5, most);
  // Closer than doubles tell apart reliably is one value.
  if (high - low <= size * 1e-9) return linear(low - size * 0.1, high + size * 0.1, most);
  const margin = 0.06 * (high - low);
  return linear(low - margin, high + margin, most);
}

function linear(low: number, high: number, most: number): AxisScale {
  return { type: 'linear', domain: [low, high], ticks: linearTicks(low, high, most) };
}

/** At 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number, most: number): number[] {
  const step = roundStep((high - low) / Math.max(1, most));
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  const ticks = all.filter((tick) => tick >= low && tick <= high);
  // One tick gives no scale.
  return ticks.length < 2 && most < 20 ? linearTicks(low, high, 2 * Math.max(1, most)) : ticks;
}

/** The smallest of 1, 2 and 5 times a power of ten that is no smaller. */
export function roundStep(least: number): number {
  const power = Math.floor(Math.log10(least));
  const steps = [1, 2, 5, 10].map((digit) => Number(`${digit}e${power}`));
  return steps.find((step) => step >= least * (1 - 1e-9)) ?? Number(`1e${power + 1}`);
}

function logScale(low: number, high: number, most: number): AxisScale {
  if (low > high) return { type: 'log', domain: [1, 10], ticks: [1, 10] };
  const margin = Math.max((high / low) ** 0.06, 1.15);
  const domain: [number, number] = [low / margin, high * margin];
  return { type: 'log', domain, ticks: logTicks(domain, most) };
}

/** Powers of ten, with 2 and 5 times them or 3 times where there is room; plain ticks where the axis spans less. */
function logTicks([low, high]: readonly [number, number], most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const ticksOf = (digits: readonly number[]): number[] =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const fine = ticksOf([1, 2, 5]);
  if (fine.length < 2) return linearTicks(low, high, most);
  const fitting = [fine, ticksOf([1, 3])].find((ticks) => ticks.length >= 2 && ticks.length <= most);
  if (fitting !== undefined) return fitting;
  const tens = ticksOf([1]);
  if (tens.length < 2) return fine;
  const every = Math.ceil(tens.length / Math.max(2, most));
  return tens.filter((_, i) => i % every === 0);
}
