// A figure as data: what is drawn, with its intervals, before any drawing.

export interface Axis {
  /** With the unit where there is one. */
  readonly label: string;
  readonly scale: 'linear' | 'log' | 'category';
}

export interface Point {
  readonly x: number | string;
  readonly y: number;
  /** Ends of the interval of y, whose kind the caption names; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Beside the point; empty for nothing. */
  readonly text: string;
}

/** Points that belong together: a method, a run. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Whether its points are joined. */
  readonly joined: boolean;
  /** False for a line alone: a front through the points of others. */
  readonly symbols?: boolean;
}

/** A horizontal line through a panel, with a band: another method's score beside a sweep. */
export interface Level {
  readonly name: string;
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly levels: readonly Level[];
}

export interface PlotChart {
  readonly kind: 'plot';
  /** Of its files: `quality`, `paper-figure-4`. */
  readonly name: string;
  readonly title: string;
  /** Which records and which formula. */
  readonly caption: string;
  readonly panels: readonly Panel[];
  /** Small, in a corner of the first panel; null for none. */
  readonly inset: Panel | null;
  /** What is not drawn and why, with the command that would make it, a line each. */
  readonly notes: readonly string[];
}

/** A run of a boosting method, booster by booster. */
export interface PipelineChart {
  readonly kind: 'pipeline';
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** Of the model. */
  readonly layers: number;
  readonly boosters: readonly {
    /** Layers that were drawn, from 0. */
    readonly layers: readonly number[];
    /** Steps before it, and with it. */
    readonly from: number;
    readonly to: number;
    /** Frobenius norm of what was merged. */
    readonly norm: number;
  }[];
  readonly notes: readonly string[];
}

export type Chart = PlotChart | PipelineChart;
