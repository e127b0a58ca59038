// LaTeX: what is set is what the cell says, whatever is in it, and pdflatex takes it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { words } from '../../../harness/report/tables/cells.ts';
import { latexDocument, latexTable } from '../../../harness/report/tables/latex.ts';
import { latexEscaped } from '../../../harness/report/tables/latex-escape.ts';
import type { Table } from '../../../harness/report/tables/table.ts';
import { reportOfFolder } from '../../cli/report-of-folder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { latexRead } from './latex-reader.ts';

/** On one line; letters that are written alike are one. */
const asSet = (text: string) =>
  text
    .replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ')
    .normalize('NFC')
    .replaceAll('\t', ' ')
    .replaceAll('µ', 'μ');

const DIFFICULT = [
  '0.6825 ± 0.0268',
  '1.461 %',
  'a|b, "c"',
  "--- -- - ''' ``` ,, ?` !`",
  '[x] *y* {z} \\\\ \\input{/etc/passwd}',
  '$HOME #1 & ~tilde^2_i <b>&lt;</b>',
  'größer, Ångström, naïve, Đ, ǖ, čeština, Łódź, ệ',
  'κ = 8, r ≥ 4, α/r → 2 × 3',
  'ранг, 低秩, 낮은, 😀, \u200b, \u0000',
  'e\u0301 and \u0301 alone',
];

function tableOf(texts: readonly string[]): Table {
  return {
    ...{ name: 'difficult', title: '100 % & more', caption: texts.join(' '), notes: texts },
    columns: [
      { key: 'a', title: '[a]', align: 'left' },
      { key: 'b', title: '*b*', align: 'right' },
    ],
    rows: texts.map((text) => [{ ...words(text), best: true }, words(text)]),
  };
}

describe('a text', () => {
  it.each(DIFFICULT)('%s is set as it is', (text) => {
    expect(latexRead(latexEscaped(text))).toBe(asSet(text));
  });

  it('is set as it is, whatever it is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'\\{}$&#%_^~<>|"`\'-,?![]* \n\tkᵏκéµ') }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(latexRead(latexEscaped(text))).toBe(asSet(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('is ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(latexEscaped(text)).toMatch(/^[ -~]*$/);
      }),
    );
  });
});

it('sets a table with the rules of booktabs, the best in bold and a label', () => {
  const lines = latexTable({ ...tableOf(['x', 'y']), caption: 'Of two.', notes: ['a note'], model: 'm_1' }).split('\n');
  expect(lines).toEqual([
    '\\begin{table}[htbp]',
    '  \\centering\\small',
    '  \\caption{100 \\% \\& more, m\\_1. Of two.}',
    '  \\label{tab:difficult}',
    '  \\begin{tabular}{lr}',
    '    \\toprule',
    '    {[}a{]} & {*}b{*} \\\\',
    '    \\midrule',
    '    \\textbf{x} & x \\\\',
    '    \\textbf{y} & y \\\\',
    '    \\bottomrule',
    '  \\end{tabular}',
    '  \\par\\footnotesize\\raggedright a note',
    '\\end{table}',
  ]);
});

/** Why no document can be set here. */
function missingOfLatex(): string | undefined {
  if (spawnSync('pdflatex', ['--version']).status !== 0) return 'there is no pdflatex';
  const found = spawnSync('kpsewhich', ['booktabs.sty'], { encoding: 'utf8' });
  return found.status === 0 && found.stdout.trim() !== '' ? undefined : 'it has no booktabs.sty';
}
const missing = missingOfLatex();

describe.skipIf(missing !== undefined)(`under pdflatex${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('every table of the committed studies, and difficult texts, are a document', async () => {
    const folder = temporaryFolder();
    const studies = await Promise.all(
      ['quick', 'commonsense-smollm2', 'mmlu-smollm2'].map((name) => reportOfFolder(`results/${name}`)),
    );
    const notes = studies.flatMap((report) => report.notes);
    const tables = [...studies.flatMap((report) => report.tables), tableOf(DIFFICULT)].map(
      ({ data: _, ...table }) => table,
    );
    const body = latexDocument({ tables, notes: [...notes, ...DIFFICULT] });
    const preamble = '\\documentclass{article}\n\\usepackage{booktabs}\n\\extrafloats{500}\n\\begin{document}\n';
    writeFileSync(
      join(folder, 'report.tex'),
      `${preamble}${body.replaceAll('\\end{table}', '\\end{table}\\clearpage')}\\end{document}\n`,
    );
    const { status } = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'report.tex'], {
      cwd: folder,
    });
    const log = existsSync(join(folder, 'report.log')) ? readFileSync(join(folder, 'report.log'), 'utf8') : '';
    expect(log.match(/^!.*(\n.*){3}|^Missing character.*/gm)).toBeNull();
    expect([status, existsSync(join(folder, 'report.pdf'))]).toEqual([0, true]);
  }, 240_000);
});
