// A list in which each value stands once, however often it is asked for.

export class Pool<T> {
  readonly values: T[] = [];
  readonly #places = new Map<string, number>();

  /** The value's place in the list. Values are the same where their JSON is. */
  placeOf(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }

  has(value: T): boolean {
    return this.#places.has(JSON.stringify(value));
  }
}
