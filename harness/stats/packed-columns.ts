// Several columns of 0 and 1 in one column of whole numbers below 2^53, so that one addition sums them all.

/** Bits of a whole number that a double holds exactly. */
const BITS = 53;

export interface PackedColumns {
  readonly columns: readonly Float64Array[];
  /** Writes each column's sum to `into`, from the sums of the packed columns, which are spent. */
  unpack(packed: Float64Array, into: Float64Array): void;
}

/** @param counts whether the columns hold 0 and 1; others are left as they are @param largest what a sum is at most */
export function packColumns(columns: readonly Float64Array[], counts: boolean, largest: number): PackedColumns {
  if (!counts) return { columns, unpack: (packed, into) => into.set(packed) };
  const base = 2 ** Math.ceil(Math.log2(largest + 1));
  const each = Math.max(1, Math.floor(BITS / Math.log2(base)));
  const packs = Array.from({ length: Math.ceil(columns.length / each) }, (_, p) =>
    packed(columns.slice(p * each, (p + 1) * each), base),
  );
  return {
    columns: packs,
    unpack(sums, into) {
      for (let p = 0; p < packs.length; p++) {
        let rest = sums[p] as number;
        const end = Math.min(columns.length, (p + 1) * each);
        for (let c = p * each; c < end; c++) {
          const above = Math.floor(rest / base);
          into[c] = rest - above * base;
          rest = above;
        }
      }
    },
  };
}

/** The first column in the lowest bits. */
function packed(columns: readonly Float64Array[], base: number): Float64Array {
  const sum = new Float64Array((columns[0] as Float64Array).length);
  for (const column of columns.toReversed()) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) * base + (column[i] as number);
  }
  return sum;
}
