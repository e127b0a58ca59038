// What a run is doing, in words.

export interface ActivityProgress {
  readonly phase: 'load' | 'train' | 'evaluate';
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
}

/** `step 40/180`, `scored 64/300`, `loading` */
export function phaseText({ phase, done, total }: ActivityProgress): string {
  if (phase === 'load') return 'loading';
  return `${phase === 'train' ? 'step' : 'scored'} ${done}/${total}`;
}

/** `loss 0.31` */
export function lossText(loss: number): string {
  return `loss ${Math.abs(loss) < 1 ? loss.toPrecision(2) : loss.toFixed(2)}`;
}

/** `about 40 s left` */
export function leftText(seconds: number): string {
  return `about ${durationText(seconds)} left`;
}

/** `1 s` at least, `40 s`, `3 min`, `2 h 10 min`, `3 days` */
export function durationText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
