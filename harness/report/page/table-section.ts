// A table of the page, readable without a script; client/tables.ts makes its headings sort and its cells open.
import { findingLine } from '../../audit/footnotes.ts';
import type { Finding } from '../../audit/audit.ts';
import type { Cell, Column, Table } from '../tables/table.ts';
import { footnoteLinks } from './findings-section.ts';
import { html, type Markup } from './html.ts';
import { type Marks, marksOf } from './marks.ts';

export interface TableContext {
  readonly findings: readonly Finding[];
  /** Of the record with an id: places of the findings that concern it. */
  findingsOf(id: string): readonly number[];
}

const NONE = '—';

/** @param place among the tables of the page's data */
export function tableSection(table: Table, place: number, { findings, findingsOf }: TableContext): Markup {
  const marks = marksOf(table, findingsOf);
  // The audit's findings have their own place, which footnotes lead to.
  const lines = new Set(findings.map(findingLine));
  const notes = table.notes.filter((note) => !lines.has(note));
  const title = `table-${place}`;
  const of = [table.part ?? '', table.model ?? ''].filter((text) => text !== '').join(', ');
  const links = footnoteLinks(marks.table);
  const all = links === null ? [] : [html`<li>Of every row: finding${links}</li>`];
  const items = [...notes.map((note) => html`<li>${note}</li>`), ...all];
  return html`<div class="table">
<h3 id="${title}">${table.title}${of === '' ? null : html` <small>${of}</small>`}</h3>
<p class="caption">${table.caption}</p>
<div class="scroll" role="region" aria-labelledby="${title}" tabindex="0">
<table aria-labelledby="${title}" data-table="${place}">
<thead><tr>${table.columns.map(heading)}</tr></thead>
<tbody>${table.rows.map((row, index) => rowOf(row, table.columns, marks, index))}</tbody>
</table>
</div>
${items.length === 0 ? null : html`<ul class="notes">${items}</ul>`}
</div>
`;
}

function heading({ title, align }: Column): Markup {
  return html`<th scope="col"${side(align)}>${title}</th>`;
}

function rowOf(row: readonly Cell[], columns: readonly Column[], marks: Marks, index: number): Markup {
  const cells = row.map((cell, column) => {
    const found = marks.cells[index]?.[column] ?? [];
    const links = footnoteLinks(column === 0 ? [...(marks.rows[index] ?? []), ...found] : found);
    const content = html`${figure(cell)}${links}`;
    const align = columns[column]?.align ?? 'left';
    if (column === 0) return html`<th scope="row"${side(align)}>${content}</th>`;
    return html`<td${side(align)}>${content}</td>`;
  });
  return html`<tr>${cells}</tr>`;
}

/** Left is as it is anyway. */
function side(align: Column['align']): Markup | null {
  return align === 'right' ? html` class="right"` : null;
}

function figure({ text, reason, best }: Cell): Markup {
  const shown = text === '' && reason !== null ? NONE : text;
  return html`<span class="${best ? 'figure best' : 'figure'}">${shown}${best ? html`<span class="visually-hidden"> (best)</span>` : null}</span>`;
}
