// Counts as tables and notes write them.

/** `1,725` */
export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1 run`, `2 runs` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
