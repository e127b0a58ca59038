// Bytes that claim to be text.
import { isUtf8 } from 'node:buffer';
import { InputError } from '../contracts/input-error.ts';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The bytes of a text file without their byte order mark.
 *
 * @throws InputError where they are empty or not UTF-8
 */
export function textBytes(bytes: Buffer, path: string): Buffer {
  const text = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
  if (text.length === 0) throw new InputError(`${path}: the file is empty`);
  if (!isUtf8(text)) throw new InputError(`${path}: not UTF-8 text`);
  return text;
}
