// Numbers beside an axis: short, and exact enough to tell ticks apart.

/** `0.25`, `1500`, `22.7M`, `1e-4`, with a minus sign. */
export function numberText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return `${value < 0 ? '\u2212' : ''}${size < 1e-3 || size >= 1e15 ? powerText(size) : unitText(size)}`;
}

function powerText(size: number): string {
  return plain(size).toExponential().replace('e+', 'e').replace('-', '\u2212');
}

const UNITS: readonly (readonly [from: number, by: number, name: string])[] = [
  [1e12, 1e12, 'T'],
  [1e9, 1e9, 'B'],
  [1e6, 1e6, 'M'],
  [1e4, 1e3, 'k'],
];

function unitText(size: number): string {
  const unit = UNITS.find(([from]) => size >= from);
  return unit === undefined ? String(plain(size)) : `${plain(size / unit[1])}${unit[2]}`;
}

/** Without the digits that binary fractions leave behind. */
const plain = (size: number): number => Number(size.toPrecision(12));

/** `0.250`, with a minus sign. */
export const fixedText = (value: number, digits: number): string => value.toFixed(digits).replace('-', '\u2212');
