// Models that are given by a path. A relative one starts from the folder of the study, and is spelled with ./ or ../ in a
// run's configuration, so that it is told from a name.
import { isAbsolute, join, posix, relative, sep } from 'node:path';

export function isModelPath(model: string): boolean {
  return isAbsolute(model) || isRelativePath(model);
}

export function isRelativePath(model: string): boolean {
  return /^\.{1,2}(\/|$)/.test(model);
}

/** A path from `folder`, as it is spelled from another folder. */
export function spelledFrom(model: string, folder: string, other: string): string {
  const path = relative(other, join(folder, model)).split(sep).join('/');
  if (isAbsolute(path)) return path;
  return isRelativePath(path) ? path : `./${path}`;
}

/** Whether two spellings are of one model in one folder. */
export function isSameModel(a: string, b: string): boolean {
  return posix.normalize(a) === posix.normalize(b);
}
