// What tables do beyond being read: sort, filter, and open to what is behind a figure.
import type { PackedCell } from '../payload.ts';
import { openCell, openRuns } from './behind.ts';
import { data } from './data.ts';
import { button, el } from './dom.ts';
import { filterField } from './filter.ts';
import { makeSortable } from './sort.ts';

/** Fewer rows are seen at a glance. */
const FEWEST_TO_FILTER = 8;

export function enliven(table: HTMLTableElement): void {
  const packed = data.tables[Number(table.dataset.table)];
  const elements = [...(table.tBodies[0]?.rows ?? [])];
  if (packed === undefined) return;
  const rows = elements.map((element, index) => ({ element, cells: packed.rows[index] ?? [] }));
  const titles = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent ?? '');
  if (elements.length >= FEWEST_TO_FILTER) {
    table.closest('.scroll')?.before(el('div', { class: 'controls' }, filterField(packed.title, elements)));
  }
  if (elements.length > 1) makeSortable(table, rows);
  for (const { element, cells } of rows) {
    const row = element.cells[0]?.querySelector('.figure')?.textContent?.trim() ?? '';
    for (const [column, cell] of cells.entries()) {
      const figure = element.cells[column]?.querySelector<HTMLElement>('.figure');
      if (!figure || !opens(cell)) continue;
      const title = titles[column] ?? '';
      const name = column === 0 ? row : `${row}, ${title}`;
      makeButton(figure, `${title}: ${figure.textContent?.trim()}`, () => openCell(packed.title, name, cell));
    }
  }
}

/** Runs that a claim rests on. */
export function enlivenRunLists(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('.figure[data-runs]')) {
    const { runs = '', title = '' } = figure.dataset;
    makeButton(figure, `${title}: ${figure.textContent?.trim()}`, () => openRuns(title, Number(runs)));
  }
}

/** Whether there is more than what the cell shows. */
function opens(cell: PackedCell): boolean {
  return cell.slice(1).some((part) => part !== null);
}

function makeButton(figure: HTMLElement, label: string, onClick: () => void): void {
  const attributes = { class: figure.className, 'aria-haspopup': 'dialog', 'aria-label': label };
  const opener = button('', onClick, attributes);
  opener.append(...figure.childNodes);
  figure.replaceWith(opener);
}
