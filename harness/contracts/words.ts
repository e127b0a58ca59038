// Counts, differences and p values as tables and notes write them.

/** `1,725` */
export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1 run`, `2 runs` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/**
 * `+0.0025`, `-0.0100`, and `0.0000` of what rounds to it.
 * @param write of its size
 */
export function signed(value: number, write: (size: number) => string): string {
  const text = write(Math.abs(value));
  if (text === write(0)) return text;
  return `${value < 0 ? '-' : '+'}${text}`;
}

/** A p value: `0.031`, `< 0.0001` */
export const probability = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toPrecision(2));
