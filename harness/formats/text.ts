// Bytes that claim to be text.
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { InputError } from '../contracts/input-error.ts';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Little-endian and big-endian: what editors on Windows call Unicode. */
const UTF_16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** The text of a file, as {@link textBytes} has it. @throws InputError where it cannot be read, is empty or not UTF-8 */
export function readText(path: string): string {
  return textBytes(readBytes(path), path).toString('utf8');
}

/** @throws InputError where a file cannot be read */
export function readBytes(path: string): Buffer {
  try {
    const found = statSync(path);
    if (found.isCharacterDevice() || found.isBlockDevice())
      throw new InputError(`${path}: is a device, expected a file`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
}

/**
 * The bytes of a text file without their byte order mark.
 *
 * @throws InputError where they are empty or not UTF-8
 */
export function textBytes(bytes: Buffer, path: string): Buffer {
  if (UTF_16_MARKS.some((mark) => bytes.subarray(0, 2).equals(mark))) {
    throw new InputError(`${path}: is UTF-16 text, expected UTF-8`);
  }
  const text = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
  if (text.length === 0) throw new InputError(`${path}: the file is empty`);
  if (!isUtf8(text)) throw new InputError(`${path}: not UTF-8 text`);
  return text;
}
