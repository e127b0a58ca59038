// What a backend did so far.

export interface BackendStatistics {
  /** Seconds that compiling graphs took. */
  compileSeconds: number;
  /** Computations captured, and the seconds it took without compiling them. */
  traces: number;
  traceSeconds: number;
  /** Floating-point operations in the matrix products of the computation captured last. */
  lastFlops: number | null;
  /** The most bytes that the values between the operations of a captured computation take at a time. */
  plannedBytes: number;
}

export function noStatistics(): BackendStatistics {
  return { compileSeconds: 0, traces: 0, traceSeconds: 0, lastFlops: null, plannedBytes: 0 };
}
