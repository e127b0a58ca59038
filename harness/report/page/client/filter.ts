// A field by which the rows of a table are chosen: those that hold every word of it.
import { el } from './dom.ts';

let fields = 0;

/** @param name the table's, for those who hear it */
export function filterField(name: string, rows: readonly HTMLTableRowElement[]): HTMLElement {
  const id = `filter-${++fields}`;
  const field = el('input', { id, type: 'search', autocomplete: 'off', spellcheck: 'false' });
  const told = el('span', { class: 'told', role: 'status' });
  const texts = rows.map((row) => (row.textContent ?? '').toLowerCase());
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [index, row] of rows.entries()) {
      row.hidden = !words.every((word) => texts[index]?.includes(word));
      if (!row.hidden) shown++;
    }
    told.textContent = words.length === 0 ? '' : `${shown} of ${rows.length} rows`;
  });
  const label = el('label', { for: id }, 'Filter rows', el('span', { class: 'visually-hidden' }, ` of ${name}`));
  return el('div', { class: 'control filter' }, label, field, told);
}
