// Where the counts, lengths, types and offsets of a GGUF file stand. Specification: ggml/docs/gguf.md.

const STRING = 8;
const ARRAY = 9;
/** Bytes of the other value types, by number. */
const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

/** @param bytes a whole file, as it should be */
export function ggufFields(bytes: Buffer): number[] {
  const fields: number[] = [0, 4];
  let at = 8;
  const count = (size: 4 | 8): number => {
    fields.push(at);
    at += size;
    return size === 4 ? bytes.readUInt32LE(at - 4) : Number(bytes.readBigUInt64LE(at - 8));
  };
  const string = (): void => {
    const length = count(8);
    at += length;
  };
  const value = (type: number): void => {
    if (type === STRING) string();
    else if (type === ARRAY) {
      const inner = count(4);
      const length = count(8);
      for (let i = 0; i < length; i++) value(inner);
    } else {
      fields.push(at);
      at += SIZES[type] ?? 0;
    }
  };
  const [tensors, keys] = [count(8), count(8)];
  for (let i = 0; i < keys; i++) {
    string();
    value(count(4));
  }
  for (let i = 0; i < tensors; i++) {
    string();
    const dimensions = count(4);
    for (let dimension = 0; dimension < dimensions; dimension++) count(8);
    count(4);
    count(8);
  }
  return fields;
}
