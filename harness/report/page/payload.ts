// What a page's script reads: the same data as the page shows, packed, so that a study of 200 runs stays below a megabyte.

/**
 * A cell: value, ends of its interval, and places in the lists of reasons, of run lists and of commands; what is not there
 * is null, and left away at the end.
 */
export type PackedCell = readonly (number | null)[];

export interface PackedTable {
  readonly title: string;
  readonly rows: readonly (readonly PackedCell[])[];
}

/** A part of every record, such as its environment: what runs have alike stands there once. */
export interface PackedSection {
  readonly title: string;
  /** Paths of the leaves, a list for each shape that there is. */
  readonly shapes: readonly (readonly string[])[];
  /** The place of the shape, then the values at its paths. */
  readonly entries: readonly (readonly unknown[])[];
}

/** Step, layers, norm, largest change of a logit, and whether the optimiser was fresh. */
export type PackedMerge = readonly [number, readonly number[], number, number | null, boolean | null];

export interface PackedRun {
  readonly id: string;
  readonly model: string;
  readonly label: string;
  readonly task: string;
  readonly seed: number;
  readonly isFinal: boolean;
  readonly status: string;
  readonly metric: string | null;
  readonly value: number | null;
  /** Why it has no result. */
  readonly error: string | null;
  /** In the list of commands. */
  readonly command: number;
  /** Of each section the place of its entry; null where the record has none. */
  readonly sections: readonly (number | null)[];
  /** Means of so many steps each. */
  readonly losses: readonly number[];
  readonly stepsPerLoss: number;
  readonly steps: number;
  readonly merges: readonly PackedMerge[];
  /** All that there were. */
  readonly mergeCount: number;
  /** Of the audit, those that concern its row. */
  readonly findings: readonly number[];
}

/** The examples of a task, and what every final run made of them. */
export interface PackedExamples {
  readonly model: string;
  readonly task: string;
  /** Whether predictions are classes or options, which are right or wrong; else they are scores, nearer or farther. */
  readonly areChoices: boolean;
  /** All that were scored. */
  readonly total: number;
  /** Names of the sets in order, and how many of the examples here each has. */
  readonly sets: readonly (readonly [string, number])[];
  readonly ids: readonly string[];
  /** See outcomes.ts. */
  readonly labels: string;
  readonly runs: readonly {
    readonly run: number;
    readonly predictions: string;
    /** Places in `texts`, of the first examples. */
    readonly texts: readonly number[];
  }[];
  /** Generated answers. */
  readonly texts: readonly string[];
}

/** A row of the plot: of each measure its value and the ends of its spread. */
export interface PlottedRow {
  readonly model: string;
  readonly label: string;
  readonly task: string;
  readonly measures: readonly (readonly [number, number | null, number | null] | null)[];
}

export interface Payload {
  readonly tables: readonly PackedTable[];
  readonly reasons: readonly string[];
  /** Places in `runs`. */
  readonly runLists: readonly (readonly number[])[];
  readonly commands: readonly string[];
  readonly findings: readonly string[];
  readonly sections: readonly PackedSection[];
  readonly runs: readonly PackedRun[];
  readonly rows: readonly PlottedRow[];
  readonly examples: readonly PackedExamples[];
}
