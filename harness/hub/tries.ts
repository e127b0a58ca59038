// Faults that pass, such as a busy server or a cut connection: what meets one is tried again, a stated number of times.
import { HubFailure } from './hub-failure.ts';

/** Of whatever is asked of the hub, the first included. */
export const TRIES = 6;
/** Seconds; twice as long after each try, so 31 s in all. */
const FIRST_PAUSE = 1;
/** Seconds that a server may ask to wait. */
export const LONGEST_PAUSE = 300;

/** `message` has no name of what was asked for, which {@link withTries} puts before it. */
export class PassingFault extends Error {
  override readonly name = 'PassingFault';
  /** Seconds to wait, where the server says so. */
  readonly after: number | undefined;

  constructor(message: string, after?: number) {
    super(message);
    this.after = after;
  }
}

export interface Waiting {
  pause(seconds: number): Promise<void>;
  /** A line for whoever waits. */
  note(line: string): void;
}

/**
 * @param hasAdvanced whether the try that just failed got so far that those before it no longer count
 * @throws HubFailure after the last try, or where the server asks for too long a wait
 */
export async function withTries<T>(
  { pause, note }: Waiting,
  what: string,
  attempt: () => Promise<T>,
  hasAdvanced: () => boolean = () => false,
): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      if (hasAdvanced()) failed = 1;
      if (failed >= TRIES) throw new HubFailure(`${what}: ${error.message}; given up after ${TRIES} tries`);
      const seconds = error.after ?? FIRST_PAUSE * 2 ** (failed - 1);
      if (seconds > LONGEST_PAUSE) {
        throw new HubFailure(`${what}: ${error.message}, and asks to wait ${seconds} s; try again then`);
      }
      note(`${what}: ${error.message}; again in ${seconds} s (try ${failed + 1} of ${TRIES})`);
      await pause(seconds);
    }
  }
}

/** Seconds that an answer asks to wait, by its Retry-After (a date counts from the answer's own) or its RateLimit. */
export function askedPause(headers: Headers): number | undefined {
  const after = headers.get('retry-after')?.trim();
  if (after === undefined) {
    const [, reset] = /;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '') ?? [];
    return reset === undefined ? undefined : Number(reset);
  }
  if (/^\d+$/.test(after)) return Number(after);
  const seconds = (Date.parse(after) - Date.parse(headers.get('date') ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
