// The one error type for bad input: whoever gave the file, key or value can mend it. The command line prints its faults,
// a line each, and exits with 2; every other error is a defect or a failed run.
import { withoutSigns } from './printable.ts';

/** Bad input. Each fault is one line that names the file (or flag), the key, the value and what was expected. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly faults: readonly string[];

  constructor(...faults: readonly string[]) {
    const lines = faults.slice(0, MOST).map(lineOf);
    if (faults.length > MOST) lines.push(`... and ${faults.length - MOST} more`);
    super(lines.join('\n'));
    this.faults = lines;
  }
}

/** Faults that are told one by one. */
const MOST = 50;

function lineOf(fault: string): string {
  // Cut first: what looks for line ends takes time by the square of a run of spaces.
  return cut(withoutSigns(cut(fault).replaceAll(/\s*\n\s*/g, ' ')));
}

/** Far above what any message needs; a damaged file may hold a name of megabytes. */
const LONGEST = 2000;

/** The middle goes: the file stands at the beginning, what was expected at the end. */
function cut(message: string): string {
  if (message.length <= LONGEST) return message;
  const half = LONGEST / 2 - 2;
  return `${message.slice(0, half)} .. ${message.slice(-half)}`;
}

/** What a run needs does not lie where it was looked for. */
export class MissingInput extends InputError {}

/** A task's data lie in none of the folders that were given. */
export class MissingData extends MissingInput {}

/** A model, or its weights, is not there. */
export class MissingModel extends MissingInput {}

/** Gathers what several checks refuse, to throw it together. A fault that many find is one line. */
export class Faults {
  private readonly lines = new Set<string>();
  /** Whether all that was refused is something that does not lie where it was looked for. */
  private isMissing = true;

  /** @throws the error itself where it is none of bad input */
  add(error: unknown): void {
    if (!(error instanceof InputError)) throw error;
    if (!(error instanceof MissingInput)) this.isMissing = false;
    for (const fault of error.faults) this.lines.add(fault);
  }

  /** What a check gives, or undefined where it refuses. */
  of<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** As {@link of}, of a check that takes its time. */
  async ofLater<T>(check: () => Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** So far, each once. */
  get all(): readonly string[] {
    return [...this.lines];
  }

  get isEmpty(): boolean {
    return this.lines.size === 0;
  }

  /** @throws InputError where anything was refused, a MissingInput where nothing else was than what is missing */
  throw(): void {
    if (this.lines.size === 0) return;
    throw this.isMissing ? new MissingInput(...this.lines) : new InputError(...this.lines);
  }
}
