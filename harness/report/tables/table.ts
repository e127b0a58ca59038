// A table as data: what it says, before any format. Every format is written from it, so that all have the same numbers.

/** One figure, or words. */
export interface Cell {
  /** As a reader sees it, rounded: `0.6825 ± 0.0268`. Empty where there is nothing to say. */
  readonly text: string;
  /** The figure without rounding; null where the cell is words, or the figure is missing. */
  readonly value: number | null;
  /** Of the figure's spread, whose kind the caption names; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Why the figure is missing; null where it is there, or was never to be. */
  readonly reason: string | null;
  /** Ids of the records that it is made from. */
  readonly runs: readonly string[];
  /** The command that makes these records, or the missing ones; null where no run feeds the cell. */
  readonly command: string | null;
  /** Set apart as the best, where the corrected tests support it. */
  readonly best: boolean;
  /**
   * Letters behind the text: cells of a column that share one are not told apart. They rest, as `best` does, on all runs
   * that are compared, since tests are corrected for all pairs.
   */
  readonly letters?: string;
}

export interface Column {
  /** In CSV and JSON: `peak_rss_bytes`. */
  readonly key: string;
  /** For readers, with the unit where there is one. */
  readonly title: string;
  readonly align: 'left' | 'right';
  /** In CSV and JSON alone: too much for who reads. */
  readonly detail?: boolean;
  /** What CSV calls the ends of the spread; `<key>_low` and `<key>_high` unless given. */
  readonly ends?: { readonly low: string; readonly high: string };
}

export interface Table {
  /** Of its files: `scores`, `paper-table-2`. Tables of one name are one file in CSV, those of several models together. */
  readonly name: string;
  readonly title: string;
  /** Which records and which formula: a sentence or two. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** A cell a column. */
  readonly rows: readonly (readonly Cell[])[];
  /** Below it, a line each: reasons of gaps, findings of the audit. */
  readonly notes: readonly string[];
  /** Whose rows these are; absent where they are of all models. */
  readonly model?: string;
  /** Of the report, as its headings say: `the search`; absent for the tables that come first. */
  readonly part?: string;
  /** A line a run or a row, for programs: in CSV and JSON, not in the documents that people read. */
  readonly data?: boolean;
}

/** What a report has to say in tables. */
export interface TableDocument {
  /** The study's name. */
  readonly study: string;
  readonly tables: readonly Table[];
  /** Of the whole: records that are in no table, and why, a line each. */
  readonly notes: readonly string[];
}

/** The columns for readers, with their places. */
export function shownColumns({ columns }: Table): { readonly column: Column; readonly at: number }[] {
  return columns.map((column, at) => ({ column, at })).filter(({ column }) => column.detail !== true);
}

/** A cell as readers see it, with its letters. */
export function shownText({ text, letters }: Cell): string {
  return letters === undefined ? text : `${text} ${letters}`;
}
