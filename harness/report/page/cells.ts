// Cells of the tables that a page makes for itself.
import type { Cell } from '../tables/table.ts';

export function wordCell(text: string): Cell {
  return { text, value: null, low: null, high: null, reason: null, runs: [], command: null, best: false };
}

export function figureCell(text: string, value: number): Cell {
  return { ...wordCell(text), value };
}
