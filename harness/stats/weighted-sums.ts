// Sums of columns under weights, a tile at a time: the innermost loop of resampling.

/** Columns and weights of a tile, each: 9 sums share 6 readings, and fit the registers of a processor. */
export const TILE = 3;

/** TILE columns at a time, their values of an example beside each other; zeros where there are fewer. */
export function tilesOf(columns: readonly Float64Array[]): Float64Array[] {
  const length = columns[0]?.length ?? 0;
  return Array.from({ length: Math.ceil(columns.length / TILE) }, (_, t) => {
    const tile = new Float64Array(TILE * length);
    for (const [c, column] of columns.slice(TILE * t, TILE * (t + 1)).entries()) {
      for (let i = 0; i < length; i++) tile[TILE * i + c] = column[i] as number;
    }
    return tile;
  });
}

/** Writes the metric of each run on the examples of a part, each as often as it weighs, for TILE weights [examples, TILE]. */
export type OnWeights = (weights: Float64Array, part: number, into: readonly Float64Array[]) => void;

/**
 * Writes, of each of TILE weights, the sums of all columns to its row of `into`, over examples from `start` up to `end`.
 * @param weights [examples, TILE]
 * @param tiles as {@link tilesOf} makes them
 * @param into TILE of [tiles * TILE]
 */
export function weightedSums(
  weights: Float64Array,
  tiles: readonly Float64Array[],
  start: number,
  end: number,
  into: readonly Float64Array[],
): void {
  const [ofU, ofV, ofW] = into as [Float64Array, Float64Array, Float64Array];
  const [from, to] = [TILE * start, TILE * end];
  for (let t = 0; t < tiles.length; t++) {
    const tile = tiles[t] as Float64Array;
    let ux = 0;
    let uy = 0;
    let uz = 0;
    let vx = 0;
    let vy = 0;
    let vz = 0;
    let wx = 0;
    let wy = 0;
    let wz = 0;
    for (let i = from; i < to; i += TILE) {
      const u = weights[i] as number;
      const v = weights[i + 1] as number;
      const w = weights[i + 2] as number;
      const x = tile[i] as number;
      const y = tile[i + 1] as number;
      const z = tile[i + 2] as number;
      ux += u * x;
      uy += u * y;
      uz += u * z;
      vx += v * x;
      vy += v * y;
      vz += v * z;
      wx += w * x;
      wy += w * y;
      wz += w * z;
    }
    const c = TILE * t;
    ofU[c] = ux;
    ofU[c + 1] = uy;
    ofU[c + 2] = uz;
    ofV[c] = vx;
    ofV[c + 1] = vy;
    ofV[c + 2] = vz;
    ofW[c] = wx;
    ofW[c + 1] = wy;
    ofW[c + 2] = wz;
  }
}
