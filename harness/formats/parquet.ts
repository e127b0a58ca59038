// Parquet files (as the Hugging Face hub serves data sets) through hyparquet.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import {
  type ColumnMetaData,
  type Compressors,
  type FileMetaData,
  parquetMetadata,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { InputError } from '../contracts/input-error.ts';

/** Snappy is hyparquet's own; these two are Node's, which stop where a page becomes longer than its head says. */
const COMPRESSORS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
};
const CODECS = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(COMPRESSORS)];

export type ParquetRow = Readonly<Record<string, unknown>>;

/**
 * All rows of a Parquet file with the columns asked for: strings, numbers, 64-bit integers as bigint, null where missing.
 *
 * @throws InputError where the file is not Parquet, is cut, lacks a column, or uses a codec that is not supported
 */
export async function readParquet(bytes: Buffer, path: string, columns: readonly string[]): Promise<ParquetRow[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (!(file instanceof ArrayBuffer)) throw new TypeError('file bytes must not lie in shared memory');
  const metadata = await orInputError(path, () => parquetMetadata(file));
  const present = parquetSchema(metadata).children.map(({ element }) => element.name);
  const missing = columns.find((column) => !present.includes(column));
  if (missing !== undefined)
    throw new InputError(`${path}: no column "${missing}", the file has ${present.join(', ')}`);
  const codecs = metadata.row_groups.flatMap((group) => group.columns.map((column) => column.meta_data?.codec));
  const unknown = codecs.find((codec) => codec !== undefined && !CODECS.includes(codec));
  if (unknown !== undefined) {
    throw new InputError(`${path}: compressed with ${unknown}, expected one of ${CODECS.join(', ')}`);
  }
  return orInputError(path, () => {
    checkPages(file, metadata, columns);
    return parquetReadObjects({ file, metadata, columns: [...columns], compressors: COMPRESSORS });
  });
}

/**
 * That each column asked for holds what the file says of it: hyparquet makes as many rows as a group announces, and where
 * a page's head does not say how long it is, begins at the first page again, for ever.
 */
function checkPages(file: ArrayBuffer, metadata: FileMetaData, columns: readonly string[]): void {
  const rows = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (rows !== metadata.num_rows) throw new Error(`${rows} rows in its groups, expected ${metadata.num_rows}`);
  for (const group of metadata.row_groups) {
    for (const { meta_data: chunk } of group.columns) {
      if (chunk === undefined || !columns.includes(chunk.path_in_schema[0] ?? '')) continue;
      const values = countValues(file, chunk);
      if (BigInt(values) !== group.num_rows)
        throw new Error(
          `${values} values in column ${chunk.path_in_schema.join('.')}, expected ${group.num_rows}, one a row`,
        );
    }
  }
}

/** Values of a column in a group, by the heads of its pages. */
function countValues(file: ArrayBuffer, chunk: ColumnMetaData): number {
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const reader = { view: new DataView(file, start, Number(chunk.total_compressed_size)), offset: 0 };
  let values = 0;
  while (reader.offset < reader.view.byteLength - 1) {
    const { compressed_page_size: size, data_page_header: page, data_page_header_v2: page2 } = parquetHeader(reader);
    if (!Number.isInteger(size) || size < 0)
      throw new Error(`a page of ${size} bytes in column ${chunk.path_in_schema.join('.')}`);
    values += page?.num_values ?? page2?.num_values ?? 0;
    reader.offset += size;
  }
  return values;
}

async function orInputError<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new InputError(`${path}: not a readable Parquet file: ${error instanceof Error ? error.message : error}`);
  }
}
