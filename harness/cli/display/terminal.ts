// What is under way on a terminal: a bar each, with the time left and the loss, drawn anew as often as an eye follows.
import { printableLine } from '../../contracts/printable.ts';
import type { Display, Surroundings } from './activity.ts';
import { cut, fitted, padded, widthOf } from './columns.ts';
import { StepClock } from './estimate.ts';
import { Region } from './region.ts';
import { sparkline } from './sparkline.ts';
import { type ActivityProgress, leftText, lossText, phaseText } from './words.ts';

const FRAME_MILLISECONDS = 200;
/** Losses that a sparkline is made of, at most twice as many; of more, each is the mean of two. */
const LOSSES = 512;

interface UnderWay {
  readonly title: string;
  readonly clock: StepClock;
  readonly losses: number[];
  progress: ActivityProgress | undefined;
}

export function terminalDisplay(stream: NodeJS.WriteStream, { head, foot }: Surroundings): Display {
  const region = new Region(stream);
  const underWay = new Set<UnderWay>();
  const coloured = hasColours(stream);
  const frame = (): string[] => {
    // The last column stays free: what is written there may break the line.
    const columns = region.columns - 1;
    const titles = [...underWay].map(({ title }) => widthOf(title));
    const place = { columns, coloured, title: Math.min(Math.max(0, ...titles), Math.floor(columns * 0.4)) };
    const above = [...(head?.(columns) ?? []), ...[...underWay].flatMap((each) => linesOf(each, place))];
    const below = foot?.(columns) ?? [];
    const room = Math.max(0, region.rows - 1 - above.length);
    const more = below.length > room ? [...below.slice(0, Math.max(0, room - 1)), '…'].slice(0, room) : below;
    return [...above.slice(0, region.rows - 1), ...more].map((line) =>
      widthOf(line) > columns ? cut(line, columns) : line,
    );
  };
  const draw = (): void => region.draw(frame());
  const resize = (): void => region.redraw(frame());
  stream.on('resize', resize);
  const timer = setInterval(draw, FRAME_MILLISECONDS).unref();
  return {
    begin(title) {
      const own: UnderWay = { title: printableLine(title), clock: new StepClock(), losses: [], progress: undefined };
      underWay.add(own);
      draw();
      return {
        update(progress) {
          own.clock.step(progress.phase, progress.done, seconds());
          if (progress.loss !== undefined) addLoss(own.losses, progress.loss);
          own.progress = progress;
        },
        end(line) {
          underWay.delete(own);
          if (line !== undefined) region.print(printableLine(line));
          draw();
        },
      };
    },
    log: (line) => region.print(printableLine(line)),
    stop() {
      clearInterval(timer);
      stream.off('resize', resize);
      region.clear();
    },
  };
}

const seconds = (): number => performance.now() / 1000;

/** See no-color.org. */
function hasColours(stream: NodeJS.WriteStream): boolean {
  return (process.env.NO_COLOR ?? '') === '' && typeof stream.hasColors === 'function' && stream.hasColors();
}

function addLoss(losses: number[], loss: number): void {
  losses.push(loss);
  if (losses.length < 2 * LOSSES) return;
  const halved = Array.from(
    { length: LOSSES },
    (_, i) => ((losses[2 * i] as number) + (losses[2 * i + 1] as number)) / 2,
  );
  losses.splice(0, losses.length, ...halved);
}

interface Place {
  readonly columns: number;
  readonly coloured: boolean;
  /** Columns of the titles. */
  readonly title: number;
}

/** One line where there is room, else the title above its bar. */
function linesOf(own: UnderWay, { columns, coloured, title }: Place): string[] {
  const width = barWidth(columns);
  const bar = barOf(own.progress, width);
  const shown = coloured ? `\u001B[36m${bar}\u001B[39m` : bar;
  if (columns < WIDE_ENOUGH) {
    return [cut(own.title, columns), `  ${shown} ${fitted(partsOf(own), columns - width - 3)}`];
  }
  return [`${padded(own.title, title)} ${shown} ${fitted(partsOf(own), columns - title - width - 2)}`];
}

const WIDE_ENOUGH = 96;

export function barWidth(columns: number): number {
  if (columns >= 120) return 20;
  return columns >= 60 ? 12 : 6;
}

function barOf(progress: ActivityProgress | undefined, width: number): string {
  if (progress === undefined || progress.phase === 'load') return bar(0, width);
  return bar(progress.done / Math.max(1, progress.total), width);
}

/** `███░░░` @param share 0 to 1 */
export function bar(share: number, width: number): string {
  const full = Math.max(0, Math.min(width, Math.floor(share * width)));
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** Those that matter most come first. */
function partsOf({ progress, clock, losses }: UnderWay): string[] {
  if (progress === undefined) return ['starting'];
  const left = clock.left(progress.total, seconds());
  const last = losses.at(-1);
  return [
    phaseText(progress),
    ...(left === undefined ? [] : [leftText(left)]),
    ...(last === undefined ? [] : [lossText(progress.loss ?? last), sparkline(losses, SPARK)]),
  ];
}

const SPARK = 16;
