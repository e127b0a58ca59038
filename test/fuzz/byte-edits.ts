// Damage to a file's bytes, as data: what fast-check draws, a process applies and a report prints.
import fc from 'fast-check';

/** Positions are taken modulo the length that the bytes have by then. */
export type ByteEdit =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'write'; readonly at: number; readonly hex: string }
  | { readonly kind: 'insert'; readonly at: number; readonly hex: string; readonly times: number }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: 'cut'; readonly at: number };

export function editBytes(bytes: Buffer, edit: ByteEdit): Buffer {
  const at = bytes.length === 0 ? 0 : edit.at % bytes.length;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (edit.kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << edit.bit)), after.subarray(1)]);
    case 'write': {
      const written = Buffer.from(edit.hex, 'hex');
      return Buffer.concat([before, written.subarray(0, after.length), after.subarray(written.length)]);
    }
    case 'insert':
      return Buffer.concat([before, Buffer.from(edit.hex.repeat(edit.times), 'hex'), after]);
    case 'remove':
      return Buffer.concat([before, after.subarray(edit.length)]);
    case 'repeat':
      return Buffer.concat([before, ...Array<Buffer>(edit.times).fill(after.subarray(0, edit.length)), after]);
    case 'cut':
      return before;
  }
}

/** @param fields where the file has counts, lengths, offsets and types: drawn as often as all other places together */
export function byteEditOf(size: number, fields: readonly number[] = []): fc.Arbitrary<ByteEdit> {
  const anywhere = fc.nat(Math.max(0, size - 1));
  const [head, foot] = [fc.nat(Math.min(size, 64) - 1), fc.integer({ min: Math.max(0, size - 64), max: size - 1 })];
  const place = fc.oneof({ weight: 4, arbitrary: anywhere }, head, foot);
  const fieldOrPlace = fields.length === 0 ? place : fc.oneof(place, fc.constantFrom(...fields));
  const length = fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: size }));
  return fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fieldOrPlace, bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('write' as const), at: fieldOrPlace, hex: fc.constantFrom(...EXTREMES, ...STRANGE) }),
    fc.record({ kind: fc.constant('write' as const), at: fieldOrPlace, hex: RANDOM }),
    fc.record({
      kind: fc.constant('insert' as const),
      at: place,
      hex: fc.constantFrom(...STRANGE, ...EXTREMES),
      times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 100_000 })),
    }),
    fc.record({ kind: fc.constant('remove' as const), at: place, length }),
    fc.record({ kind: fc.constant('repeat' as const), at: place, length, times: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ kind: fc.constant('cut' as const), at: place }),
  );
}

const RANDOM = fc.uint8Array({ minLength: 1, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));

/** Counts, sizes and numbers at the edges of their types, the lower byte first; some as floats. */
const EXTREMES: readonly string[] = [
  ...[0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff].map((count) => littleEndian(BigInt(count), 4)),
  ...[
    0n,
    1n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ].map((count) => littleEndian(count, 8)),
  // NaN and the infinities in 16, 32 and 64 bits.
  ...['007e', '007c', '00fc', '0000c07f', '0000807f', '000080ff', '000000000000f87f', '000000000000f07f'],
];

/** NUL, tab, line ends, quotes, brackets, an escape sequence, a byte order mark, long words, and what is not UTF-8. */
const STRANGE: readonly string[] = [
  ...[
    '\0',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '"',
    '\\',
    '[',
    '{',
    ']',
    '}',
    ',',
    ':',
    '\x1b[2J',
    '\ufeff',
    'a',
    '9',
    '\u2028',
  ].map((text) => Buffer.from(text).toString('hex')),
  ...['ff', 'c080', '80', 'eda080', 'f8888080', 'f0'],
];

function littleEndian(count: bigint, bytes: number): string {
  const whole = Buffer.alloc(8);
  whole.writeBigUInt64LE(count);
  return whole.subarray(0, bytes).toString('hex');
}
