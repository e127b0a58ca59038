// The memory of a run beside its peak. The run's own process looks at itself at the end of each step, which takes some
// microseconds; a parent would look at moments that depend on its own load, and only where the system shows other processes.
import type { Results } from '../../records/schema.ts';
import { quantile } from '../timing.ts';

export interface Resident {
  /** Looks now. */
  look(): void;
  /** Bytes: of all looks together; null where there was none. */
  readonly rss: Results['memory']['rss'];
  /** The process's at its largest, by what the system counted and by the looks. */
  readonly peak: number;
}

export function createResident(): Resident {
  const samples: number[] = [];
  return {
    look: () => samples.push(process.memoryUsage.rss()),
    get rss() {
      if (samples.length === 0) return null;
      const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
      return { mean, p95: quantile(samples, 0.95), n: samples.length };
    },
    get peak() {
      // The system may count the peak a little late.
      return samples.reduce((most, sample) => Math.max(most, sample), process.resourceUsage().maxRSS * 1024);
    },
  };
}
