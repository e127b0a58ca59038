// Why figures of rows are missing, below a table: what the table of quality tells already is not said again.
import type { Row } from '../aggregate.ts';
import { qualityReasons } from '../notes.ts';
import { NONE } from './cells.ts';

/**
 * `lora, glue/stsb: — no step was timed`
 * @param others what else is to be said of a row
 */
export function gapNotes(
  rows: readonly Row[],
  reasonsOf: (row: Row) => readonly string[],
  others: (row: Row) => readonly string[] = () => [],
): string[] {
  return rows.flatMap((row) => {
    const told = new Set(qualityReasons(row));
    const reasons = [...new Set(reasonsOf(row))].filter((reason) => !told.has(reason));
    const lines = [...reasons.map((reason) => `${NONE} ${reason}`), ...others(row)];
    return lines.map((line) => `${row.label}, ${row.task}: ${line}`);
  });
}
