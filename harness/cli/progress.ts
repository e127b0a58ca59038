// Progress of a study's runs, and what is said of each that ends.
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { openDisplay } from './display/display.ts';
import { linesDisplay } from './display/lines.ts';
import { ScoresSoFar } from './display/scores-so-far.ts';
import { bar, barWidth } from './display/terminal.ts';
import type { RunProgress } from './execute-run.ts';

export interface Progress {
  /** A run begins. @param title in the place of {@link runTitle} */
  begin(config: RunConfig, title?: string): RunBar;
  /** A line between the bars. */
  log(line: string): void;
  /** A run of the total need not, or cannot, take place. */
  skip(): void;
  stop(): void;
}

export interface RunBar {
  update(progress: RunProgress): void;
  /** The run has ended, after so many seconds. */
  end(record: RunRecord, seconds: number): void;
  /** The run was cut off. */
  cancel(): void;
}

export interface ProgressOf {
  readonly total: number;
  /** Of the total, those that need not run again. */
  readonly done: number;
  /** Records whose scores the table begins with. */
  readonly kept?: readonly RunRecord[];
  /** Whether a terminal gets lines too, as where something else is printed there meanwhile. */
  readonly plain?: boolean;
}

export function showProgress(stream: NodeJS.WriteStream, { total, done, kept = [], plain }: ProgressOf): Progress {
  let ended = done;
  const scores = new ScoresSoFar();
  for (const record of kept) scores.add(record);
  const surroundings = {
    head: (columns: number) => [`${bar(ended / Math.max(1, total), barWidth(columns))} ${ended}/${total} runs`],
    foot: (columns: number) => scores.lines(columns),
  };
  const display = plain ? linesDisplay(stream) : openDisplay(stream, surroundings);
  return {
    begin(config, title = runTitle(config)) {
      const activity = display.begin(title);
      return {
        update: activity.update,
        end(record, seconds) {
          ended++;
          scores.add(record);
          activity.end(`[${ended}/${total}] ${outcomeLine(record, seconds, title)}`);
        },
        cancel: () => activity.end(),
      };
    },
    log: display.log,
    skip: () => void ended++,
    stop: display.stop,
  };
}

/** All of them, told the same. */
export function together(...all: readonly Progress[]): Progress {
  return {
    begin(config, title) {
      const bars = all.map((each) => each.begin(config, title));
      return {
        update: (progress) => bars.forEach((each) => void each.update(progress)),
        end: (record, seconds) => bars.forEach((each) => void each.end(record, seconds)),
        cancel: () => bars.forEach((each) => void each.cancel()),
      };
    },
    log: (line) => all.forEach((each) => void each.log(line)),
    skip: () => all.forEach((each) => void each.skip()),
    stop: () => all.forEach((each) => void each.stop()),
  };
}

/** `lora · glue/stsb · seed 0`, or `lora · glue/stsb · search 0.001` for a trial. */
export function runTitle({ purpose, method, task, seed }: RunConfig): string {
  return [method.label, task.id, purpose === 'search' ? `search ${method.learningRate}` : `seed ${seed}`].join(' · ');
}

/** `lora · glue/stsb · seed 0 · pearson 0.853 · 8.1 s` */
export function outcomeLine(record: RunRecord, seconds: number, title = runTitle(record.config)): string {
  return [title, outcome(record), `${seconds.toFixed(1)} s`].join(' · ');
}

function outcome(record: RunRecord): string {
  if (record.status !== 'completed') return `${record.status}: ${record.error.message}`;
  const { name, value } = record.metrics.primary;
  return `${name} ${value === null ? 'undefined' : value.toFixed(3)}`;
}
