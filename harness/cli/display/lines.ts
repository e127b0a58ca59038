// What is under way where it is not drawn: a line of each every half minute.
import { writeLine } from '../output.ts';
import type { Display } from './activity.ts';
import { StepClock } from './estimate.ts';
import { type ActivityProgress, leftText, lossText, phaseText } from './words.ts';

const BEAT_MILLISECONDS = 30_000;

interface UnderWay {
  readonly title: string;
  readonly clock: StepClock;
  progress: ActivityProgress | undefined;
}

/** @param announces whether there is a line of each as it begins too, where nothing else says what is under way */
export function linesDisplay(stream: NodeJS.WriteStream, announces = false): Display {
  const underWay = new Set<UnderWay>();
  const beat = (): void => {
    for (const each of underWay) writeLine(stream, beatLine(each));
  };
  // Whoever waits for nothing else is not kept.
  const timer = setInterval(beat, BEAT_MILLISECONDS).unref();
  return {
    begin(title) {
      const own: UnderWay = { title, clock: new StepClock(), progress: undefined };
      underWay.add(own);
      if (announces) writeLine(stream, beatLine(own));
      return {
        update(progress) {
          own.clock.step(progress.phase, progress.done, seconds());
          own.progress = progress;
        },
        end(line) {
          underWay.delete(own);
          if (line !== undefined) writeLine(stream, line);
        },
      };
    },
    log: (line) => writeLine(stream, line),
    stop: () => clearInterval(timer),
  };
}

/** `lora · glue/stsb · seed 0 · step 40/180 · loss 0.31 · about 40 s left` */
function beatLine({ title, clock, progress }: UnderWay): string {
  if (progress === undefined) return `${title} · starting`;
  const left = clock.left(progress.total, seconds());
  const loss = progress.loss === undefined ? [] : [lossText(progress.loss)];
  return [title, phaseText(progress), ...loss, ...(left === undefined ? [] : [leftText(left)])].join(' · ');
}

const seconds = (): number => performance.now() / 1000;
