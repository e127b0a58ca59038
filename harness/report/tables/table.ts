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
}

export interface Column {
  /** In CSV and JSON: `peak_rss_bytes`. */
  readonly key: string;
  /** For readers, with the unit where there is one. */
  readonly title: string;
  readonly align: 'left' | 'right';
}

export interface Table {
  /** Of its files: `quality`, `paper-table-2`. */
  readonly name: string;
  readonly title: string;
  /** Which records and which formula: a sentence or two. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** A cell a column. */
  readonly rows: readonly (readonly Cell[])[];
  /** Below it, a line each: reasons of gaps, findings of the audit. */
  readonly notes: readonly string[];
}
