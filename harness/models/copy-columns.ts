/** Copies the first `count` columns of the rows of `from` to column `at` of the rows of `to`; both are row-major. */
export function copyColumns(
  from: Float32Array,
  fromWidth: number,
  count: number,
  to: Float32Array,
  toWidth: number,
  at: number,
): void {
  const rows = from.length / fromWidth;
  for (let row = 0; row < rows; row++) {
    to.set(from.subarray(row * fromWidth, row * fromWidth + count), row * toWidth + at);
  }
}
