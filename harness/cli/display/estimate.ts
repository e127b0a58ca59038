// How long what is under way still takes, by how long its last steps took.
import { median } from '../../stats/summary.ts';

/** Steps that are looked at: of those before, some were compiled or merged. */
const LAST = 16;

/** Phases are told apart: a step of training takes as long as one of training did. */
export class StepClock {
  private readonly seconds = new Map<string, number[]>();
  private seen: { readonly phase: string; readonly done: number; readonly at: number } | undefined;

  /** @param at seconds of a clock that never goes back */
  step(phase: string, done: number, at: number): void {
    const { seen } = this;
    if (seen?.phase === phase && done === seen.done) return;
    if (seen?.phase === phase && done > seen.done) {
      const last = [...(this.seconds.get(phase) ?? []), (at - seen.at) / (done - seen.done)];
      this.seconds.set(phase, last.slice(-LAST));
    }
    this.seen = { phase, done, at };
  }

  /** Seconds until `total` steps of the phase are done, at least 0; undefined until one was timed, and where none is left. */
  left(total: number, at: number): number | undefined {
    const { seen } = this;
    const each = median(this.seconds.get(seen?.phase ?? '') ?? []).value;
    if (seen === undefined || each === null || seen.done >= total) return undefined;
    return Math.max(0, each * (total - seen.done) - (at - seen.at));
  }
}
