// Progress on stderr: bars on a terminal, elsewhere a line for each run that ends.
import { MultiBar, Presets } from 'cli-progress';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
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

/** @param done of the `total` runs, those that need not run again */
export function showProgress(stream: NodeJS.WriteStream, total: number, done: number): Progress {
  return stream.isTTY ? bars(stream, total, done) : lines(stream, total, done);
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

function lines(stream: NodeJS.WriteStream, total: number, done: number): Progress {
  let ended = done;
  return {
    begin: (_config, title) => ({
      update() {},
      end(record, seconds) {
        ended++;
        stream.write(`[${ended}/${total}] ${outcomeLine(record, seconds, title)}\n`);
      },
      cancel() {},
    }),
    log: (line) => void stream.write(`${line}\n`),
    skip: () => void ended++,
    stop() {},
  };
}

function bars(stream: NodeJS.WriteStream, total: number, done: number): Progress {
  const multi = new MultiBar(
    { stream, hideCursor: true, clearOnComplete: true, gracefulExit: false, etaBuffer: 8, barsize: 24 },
    Presets.shades_grey,
  );
  let ended = done;
  const overall = multi.create(total, done, {}, { format: '{bar} {value}/{total} runs · ETA {eta_formatted}' });
  return {
    begin(config, title = runTitle(config)) {
      const bar = multi.create(1, 0, { title, text: 'starting' }, { format: '{bar} {title} · {text}' });
      return {
        update(progress) {
          bar.setTotal(Math.max(1, progress.total));
          bar.update(progress.done, { title, text: phaseText(progress) });
        },
        end(record, seconds) {
          multi.remove(bar);
          overall.update(++ended);
          multi.log(`[${ended}/${total}] ${outcomeLine(record, seconds, title)}\n`);
        },
        cancel: () => void multi.remove(bar),
      };
    },
    log: (line) => multi.log(`${line}\n`),
    skip: () => overall.update(++ended),
    stop: () => multi.stop(),
  };
}

function phaseText({ phase, done, total, loss }: RunProgress): string {
  return `${phase} ${done}/${total}${loss === undefined ? '' : ` · loss ${loss.toFixed(4)}`}`;
}
