// Tables as JSON: all that a cell holds, a row a line. What a cell does not have is left away.
import type { Cell, Table, TableDocument } from './table.ts';

export function jsonDocument({ study, tables, notes }: TableDocument): string {
  const texts = tables.map(tableText);
  return `{"study": ${JSON.stringify(study)}, "notes": ${JSON.stringify(notes)}, "tables": [\n${texts.join(',\n')}\n]}\n`;
}

function tableText({ rows, ...table }: Table): string {
  const lines = rows.map((row) => JSON.stringify(row.map(toldOf)));
  return `{"rows": [\n${lines.join(',\n')}\n], ${JSON.stringify(table).slice(1)}`;
}

/** Text and value always: a missing figure is null. */
function toldOf({ text, value, low, high, reason, runs, command, best, letters }: Cell): Partial<Cell> {
  return {
    ...{ text, value },
    ...(low !== null && { low }),
    ...(high !== null && { high }),
    ...(reason !== null && { reason }),
    ...(runs.length > 0 && { runs }),
    ...(command !== null && { command }),
    ...(best && { best }),
    ...(letters !== undefined && { letters }),
  };
}
