// Tables as LaTeX, for `\input` into a paper: each a float, with the rules of booktabs.
import { lineParts } from '../code-span.ts';
import { latexCode, latexEscaped } from './latex-escape.ts';
import { type Cell, shownColumns, shownText, type Table, type TableDocument } from './table.ts';

/** The tables for readers, and what is to be said of the whole. The preamble needs booktabs. */
export function latexDocument({ tables, notes }: Pick<TableDocument, 'tables' | 'notes'>): string {
  const counts = new Map<string, number>();
  const texts = tables
    .filter(({ data }) => data !== true)
    .map((table) => {
      const count = (counts.get(table.name) ?? 0) + 1;
      counts.set(table.name, count);
      return latexTable(table, count === 1 ? table.name : `${table.name}-${count}`);
    });
  const list = notes.map((note) => `  \\item[--] ${marked(note)}`);
  const below = list.length === 0 ? [] : [['\\begin{itemize}', ...list, '\\end{itemize}'].join('\n')];
  return `${['% \\usepackage{booktabs}', ...texts, ...below].join('\n\n')}\n`;
}

/** @param label by which a text refers to it, behind `tab:` */
export function latexTable(table: Table, label = table.name): string {
  const columns = shownColumns(table);
  const rows = table.rows.map((row) => columns.map(({ at }) => cellText(row[at])));
  const header = columns.map(({ column }) => latexEscaped(column.title));
  const named = [table.model, table.part].filter((name) => name !== undefined).map((name) => `, ${name}`);
  const caption = latexEscaped(`${table.title}${named.join('')}. ${table.caption}`);
  return [
    '\\begin{table}[htbp]',
    '  \\centering\\small',
    `  \\caption{${caption}}`,
    `  \\label{tab:${label.replaceAll(/[^\w-]/g, '-')}}`,
    `  \\begin{tabular}{${columns.map(({ column }) => (column.align === 'left' ? 'l' : 'r')).join('')}}`,
    '    \\toprule',
    `    ${header.join(' & ')} \\\\`,
    '    \\midrule',
    ...rows.map((cells) => `    ${cells.join(' & ')} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...table.notes.map((note) => `  \\par\\footnotesize\\raggedright ${marked(note)}`),
    '\\end{table}',
  ].join('\n');
}

function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  const text = latexEscaped(shownText(cell));
  return cell.best && text !== '' ? `\\textbf{${text}}` : text;
}

function marked(note: string): string {
  return lineParts(note)
    .map(({ text, isCode }) => (isCode ? latexCode(text) : latexEscaped(text)))
    .join('');
}
