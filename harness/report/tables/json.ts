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
  /** By their ids as one text, and by the lists themselves: that of all runs is shared by many cells, and long. */
  private readonly byIds = new Map<string, Map<string | null, number>>();
  private readonly byList = new WeakMap<readonly string[], Map<string | null, number>>();

  /** Undefined of a cell that nothing feeds. */
  placeOf({ runs, command }: Pick<Cell, 'runs' | 'command'>): number | undefined {
    if (runs.length === 0 && command === null) return undefined;
    const places = this.placesOf(runs);
    const place = places.get(command) ?? this.texts.push(JSON.stringify({ runs, command })) - 1;
    places.set(command, place);
    return place;
  }

  private placesOf(runs: readonly string[]): Map<string | null, number> {
    const known = this.byList.get(runs);
    if (known !== undefined) return known;
    const ids = runs.join();
    const places = this.byIds.get(ids) ?? new Map<string | null, number>();
    this.byIds.set(ids, places);
    this.byList.set(runs, places);
    return places;
  }
}
