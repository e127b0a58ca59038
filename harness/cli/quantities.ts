// Bytes, operations and seconds as commands print them.

const BYTES = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
const FLOPS = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP', 'ZFLOP'] as const;

/** `16.1 GB`, `538 MB`, `300 bytes`; by thousands. */
export const bytesText = (bytes: number): string => scaled(bytes, BYTES);

/** `1.2 PFLOP` */
export const flopsText = (flops: number): string => scaled(flops, FLOPS);

function scaled(value: number, units: readonly string[]): string {
  let [shown, unit] = [value, 0];
  // What would be rounded up to a thousand is one of the next unit.
  while (shown >= 999.5 && unit < units.length - 1) {
    shown /= 1000;
    unit++;
  }
  const digits = unit === 0 || shown >= 99.95 ? 0 : 1;
  return `${shown.toFixed(digits)} ${units[unit]}`;
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h` */
export function durationText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return parts(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return parts(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
