// Tab-separated text: GLUE's dialect, and errors that name file and line.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { readTsv, type TsvColumns } from '../../harness/formats/tsv.ts';

const HEADER = { header: ['text', 'label'] };
const read = (text: string | Buffer, columns: TsvColumns = HEADER, shortRows?: 'skip') =>
  readTsv(Buffer.from(text), 'data.tsv', columns, shortRows);
const values = (text: string, columns: TsvColumns = HEADER) => read(text, columns).map((row) => row.values);

describe('reads', () => {
  it('columns by name, in the order asked for, wherever they stand', () => {
    expect(values('label\tid\ttext\n1\t7\ta\n')).toEqual([['a', '1']]);
  });

  it('columns by position, in rows of any of the widths', () => {
    const columns = { positions: [2, 0], widths: [3, 4] };
    expect(values('a\tb\tc\nd\te\tf\tg\n', columns)).toEqual([
      ['c', 'a'],
      ['f', 'd'],
    ]);
  });

  it('quotes and backslashes as characters like any other', () => {
    expect(values('text\tlabel\n"open\t1\nin "the" middle\\n\t"0"\n')).toEqual([
      ['"open', '1'],
      ['in "the" middle\\n', '"0"'],
    ]);
  });

  it.each([
    ['LF', 'text\tlabel\na\t1\nb\t0\n'],
    ['no line end after the last row', 'text\tlabel\na\t1\nb\t0'],
    ['CRLF and a byte order mark', '\ufefftext\tlabel\r\na\t1\r\nb\t0\r\n'],
    ['CR', 'text\tlabel\ra\t1\rb\t0\r'],
    ['empty lines', '\n\ntext\tlabel\n\na\t1\n\n\nb\t0\n\n'],
  ])('lines ended in every way: %s', (_, text) => {
    expect(values(text)).toEqual([
      ['a', '1'],
      ['b', '0'],
    ]);
  });

  it('the line of each row', () => {
    expect(read('text\tlabel\r\na\t1\r\n\r\nb\t0').map((row) => row.line)).toEqual([2, 4]);
  });

  it('whatever cells hold', () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\t\r\n\ufeff]/g, ' '));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (rows, end) => {
          const text = [['text', 'label'], ...rows].map((row) => row.join('\t')).join(end);
          expect(values(text)).toEqual(rows);
        },
      ),
    );
  });
});

describe('refuses, naming file and line', () => {
  const refused = (run: () => unknown, message: string) => expect(run).toThrow(new InputError(message));

  it('a row with a column too many or too few', () => {
    refused(() => read('text\tlabel\na\t1\nb\n'), 'data.tsv:3: 1 tab-separated columns, expected 2');
    refused(() => read('text\tlabel\na\tb\t1\n'), 'data.tsv:2: 3 tab-separated columns, expected 2');
    refused(
      () => read('a\tb\tc\tx\td\n', { positions: [0], widths: [3, 4] }),
      'data.tsv:1: 5 tab-separated columns, expected 3 or 4',
    );
  });

  it('a header without the column', () => {
    refused(
      () => read('sentence\tlabel\na\t1\n'),
      'data.tsv:1: no column "text" in the header, which has "sentence", "label"',
    );
  });

  it('a file that is empty, has only a header, or is not text', () => {
    refused(() => read(''), 'data.tsv: the file is empty');
    refused(() => read('\ufeff'), 'data.tsv: the file is empty');
    refused(() => read('text\tlabel\n'), 'data.tsv: no rows');
    refused(() => read(Buffer.from([0x74, 0xff, 0xfe, 0x0a])), 'data.tsv: not UTF-8 text');
  });
});

it('passes over short rows where asked to, and over no others', () => {
  const torn = 'text\tlabel\na\t1\ntorn\napart\nb\t0\n';
  expect(read(torn, HEADER, 'skip').map((row) => row.values)).toEqual([
    ['a', '1'],
    ['b', '0'],
  ]);
  expect(() => read('text\tlabel\na\t1\na\tb\t1\n', HEADER, 'skip')).toThrow('data.tsv:3: 3 tab-separated columns');
});
