// Tables as Markdown, aligned so that they read as plain text too.
import { codeSpan, lineParts } from '../code-span.ts';
import { alignedLines, escaped } from '../markdown.ts';
import { shownColumns, shownText, type Table, type TableDocument } from './table.ts';

/** The tables for readers, below headings of models and parts, and what is to be said of the whole. */
export function markdownDocument({ study, tables, notes }: TableDocument): string {
  const parts: string[] = [];
  let heading = '';
  for (const table of tables.filter(({ data }) => data !== true)) {
    const next = `## ${escaped(headingOf(study, table))}`;
    if (next !== heading) parts.push(next);
    heading = next;
    parts.push(...markdownTable(table));
  }
  return `${[...parts, ...listed(notes)].join('\n\n')}\n`;
}

/** `quick: minilm-l6, the search` */
export function headingOf(study: string, { model, part }: Table): string {
  const named = model === undefined ? study : `${study}: ${model}`;
  return part === undefined ? named : `${named}, ${part}`;
}

/** What is shown, the table, and what is to be said below it: blocks that stand apart. */
export function markdownTable(table: Table): string[] {
  const columns = shownColumns(table);
  const body = table.rows.map((row) =>
    columns.map(({ at }) => {
      const cell = row[at];
      if (cell === undefined) return '';
      const text = escaped(shownText(cell));
      return cell.best && text !== '' ? `**${text}**` : text;
    }),
  );
  const header = columns.map(({ column }) => escaped(column.title));
  const isLeft = columns.map(({ column }) => column.align === 'left');
  return [
    `**${escaped(table.title)}.** ${escaped(table.caption)}`,
    alignedLines(header, body, isLeft),
    ...listed(table.notes),
  ];
}

function listed(notes: readonly string[]): string[] {
  return notes.length === 0 ? [] : [notes.map((note) => `- ${marked(note)}`).join('\n')];
}

/** A note on one line: its commands can be copied, and its words are shown as they are. */
function marked(note: string): string {
  const parts = lineParts(note.replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' '));
  return parts.map(({ text, isCode }) => (isCode ? codeSpan(text) : escaped(text))).join('');
}
