// Numbers shingles: equal ones share a number and no others do. Found by a hash, told apart by their symbols.
import { grown } from './int-list.ts';
import { SHINGLE } from './symbols.ts';

const START = 1024;
const EMPTY = -1;

/** The shingles that were added, from 0 in their order. */
export class ShingleTable {
  size = 0;
  /** A shingle's number, in the first free place from that of its hash on; at most half are taken. */
  private slots = new Int32Array(2 * START).fill(EMPTY);
  private slotOf: Int32Array = new Int32Array(START);
  /** Of each shingle. */
  private symbols: Int32Array = new Int32Array(START * SHINGLE);

  /** The number of the shingle that begins at `from`, or a negative one where it was not added. */
  find(text: Int32Array, from: number): number {
    return this.slots[this.slotFor(text, from)] as number;
  }

  /** The number of the shingle that begins at `from`: where it is new, `size` before the call. */
  add(text: Int32Array, from: number): number {
    const slot = this.slotFor(text, from);
    const found = this.slots[slot] as number;
    if (found !== EMPTY) return found;
    const number = this.size++;
    this.slots[slot] = number;
    this.slotOf[number] = slot;
    for (let i = 0; i < SHINGLE; i++) this.symbols[number * SHINGLE + i] = text[from + i] as number;
    if (this.size === this.slotOf.length) this.grow();
    return number;
  }

  /** Takes as long as there are shingles, however large the table has been. */
  clear(): void {
    for (let number = 0; number < this.size; number++) this.slots[this.slotOf[number] as number] = EMPTY;
    this.size = 0;
  }

  /** Gives each shingle another number: `numbers` holds each of those that there are once. */
  renumber(numbers: Int32Array): void {
    const { symbols, slotOf } = this;
    this.symbols = new Int32Array(symbols.length);
    this.slotOf = new Int32Array(slotOf.length);
    for (const [old, number] of numbers.entries()) {
      const slot = slotOf[old] as number;
      this.slots[slot] = number;
      this.slotOf[number] = slot;
      this.symbols.set(symbols.subarray(old * SHINGLE, (old + 1) * SHINGLE), number * SHINGLE);
    }
  }

  private slotFor(text: Int32Array, from: number): number {
    const last = this.slots.length - 1;
    for (let slot = hashOf(text, from) & last; ; slot = (slot + 1) & last) {
      const number = this.slots[slot] as number;
      if (number === EMPTY || this.equals(number, text, from)) return slot;
    }
  }

  private equals(number: number, text: Int32Array, from: number): boolean {
    for (let i = 0; i < SHINGLE; i++) if (this.symbols[number * SHINGLE + i] !== text[from + i]) return false;
    return true;
  }

  private grow(): void {
    this.slotOf = grown(this.slotOf);
    this.symbols = grown(this.symbols);
    this.slots = new Int32Array(2 * this.slots.length).fill(EMPTY);
    const last = this.slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = hashOf(this.symbols, number * SHINGLE) & last;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & last;
      this.slots[slot] = number;
      this.slotOf[number] = slot;
    }
  }
}

/** FNV-1a over symbols, its bits mixed as MurmurHash3 ends. */
function hashOf(symbols: Int32Array, from: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < from + SHINGLE; i++) hash = Math.imul(hash ^ (symbols[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
