// A row of numbers as a row of bars, one character each.

const BARS = '▁▂▃▄▅▆▇█';

/** At most `width` characters, from the least to the largest; each the mean of as many values. What is not finite is left out. */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite);
  const count = Math.min(Math.max(0, width), finite.length);
  const means = Array.from({ length: count }, (_, i) => {
    const part = finite.slice(Math.floor((i * finite.length) / count), Math.floor(((i + 1) * finite.length) / count));
    return part.reduce((sum, value) => sum + value / part.length, 0);
  });
  const [least, largest] = [Math.min(...means), Math.max(...means)];
  // Halved, so that differences of what is all but infinite are finite.
  const heightOf = (value: number) => (largest === least ? 0.5 : (value / 2 - least / 2) / (largest / 2 - least / 2));
  return means.map((value) => BARS[Math.round(heightOf(value) * (BARS.length - 1))] ?? '').join('');
}
