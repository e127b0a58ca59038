// Parquet against pyarrow: the same table in each codec (test/fixtures/parquet, made by scripts/fixtures/datasets.py).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readParquet } from '../../harness/formats/parquet.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/parquet/${name}`, import.meta.url));
const expected: Record<string, unknown>[] = JSON.parse(fixture('expected.json').toString('utf8'));

describe.each(['none', 'snappy', 'gzip', 'brotli'])('%s', (codec) => {
  it('gives the rows that pyarrow wrote, over several row groups', async () => {
    const rows = await readParquet(fixture(`${codec}.parquet`), 'data.parquet', ['text', 'label', 'score', 'idx']);
    expect(rows).toHaveLength(32);
    const plain = rows.map((row) => ({
      ...row,
      label: typeof row.label === 'bigint' ? Number(row.label) : row.label,
    }));
    expect(plain).toEqual(expected);
    expect(typeof rows[0]?.label).toBe('bigint');
  });
});

it('reads only the columns asked for', async () => {
  const [row] = await readParquet(fixture('snappy.parquet'), 'data.parquet', ['idx']);
  expect(row).toEqual({ idx: 0 });
});

describe('refuses, naming the file', () => {
  const bytes = fixture('snappy.parquet');
  const refuses = async (data: Buffer, message: RegExp, columns = ['text']) => {
    await expect(readParquet(data, 'data.parquet', columns)).rejects.toThrow(
      expect.objectContaining({ name: 'InputError', message: expect.stringMatching(message) }),
    );
  };

  it('a column that is not there', () =>
    refuses(bytes, /^data\.parquet: no column "sentence", the file has text, label, score, idx$/, ['sentence']));

  it('a codec that is not supported', () =>
    refuses(
      fixture('zstd.parquet'),
      /^data\.parquet: compressed with ZSTD, expected one of UNCOMPRESSED, SNAPPY, GZIP, BROTLI$/,
    ));

  it('a file that is cut, empty, or something else', async () => {
    await refuses(bytes.subarray(0, bytes.length - 20), /^data\.parquet: not a readable Parquet file: /);
    await refuses(Buffer.alloc(0), /^data\.parquet: not a readable Parquet file: /);
    await refuses(Buffer.from('sentence\tlabel\nnot parquet\t1\n'), /^data\.parquet: not a readable Parquet file: /);
  });

  it('a page that is longer than its head says, before it is whole', async () => {
    const damaged = fixture('gzip.parquet');
    const page = damaged.indexOf(Buffer.of(0x1f, 0x8b));
    gzipSync(Buffer.alloc(100_000)).copy(damaged, page);
    await refuses(
      damaged,
      /^data\.parquet: not a readable Parquet file: Cannot create a Buffer larger than \d+ bytes$/,
    );
  });

  it('a page whose head does not say how long it is', async () => {
    const damaged = fixture('brotli.parquet');
    const head = damaged.subarray(3, 9);
    await refuses(
      Buffer.concat([damaged.subarray(0, 3), head, head, head, damaged.subarray(3)]),
      /^data\.parquet: not a readable Parquet file: a page of undefined bytes in column text$/,
    );
  });

  // In the footer: the rows of the second group, and of the file, as variable-length integers whose lowest bit is the sign.
  const [inGroup, inFile] = [2388, 1577];
  it.each<[string, readonly (readonly [at: number, rows: number])[], RegExp]>([
    ['fewer rows than the file', [[inGroup, 11]], /31 rows in its groups, expected 32$/],
    [
      'fewer rows than its pages have values',
      [
        [inGroup, 11],
        [inFile, 31],
      ],
      /12 values in column text, expected 11, one a row$/,
    ],
    [
      'more rows than its pages have values',
      [
        [inGroup, 13],
        [inFile, 33],
      ],
      /12 values in column text, expected 13, one a row$/,
    ],
  ])('a group that announces %s', async (_, changes, message) => {
    const damaged = Buffer.from(bytes);
    for (const [at, rows] of changes) damaged[at] = 2 * rows;
    await refuses(damaged, message);
  });

  it('a group that announces billions of rows', async () => {
    const damaged = fixture('gzip.parquet');
    damaged.write('f8888080', 2483, 'hex');
    await refuses(damaged, /2952790608 rows in its groups, expected 32$/);
  });

  it('pages that are damaged', async () => {
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, 4, 120);
    await refuses(damaged, /^data\.parquet: not a readable Parquet file: /);
  });
});
