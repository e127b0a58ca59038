// What only looks on takes its time apart: the clock of training stands still meanwhile, and its compilations do not count.
import { backendStatistics, computeRecorded } from '../../tensor/index.ts';

export interface Apart {
  /** What `look` gives, which changes nothing. Not to be called from within itself. */
  measure<Result>(look: () => Result): Result;
  /** Milliseconds, as `performance.now()`, without those of measuring. */
  now(): number;
  /** Of the backend so far, without those of measuring. */
  compileSeconds(): number;
  /** Of measuring so far, compilations included. */
  seconds(): number;
}

export function createApart(): Apart {
  let [milliseconds, compiled] = [0, 0];
  return {
    measure(look) {
      // What was asked for before is not for whoever looks to pay.
      computeRecorded();
      const [began, compiledBefore] = [performance.now(), compiledSoFar()];
      try {
        return look();
      } finally {
        milliseconds += performance.now() - began;
        compiled += compiledSoFar() - compiledBefore;
      }
    },
    now: () => performance.now() - milliseconds,
    compileSeconds: () => compiledSoFar() - compiled,
    seconds: () => milliseconds / 1000,
  };
}

function compiledSoFar(): number {
  return backendStatistics()?.compileSeconds ?? 0;
}
