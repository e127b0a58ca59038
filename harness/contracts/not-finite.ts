// A number that a computation should have given, and gave NaN or an infinity. In training that is a divergence; nothing
// is ever computed from it, and no record holds it.

/** `message` is one line that says what is not finite. */
export class NotFinite extends Error {
  override readonly name = 'NotFinite';
}

/** @throws NotFinite with the first of `values` that is not finite, in the words of `describe` */
export function requireFinite(values: ArrayLike<number>, describe: (value: number, index: number) => string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // Faster than Number.isFinite over a model's weights.
    if (value - value !== 0) throw new NotFinite(describe(value, i));
  }
}
