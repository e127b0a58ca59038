// Token sequences as a decoder reads them: padded on the right, each token with its position and what it may see.
import type { DecoderSpec } from '../contracts/model.ts';
import { feed, type tf } from '../tensor/index.ts';
import { LENGTH_STEP, MASKED } from './batch.ts';
import { rotaryTables } from './rotary-angles.ts';

/** The position of a key that no token sees. */
export const HIDDEN = -1;

/** What every token of a sequence sees, where it branches. */
export const TRUNK = 0;
/** Seen by padding alone. */
export const PADDING = -1;

/** Sequences of one padded length, row by row. */
export interface CausalSequences {
  readonly size: number;
  /** Tokens a sequence, padding included. */
  readonly length: number;
  /** [size * length] */
  readonly ids: Int32Array;
  /** Positions of a sequence's tokens, [length]: one row for all sequences, or one each. */
  readonly positions: readonly Int32Array[];
  /** Positions of the keys remembered from before, or {@link HIDDEN}; rows as in `positions`, one empty row for none. */
  readonly past: readonly Int32Array[];
  /**
   * Where sequences hold several continuations of one text, a row for each sequence: of each token its branch, a number
   * of its own above {@link TRUNK}, or {@link PADDING}. No branch sees another; what is remembered is trunk, but for `recalls`.
   */
  readonly branches?: readonly Int32Array[];
  /** Where not every token may see all that is remembered before it: whether one of a sequence's tokens may see a key. */
  readonly recalls?: (row: number, token: number, key: number) => boolean;
}

/** The same as tensors. */
export interface CausalBatch {
  readonly size: number;
  readonly length: number;
  /** [size * length], int32 */
  readonly ids: tf.Tensor1D;
  /** Of the tokens' angles: [length, headWidth / 2], or [size * length, headWidth / 2] where sequences differ in positions. */
  readonly cos: tf.Tensor2D;
  readonly sin: tf.Tensor2D;
  /** [1 or size, 1, length, keys remembered + length]: 0, or MASKED at keys that a token does not see. */
  readonly mask: tf.Tensor4D;
}

/**
 * Pads sequences on the right to the longest, rounded up to a multiple of 8. No real token sees the padding, which comes
 * after it.
 * @param past positions of remembered keys that all sequences continue; the tokens follow the last of them
 */
export function padCausal(
  sequences: readonly (readonly number[])[],
  padTokenId: number,
  past: Int32Array = new Int32Array(),
): CausalSequences {
  const length = Math.ceil(Math.max(...sequences.map((ids) => ids.length)) / LENGTH_STEP) * LENGTH_STEP;
  const ids = new Int32Array(sequences.length * length).fill(padTokenId);
  for (const [row, sequence] of sequences.entries()) ids.set(sequence, row * length);
  const start = past.reduce((next, position) => Math.max(next, position + 1), 0);
  const positions = Int32Array.from({ length }, (_, i) => start + i);
  return { size: sequences.length, length, ids, positions: [positions], past: [past] };
}

/** Tokens of a row that follow one another. */
export interface Segment {
  readonly ids: readonly number[];
  /** The position of the first. */
  readonly start: number;
  readonly branch: number;
}

/**
 * Sequences of `length` tokens, each some segments one behind the other and then padding.
 * @param past positions of remembered keys that all sequences continue
 */
export function packSegments(
  rows: readonly (readonly Segment[])[],
  length: number,
  padTokenId: number,
  past: Int32Array = new Int32Array(),
): CausalSequences {
  const ids = new Int32Array(rows.length * length).fill(padTokenId);
  const positions = rows.map(() => new Int32Array(length));
  const branches = rows.map(() => new Int32Array(length).fill(PADDING));
  for (const [row, segments] of rows.entries()) {
    let at = 0;
    for (const segment of segments) {
      const end = at + segment.ids.length;
      ids.set(segment.ids, row * length + at);
      branches[row]?.fill(segment.branch, at, end);
      for (let i = at; i < end; i++) (positions[row] as Int32Array)[i] = segment.start + i - at;
      at = end;
    }
  }
  return { size: rows.length, length, ids, positions, past: [past], branches };
}

/** Feeds the sequences that `current` gives, of one shape whenever it is asked, to a computation. */
export function feedCausal(spec: DecoderSpec, current: () => CausalSequences): CausalBatch {
  const { size, length, positions, past } = current();
  const tables = latest((of: CausalSequences) =>
    rotaryTables(spec, Int32Array.from(of.positions.flatMap((row) => [...row]))),
  );
  const angles = [positions.length * length, spec.headWidth / 2];
  const rows = Math.max(positions.length, past.length, current().branches?.length ?? 0);
  const keys = (past[0]?.length ?? 0) + length;
  return {
    size,
    length,
    ids: feed([size * length], 'int32', () => current().ids) as tf.Tensor1D,
    cos: feed(angles, 'float32', () => tables(current()).cos) as tf.Tensor2D,
    sin: feed(angles, 'float32', () => tables(current()).sin) as tf.Tensor2D,
    mask: feed([rows, 1, length, keys], 'float32', () => causalMask(current(), spec.slidingWindow)) as tf.Tensor4D,
  };
}

/** What `compute` gives, computed once as long as it is asked of the same. */
function latest<Of, Result>(compute: (of: Of) => Result): (of: Of) => Result {
  let known: { readonly of: Of; readonly result: Result } | undefined;
  return (of) => {
    if (known?.of !== of) known = { of, result: compute(of) };
    return known.result;
  };
}

/** A token sees the keys at its position and before it, those of a window where there is one, of the trunk and its branch. */
function causalMask(
  { length, positions, past, branches = [], recalls = () => true }: CausalSequences,
  window: number | null,
): Float32Array {
  const rows = Math.max(positions.length, past.length, branches.length);
  const before = past[0]?.length ?? 0;
  const mask = new Float32Array(rows * length * (before + length)).fill(MASKED);
  const farthest = window ?? Number.POSITIVE_INFINITY;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const own = positions[row] ?? (positions[0] as Int32Array);
    const remembered = past[row] ?? (past[0] as Int32Array);
    const branch = branches[row];
    for (let query = 0; query < length; query++) {
      const position = own[query] as number;
      const sees = (key: number) => key !== HIDDEN && key <= position && position - key < farthest;
      for (let slot = 0; slot < before; slot++) {
        if (sees(remembered[slot] as number) && recalls(row, query, slot)) mask[at] = 0;
        at++;
      }
      for (let key = 0; key < length; key++) {
        const isOfOne = branch === undefined || branch[key] === TRUNK || branch[key] === branch[query];
        if (isOfOne && sees(own[key] as number)) mask[at] = 0;
        at++;
      }
    }
  }
  return mask;
}
