// Sums of columns under weights, a tile at a time: the innermost loop of resampling.

/** Columns and weights of a tile, each: 9 sums share 6 readings, and fit the registers of a processor. */
export const TILE = 3;

/**
 * Writes sum over i of weights[w][i] columns[c][i] to into[w][c], of the examples from `start` up to `end`.
 * @param weights TILE of them
 * @param columns a multiple of TILE
 */
export function weightedSums(
  weights: readonly Float64Array[],
  columns: readonly Float64Array[],
  start: number,
  end: number,
  into: readonly Float64Array[],
): void {
  const [u, v, w] = weights as [Float64Array, Float64Array, Float64Array];
  const [ofU, ofV, ofW] = into as [Float64Array, Float64Array, Float64Array];
  for (let c = 0; c < columns.length; c += TILE) {
    const x = columns[c] as Float64Array;
    const y = columns[c + 1] as Float64Array;
    const z = columns[c + 2] as Float64Array;
    let ux = 0;
    let uy = 0;
    let uz = 0;
    let vx = 0;
    let vy = 0;
    let vz = 0;
    let wx = 0;
    let wy = 0;
    let wz = 0;
    for (let i = start; i < end; i++) {
      const a = u[i] as number;
      const b = v[i] as number;
      const d = w[i] as number;
      const p = x[i] as number;
      const q = y[i] as number;
      const r = z[i] as number;
      ux += a * p;
      uy += a * q;
      uz += a * r;
      vx += b * p;
      vy += b * q;
      vz += b * r;
      wx += d * p;
      wy += d * q;
      wz += d * r;
    }
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

/** With columns of zeros behind, up to a multiple of TILE. */
export function paddedToTile(columns: readonly Float64Array[]): Float64Array[] {
  const zeros = new Float64Array(columns[0]?.length ?? 0);
  const missing = (TILE - (columns.length % TILE)) % TILE;
  return [...columns, ...Array.from({ length: missing }, () => zeros)];
}
