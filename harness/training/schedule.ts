// The learning rate over a run, as transformers' get_scheduler has it, its warm-up of ceil(warmup * total) steps as Trainer's
// warmup_ratio. The step that begins a warm-up has the rate 0.
import type { Training } from '../contracts/run-config.ts';

/** The factor in [0, 1] on the learning rate at `step` (from 0) of `total`. */
export function scheduleFactor(
  step: number,
  total: number,
  { schedule, warmup }: Pick<Training, 'schedule' | 'warmup'>,
): number {
  const rising = Math.ceil(warmup * total);
  if (step < rising) return step / rising;
  if (schedule === 'constant') return 1;
  const progress = (step - rising) / Math.max(1, total - rising);
  return schedule === 'linear' ? 1 - progress : 0.5 * (1 + Math.cos(Math.PI * progress));
}
