// Progress of what is fetched, on stderr: a bar for the file under way and one for all on a terminal, elsewhere a line for
// each file that is there, and for one that takes long a line now and then.
import { MultiBar, Presets } from 'cli-progress';
import type { FetchProgress, FetchedFile } from '../hub/fetch-sources.ts';
import { sizeText } from '../hub/size-text.ts';
import { writeLine } from './output.ts';
import { printableLine } from '../contracts/printable.ts';

export interface ShownProgress extends FetchProgress {
  /** A line between the bars. */
  log(line: string): void;
  stop(): void;
}

export function showFetch(stream: NodeJS.WriteStream): ShownProgress {
  return stream.isTTY ? bars(stream) : lines(stream);
}

/** Between two lines of one file. */
const LINE_SECONDS = 30;

function lines(stream: NodeJS.WriteStream): ShownProgress {
  let [ended, files] = [0, 0];
  const log = (line: string): void => writeLine(stream, line);
  return {
    log,
    begin(count, bytes) {
      files = count;
      log(beginning(count, bytes));
    },
    file(title, bytes) {
      let last = Date.now();
      return {
        onBytes(sum) {
          if (Date.now() - last < 1000 * LINE_SECONDS) return;
          last = Date.now();
          log(`${title}: ${sizeText(sum)} of ${sizeText(bytes)}`);
        },
        end: (file) => log(`[${++ended}/${files}] ${outcome(title, file)}`),
        cancel() {},
      };
    },
    stop() {},
  };
}

function bars(stream: NodeJS.WriteStream): ShownProgress {
  const multi = new MultiBar(
    { stream, hideCursor: true, clearOnComplete: true, gracefulExit: false, etaBuffer: 50, barsize: 24 },
    Presets.shades_grey,
  );
  let [ended, files, before] = [0, 0, 0];
  let overall: ReturnType<MultiBar['create']> | undefined;
  // Without a bar nothing that it is given is shown.
  const log = (line: string): void =>
    overall === undefined ? writeLine(stream, line) : multi.log(`${printableLine(line)}\n`);
  const showOverall = (sum: number): void => overall?.update(sum, { text: `${ended}/${files} files` });
  return {
    log,
    begin(count, bytes) {
      files = count;
      log(beginning(count, bytes));
      overall = multi.create(Math.max(1, bytes), 0, { text: '' }, { format: '{bar} {text} · ETA {eta_formatted}' });
    },
    file(title, bytes) {
      const bar = multi.create(
        Math.max(1, bytes),
        0,
        { text: '' },
        { format: `{bar} ${printableLine(title)} · {text}` },
      );
      return {
        onBytes(sum) {
          bar.update(sum, { text: `${sizeText(sum)} of ${sizeText(bytes)}` });
          showOverall(before + sum);
        },
        end(file) {
          before += bytes;
          ended++;
          showOverall(before);
          log(`[${ended}/${files}] ${outcome(title, file)}`);
          // Draws anew, with the line above.
          multi.remove(bar);
        },
        cancel: () => void multi.remove(bar),
      };
    },
    stop() {
      if (overall === undefined) return;
      multi.stop();
      overall = undefined;
    },
  };
}

function beginning(files: number, bytes: number): string {
  return `${files} ${files === 1 ? 'file' : 'files'}, ${sizeText(bytes)}`;
}

function outcome(title: string, { size, isDownloaded }: FetchedFile): string {
  return `${title} · ${sizeText(size)} · ${isDownloaded ? 'downloaded' : 'in the cache'}`;
}
