// MRPC as its authors publish it, with GLUE's list of the training pairs that are its development set (3,668 and 408).
import type { DataFile } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { readTsv, type TsvRow } from '../harness/formats/tsv.ts';
import { type GlueLayout, toExample } from './glue-example.ts';
import { parseLabel } from './glue-tsv.ts';
import { type Layout, type Place, requireFile } from './layout.ts';

const PAIRS = 'msr_paraphrase_train.txt';
/** As the benchmark serves it, and as its download script saves it. */
const LISTS = ['mrpc_dev_ids.tsv', 'dev_ids.tsv'];
const COLUMNS = { header: ['#1 ID', '#2 ID', '#1 String', '#2 String', 'Quality'] };

/** The list has no header, the two ids of a pair a line; examples are in the order of the training file, as in GLUE. */
export const mrpcListed: GlueLayout = {
  files: `${PAIRS} and ${LISTS.join(' or ')}`,
  signs: LISTS,
  evaluation: ['validation'],
  async read(place, split, rules) {
    const file = requireFile(place, PAIRS);
    const rows = readTsv(file.read(), file.path, COLUMNS);
    const listed = readList(listOf(place), rows);
    const own = rows.filter((row) => listed.has(pairOf(row)) === (split === 'validation'));
    return own.map(({ line, values }, row) => {
      const [, , first, second, written = ''] = values;
      const label = parseLabel(written, rules.target, 'index');
      const where = `${file.path}:${line}`;
      return toExample(
        { where, id: `${split}-${row}`, texts: [first, second], label, written, spelling: 'index' },
        rules,
      );
    });
  },
};

function listOf(place: Place<Layout>): DataFile {
  const name = LISTS.find((candidate) => place.file(candidate) !== undefined);
  return requireFile(place, name ?? LISTS.join(' or '));
}

/** @throws InputError where the list is not one of the rows' pairs */
function readList(file: DataFile, rows: readonly TsvRow[]): Set<string> {
  const pairs = new Set(rows.map(pairOf));
  const listed = new Set<string>();
  for (const row of readTsv(file.read(), file.path, { positions: [0, 1], widths: [2] })) {
    const pair = pairOf(row);
    const refuse = (fault: string) => new InputError(`${file.path}:${row.line}: pair ${pair}${fault}`);
    if (!pairs.has(pair)) throw refuse(`, expected the ids of a pair in ${PAIRS}`);
    if (listed.has(pair)) throw refuse(' again, expected each pair once');
    listed.add(pair);
  }
  if (listed.size === pairs.size) {
    throw new InputError(
      `${file.path}: lists every pair of ${PAIRS}, expected some that are not of the development set`,
    );
  }
  return listed;
}

function pairOf({ values: [first, second] }: TsvRow): string {
  return `${first} and ${second}`;
}
