// Memory of computed values, kept for reuse: a step's gradients would otherwise be fresh, page-faulted memory each time.
import type { DType } from './element.ts';

export class Pool<Item extends { readonly length: number }> {
  private readonly free = new Map<string, Item[]>();

  /** One of `size` elements that was given back, if there is any. */
  take(dtype: DType, size: number): Item | undefined {
    return this.free.get(`${dtype} ${size}`)?.pop();
  }

  give(dtype: DType, item: Item): void {
    const key = `${dtype} ${item.length}`;
    const list = this.free.get(key);
    if (list) list.push(item);
    else this.free.set(key, [item]);
  }
}
