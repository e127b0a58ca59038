// Tables as JSON: all that a cell holds, a row a line. What a cell does not have is left away; the runs that it is made from,
// and the command that makes them, stand once in a list for all cells that share them.
import type { Cell, Table, TableDocument } from './table.ts';

/** In the place of `runs` and `command`: the place in the document's `sources`. */
interface ToldCell extends Partial<Omit<Cell, 'runs' | 'command'>> {
  readonly source?: number;
}

export function jsonDocument({ study, tables, notes }: TableDocument): string {
  const sources = new SourceList();
  const texts = tables.map((table) => tableText(table, sources));
  const parts = [
    `"study": ${JSON.stringify(study)}, "notes": ${JSON.stringify(notes)}`,
    `"tables": [\n${texts.join(',\n')}\n]`,
    `"sources": [\n${sources.texts.join(',\n')}\n]`,
  ];
  return `{${parts.join(',\n')}}\n`;
}

function tableText({ rows, ...table }: Table, sources: SourceList): string {
  const lines = rows.map((row) => JSON.stringify(row.map((cell) => toldOf(cell, sources))));
  return `{"rows": [\n${lines.join(',\n')}\n], ${JSON.stringify(table).slice(1)}`;
}

/** Text and value always: a missing figure is null. */
function toldOf(cell: Cell, sources: SourceList): ToldCell {
  const { text, value, low, high, reason, best, letters } = cell;
  const source = sources.placeOf(cell);
  return {
    ...{ text, value },
    ...(low !== null && { low }),
    ...(high !== null && { high }),
    ...(reason !== null && { reason }),
    ...(source !== undefined && { source }),
    ...(best && { best }),
    ...(letters !== undefined && { letters }),
  };
}

/** Each source once, as JSON. */
class SourceList {
  readonly texts: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly keys = new WeakMap<readonly string[], string>();

  /** Undefined of a cell that nothing feeds. */
  placeOf({ runs, command }: Pick<Cell, 'runs' | 'command'>): number | undefined {
    if (runs.length === 0 && command === null) return undefined;
    // A list of all runs is that of many cells, and long.
    const ids = this.keys.get(runs) ?? runs.join();
    this.keys.set(runs, ids);
    const key = JSON.stringify([ids, command]);
    const place = this.places.get(key) ?? this.texts.push(JSON.stringify({ runs, command })) - 1;
    this.places.set(key, place);
    return place;
  }
}
