// Figures in as many digits as a page needs. Whole numbers, which are counts, stay as they are.

export function rounded(value: number, digits: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(digits));
}
