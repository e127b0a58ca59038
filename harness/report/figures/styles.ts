// How series are told apart: by colour, and without it by symbol and dashes.

export interface Style {
  readonly colour: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'star' | 'wye';
  /** Degrees. */
  readonly rotate: number;
  readonly filled: boolean;
  /** Lengths of dashes and gaps in pixels; null for a whole line. */
  readonly dashes: string | null;
}

/**
 * Okabe and Ito's colours, which the colour-blind tell apart, without the yellow that white swallows; those of most contrast
 * first. The last is the ink.
 */
export const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', 'currentColor', '#E69F00', '#56B4E9'] as const;

const SYMBOLS = [
  { symbol: 'circle', rotate: 0 },
  { symbol: 'square', rotate: 0 },
  { symbol: 'triangle', rotate: 0 },
  { symbol: 'diamond', rotate: 0 },
  { symbol: 'cross', rotate: 0 },
  { symbol: 'triangle', rotate: 180 },
  { symbol: 'star', rotate: 0 },
  { symbol: 'wye', rotate: 0 },
] as const;

const DASHES = [null, '6 3', '2 2', '9 3 2 3', '14 3'] as const;

/** Symbols repeat after 16 series, hollow from the ninth; together with their dashes after 80. */
export function styleOf(index: number): Style {
  return {
    colour: at(COLOURS, index),
    ...at(SYMBOLS, index),
    filled: Math.floor(index / SYMBOLS.length) % 2 === 0,
    dashes: at(DASHES, index),
  };
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
