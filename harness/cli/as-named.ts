// A folder as commands name it.
import { relative, sep } from 'node:path';

/** As a command names it that is typed where this one was: below the folder one stands in, else as it was typed. */
export function asNamed(folder: string): string {
  const path = relative('', folder);
  const inside = path === '' ? '.' : path;
  return (inside.startsWith('..') ? folder : inside).replaceAll(sep, '/');
}
