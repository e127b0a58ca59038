// Cells of the tables that a page makes for itself: they name no runs, for the page has these beside them.
import { words } from '../tables/cells.ts';
import type { Cell } from '../tables/table.ts';

export const wordCell = (text: string): Cell => words(text);

export function figureCell(text: string, value: number): Cell {
  return { ...words(text), value };
}
