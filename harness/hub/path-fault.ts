// Paths of files in a repository: written by its owner, and joined to a folder here, which none of them may leave.
import { InputError } from '../contracts/input-error.ts';

/** What is wrong with a path, as the end of a message; undefined where it stays below whatever folder it is joined to. */
export function faultOfPath(path: string): string | undefined {
  const parts = path.split('/');
  const leaves =
    path.includes('\\') || /^[a-zA-Z]:/.test(path) || parts.some((part) => ['', '.', '..'].includes(part.trim()));
  if (leaves) return 'is no path within a folder; expected names with / between them';
  return /\p{Cc}/u.test(path) ? 'holds a control character; expected a path' : undefined;
}

/** @param where the file and the key, for the message. @throws InputError for a path that does not stay below its folder */
export function requireWithin(path: string, where: string): void {
  const fault = faultOfPath(path);
  if (fault !== undefined) throw new InputError(`${where}: ${JSON.stringify(path)} ${fault}`);
}
