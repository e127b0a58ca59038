// Keys and values of the tokens that a batch has read so far, on the host, in arrays with room for more.
import type { DecoderSpec } from '../contracts/model.ts';
import { copyColumns } from '../models/copy-columns.ts';
import type { LayerMemory } from '../models/decoder.ts';
import { feed, type tf } from '../tensor/index.ts';

type MemorySpec = Pick<DecoderSpec, 'layers' | 'keyValueHeads' | 'headWidth'>;

export class TokenMemory {
  /** Slots that hold a token. */
  used = 0;
  /** Slots. */
  capacity = 0;
  /** Of each layer its keys and then its values, each [sequences, keyValueHeads, capacity, headWidth]. */
  private tables: Float32Array[];

  constructor(
    private readonly spec: MemorySpec,
    readonly sequences: number,
  ) {
    this.tables = Array.from({ length: 2 * spec.layers }, () => new Float32Array());
  }

  /** Makes room for as many tokens in all. */
  reserve(capacity: number): void {
    if (capacity <= this.capacity) return;
    this.tables = this.tables.map((table) => {
      const larger = new Float32Array(this.sequences * this.spec.keyValueHeads * capacity * this.spec.headWidth);
      this.copySlots(table, this.capacity, larger, capacity, 0);
      return larger;
    });
    this.capacity = capacity;
  }

  /**
   * Puts tokens behind those that are there; the room must have been reserved.
   * @param tables in the order of `tables`, each [sequences, keyValueHeads, count, headWidth]
   */
  append(tables: readonly Float32Array[], count: number): void {
    for (const [i, table] of tables.entries())
      this.copySlots(table, count, this.tables[i] as Float32Array, this.capacity, this.used);
    this.used += count;
  }

  /** What is remembered as inputs of a computation that replays; the memory may then be another of the same shape. */
  static feed(spec: MemorySpec, current: () => TokenMemory): LayerMemory[] {
    const { sequences, capacity } = current();
    const shape = [sequences, spec.keyValueHeads, capacity, spec.headWidth];
    const table = (index: number) =>
      feed(shape, 'float32', () => current().tables[index] as Float32Array) as tf.Tensor4D;
    return Array.from({ length: spec.layers }, (_, layer) => ({
      keys: table(2 * layer),
      values: table(2 * layer + 1),
    }));
  }

  /** Copies the `slots` of each head of `from` into `to`, which has `room` slots a head, from slot `at`. */
  private copySlots(from: Float32Array, slots: number, to: Float32Array, room: number, at: number): void {
    const { headWidth } = this.spec;
    copyColumns(from, slots * headWidth, slots * headWidth, to, room * headWidth, at * headWidth);
  }
}
