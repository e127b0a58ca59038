// Headings by which the rows of a table are sorted: rising, falling, and as they were.
import type { PackedCell } from '../payload.ts';
import { button } from './dom.ts';

export interface SortableRow {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly PackedCell[];
}

type Order = 'ascending' | 'descending' | 'none';
const NEXT: Readonly<Record<Order, Order>> = { none: 'ascending', ascending: 'descending', descending: 'none' };

export function makeSortable(table: HTMLTableElement, rows: readonly SortableRow[]): void {
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  for (const [column, heading] of headings.entries()) {
    let order: Order = 'none';
    const sort = button('', () => {
      order = NEXT[heading.getAttribute('aria-sort') === null ? 'none' : order];
      for (const other of headings) other.removeAttribute('aria-sort');
      if (order !== 'none') heading.setAttribute('aria-sort', order);
      const sorted = order === 'none' ? rows : sortedRows(rows, column, order);
      table.tBodies[0]?.append(...sorted.map(({ element }) => element));
    });
    sort.append(...heading.childNodes);
    heading.append(sort);
  }
}

/** What has no figure, or no word, comes last either way. */
function sortedRows(rows: readonly SortableRow[], column: number, order: 'ascending' | 'descending'): SortableRow[] {
  const sign = order === 'ascending' ? 1 : -1;
  const keyed = rows.map((row) => ({
    row,
    figure: row.cells[column]?.[0] ?? null,
    word: row.element.cells[column]?.querySelector('.figure')?.textContent?.trim() ?? '',
  }));
  const byFigure = keyed.some(({ figure }) => figure !== null);
  const isMissing = ({ figure, word }: (typeof keyed)[number]) => (byFigure ? figure === null : word === '');
  return keyed
    .sort((a, b) => {
      const missing = Number(isMissing(a)) - Number(isMissing(b));
      if (missing !== 0 || isMissing(a)) return missing;
      return sign * (byFigure ? (a.figure ?? 0) - (b.figure ?? 0) : WORDS.compare(a.word, b.word));
    })
    .map(({ row }) => row);
}

const WORDS = new Intl.Collator('en', { numeric: true });
