// GLUE tasks as tab-separated files: the benchmark's own, and those of its sources (MSR paraphrases, STS benchmark).
import { readTsv, type TsvColumns } from '../harness/formats/tsv.ts';
import { type GlueLayout, type Spelling, type Target, toExample } from './glue-example.ts';
import { requireFile } from './layout.ts';

/**
 * @param files file names by split: `train`, then the evaluation sets, the primary one first
 * @param columns one or two texts, then the label
 * @param spelling whether classes are written by index or by name
 */
export function tsvLayout(
  files: Readonly<Record<string, string>>,
  columns: TsvColumns,
  spelling: Spelling = 'index',
): GlueLayout {
  const [primary, ...others] = Object.keys(files).filter((split) => split !== 'train');
  if (primary === undefined) throw new TypeError('a layout needs an evaluation set');
  const names = Object.values(files);
  return {
    files: names.join(' and '),
    signs: names,
    evaluation: [primary, ...others],
    async read(place, split, rules) {
      const file = requireFile(place, files[split] ?? split);
      const torn = rules.published === 'torn';
      const rows = readTsv(file.read(), file.path, columns, torn ? 'skip' : 'refuse');
      const whole = torn ? rows.filter(({ values }) => values.at(-1) !== '') : rows;
      return whole.map(({ line, values }, row) => {
        const written = values.at(-1) ?? '';
        const label = parseLabel(written, rules.target, spelling);
        const where = `${file.path}:${line}`;
        return toExample({ where, id: `${split}-${row}`, texts: values.slice(0, -1), label, written, spelling }, rules);
      });
    },
  };
}

export function parseLabel(text: string, target: Target, spelling: Spelling): number {
  if (target.kind === 'regression') return text.trim() === '' ? Number.NaN : Number(text);
  if (spelling === 'name') return target.labels.indexOf(text);
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
