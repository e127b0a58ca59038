// A table of the page, readable without a script; client/tables.ts makes its headings sort and its cells open.
import { findingLine } from '../../audit/footnotes.ts';
import type { Finding } from '../../audit/audit.ts';
import type { Cell, Table } from '../tables/table.ts';
import { footnoteLinks } from './findings-section.ts';
import { html, line, type Markup } from './html.ts';
import { type Marks, marksOf } from './marks.ts';

export interface TableContext {
  readonly findings: readonly Finding[];
  /** Of the record with an id: places of the findings that concern it. */
  findingsOf(id: string): readonly number[];
}

const NONE = '—';
const FEWEST_TO_LIST = 5;

function tableId(place: number): string {
  return `table-${place}`;
}

function hasSeveralModels(tables: readonly Table[]): boolean {
  return new Set(tables.flatMap(({ model }) => model ?? [])).size > 1;
}

/** Links to tables, where they are many. @param places of the tables among those of the page's data */
export function tableContents(tables: readonly Table[], places: readonly number[]): Markup | null {
  if (tables.length < FEWEST_TO_LIST) return null;
  const of = ({ title, model }: Table): string =>
    hasSeveralModels(tables) && model !== undefined ? `${title}, ${model}` : title;
  const items = tables.map((table, index) => html`<li><a href="#${tableId(places[index] ?? 0)}">${of(table)}</a></li>`);
  return html`<nav class="contents" aria-label="Tables"><ul>${items}</ul></nav>`;
}

/** @param place among the tables of the page's data */
export function tableSection(table: Table, place: number, { findings, findingsOf }: TableContext): Markup {
  const marks = marksOf(table, findingsOf);
  // The audit's findings have their own place, which footnotes lead to.
  const lines = new Set(findings.map(findingLine));
  const notes = table.notes.filter((note) => !lines.has(note));
  const title = tableId(place);
  const of = [table.part ?? '', table.model ?? ''].filter((text) => text !== '').join(', ');
  const classes = classesOf(table);
  const links = footnoteLinks(marks.table);
  const all = links === null ? [] : [html`<li>Of every row: finding${links}</li>`];
  const items = [...notes.map((note) => html`<li>${line(note)}</li>`), ...all];
  return html`<div class="table">
<h3 id="${title}">${table.title}${of === '' ? null : html` <small>${of}</small>`}</h3>
<p class="caption">${table.caption}</p>
<div class="scroll" role="region" aria-labelledby="${title}" tabindex="0">
<table aria-labelledby="${title}" data-table="${place}">
<thead><tr>${table.columns.map((column, index) => html`<th scope="col"${classes[index] ?? null}>${column.title}</th>`)}</tr></thead>
<tbody>${table.rows.map((row, index) => rowOf(row, classes, marks, index))}</tbody>
</table>
</div>
${items.length === 0 ? null : html`<ul class="notes">${items}</ul>`}
</div>
`;
}

/** Texts that are longer are broken into lines. */
const LONGEST_LINE = 48;

/** Of each column's cells: numbers to the right, and long texts in lines. */
function classesOf({ columns, rows }: Table): (Markup | null)[] {
  return columns.map(({ align }, index) => {
    if (align === 'right') return html` class="right"`;
    const isLong = rows.some((row) => (row[index]?.text.length ?? 0) > LONGEST_LINE);
    return isLong ? html` class="long"` : null;
  });
}

function rowOf(row: readonly Cell[], classes: readonly (Markup | null)[], marks: Marks, index: number): Markup {
  const cells = row.map((cell, column) => {
    const found = marks.cells[index]?.[column] ?? [];
    const links = footnoteLinks(column === 0 ? [...(marks.rows[index] ?? []), ...found] : found);
    const content = html`${figure(cell)}${links}`;
    const look = classes[column] ?? null;
    return column === 0 ? html`<th scope="row"${look}>${content}</th>` : html`<td${look}>${content}</td>`;
  });
  return html`<tr>${cells}</tr>`;
}

function figure({ text, reason, best }: Cell): Markup {
  const shown = text === '' && reason !== null ? NONE : text;
  return html`<span class="${best ? 'figure best' : 'figure'}">${shown}${best ? html`<span class="visually-hidden"> (best)</span>` : null}</span>`;
}
