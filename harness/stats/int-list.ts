// Whole numbers in typed memory that grows.

export class IntList {
  length = 0;
  private values: Int32Array = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values);
    this.values[this.length++] = value;
  }

  /** What is in the list now: its own memory, until it grows. */
  view(): Int32Array {
    return this.values.subarray(0, this.length);
  }
}

/** The same values with as much room again behind them. */
export function grown(values: Int32Array): Int32Array {
  const more = new Int32Array(2 * values.length);
  more.set(values);
  return more;
}
